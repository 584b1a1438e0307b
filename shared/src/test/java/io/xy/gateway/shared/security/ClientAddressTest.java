package io.xy.gateway.shared.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("B3")
class ClientAddressTest {
    private final ClientAddress addresses = new ClientAddress(Set.of("10.0.0.1", "10.0.0.2", "fd00::1")::contains);

    @Test
    @Tag("T-E01")
    void aStrangersWordDoesNotCount() {
        assertThat(addresses.of("192.0.2.7", List.of("1.2.3.4"))).isEqualTo("192.0.2.7");
        assertThat(new ClientAddress(peer -> false).of("10.0.0.1", List.of("1.2.3.4")))
                .isEqualTo("10.0.0.1");
    }

    @Test
    @Tag("T-E02")
    void onlyWhatTheTrustedProxyAddedCounts() {
        assertThat(addresses.of("10.0.0.1", List.of("evil, 10.0.0.9"))).isEqualTo("10.0.0.9");
        assertThat(addresses.of("10.0.0.1", List.of("1.2.3.4, 203.0.113.5"))).isEqualTo("203.0.113.5");
        assertThat(addresses.of("10.0.0.1", List.of("1.2.3.4", "203.0.113.5"))).isEqualTo("203.0.113.5");
        assertThat(addresses.of("10.0.0.1", List.of("1.2.3.4, 203.0.113.5, 10.0.0.2")))
                .isEqualTo("203.0.113.5");
        assertThat(addresses.of("10.0.0.1", List.of("10.0.0.2"))).isEqualTo("10.0.0.2");
        assertThat(addresses.of("10.0.0.1", List.of())).isEqualTo("10.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "203.0.113.5:4711|203.0.113.5",
                "[2001:db8::5]:443|2001:db8::5",
                "[2001:db8::5]|2001:db8::5",
                "2001:db8::5|2001:db8::5",
                "' 203.0.113.5 '|203.0.113.5",
                "''|10.0.0.1",
                "','|10.0.0.1",
                "'203.0.113.5,'|10.0.0.1",
                "unknown|10.0.0.1",
                "_hidden|10.0.0.1",
                "for=203.0.113.5|10.0.0.1",
                "[2001:db8::5]x|10.0.0.1",
                "[2001:db8::5|10.0.0.1",
                "999.1.1.1|10.0.0.1",
                "'evil,unknown,10.0.0.2'|10.0.0.2"
            })
    @Tag("T-E03")
    void whateverAnEntryLooksLikeThereIsOneAnswer(String header, String client) {
        assertThat(addresses.of("10.0.0.1", List.of(header))).isEqualTo(client);
    }

    @Test
    @Tag("T-E03")
    void longChainsAreReadOnlySoFar() {
        String chain = "1.2.3.4, " + String.join(", ", Collections.nCopies(100, "10.0.0.2"));

        assertThat(addresses.of("10.0.0.1", List.of(chain))).isEqualTo("10.0.0.2");
        assertThat(addresses.of("10.0.0.1", List.of("x".repeat(100_000)))).isEqualTo("10.0.0.1");
        assertThat(addresses.of("10.0.0.1", List.of(",".repeat(100_000)))).isEqualTo("10.0.0.1");
    }
}
