package io.xy.gateway.httpapi.limits;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("B3")
class CallerKeysTest {
    @Test
    @Tag("T-A05")
    @Tag("T-17")
    void anIpv6NetworkIsOneCallerAndAnIpv4AddressIsOne() {
        long network = CallerKeys.address("2001:db8:1:2::1");
        for (int i = 2; i < 10_000; i++) {
            assertThat(CallerKeys.address("2001:db8:1:2:" + i + "::" + i)).isEqualTo(network);
        }
        assertThat(CallerKeys.address("2001:db8:1:3::1")).isNotEqualTo(network);
        assertThat(CallerKeys.address("192.0.2.1")).isNotEqualTo(CallerKeys.address("192.0.2.2"));
        assertThat(CallerKeys.address("::ffff:192.0.2.1")).isEqualTo(CallerKeys.address("192.0.2.1"));
        assertThat(CallerKeys.address("fe80::1%eth0")).isEqualTo(CallerKeys.address("fe80::2"));
        assertThat(CallerKeys.address("::1")).isNotEqualTo(Limit.NOBODY);
        assertThat(CallerKeys.address("somewhere")).isEqualTo(Limit.NOBODY);
        assertThat(CallerKeys.under(3, Limit.NOBODY)).isEqualTo(Limit.NOBODY);
    }
}
