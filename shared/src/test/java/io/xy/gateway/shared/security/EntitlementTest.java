package io.xy.gateway.shared.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.error.Failure;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N2")
@Tag("Z13")
class EntitlementTest {
    private static String verdict(String whitelist, List<String> accounts, List<String> subjects, String asked) {
        Principal principal = new Principal("u", "u", Principal.VIEWER, List.of(), accounts, subjects, "", 0);
        Failure refusal = new StreamEntitlement(List.of(whitelist.split(" "))).refusal(principal, asked);
        return refusal == null ? "yes" : refusal.error().code();
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource({
        "xy.md.*, xy.md.tick, yes",
        "xy.md.*, xy.md.>, forbidden",
        "xy.md.*, xy.md.*, yes",
        "xy.md.*, xy.md.tick.demo, forbidden",
        "xy.md.>, xy.md.>, yes",
        "xy.md.>, xy.md.tick.*, yes",
        "xy.md.>, xy.>, forbidden",
        "xy.md.>, >, forbidden",
        "xy.md.>, *, forbidden",
        "xy.md.>, xy.*.tick, forbidden",
        "xy.md.>, xy.md, forbidden",
        "xy.md.>, xy.md., bad_request",
        "xy.md.>, xy..md, bad_request",
        "xy.md.>, xy.md.a b, bad_request",
        "xy.md.>, $SYS.>, bad_request",
        "xy.md.>, _INBOX.>, forbidden",
        "xy.md.>, xy.md.>.x, bad_request",
        "xy.md.>, xy.md.a*, bad_request",
        "xy.md.>, xy.mĐ.a, bad_request",
        "'xy.md.> xy.risk.*', xy.risk.a, yes",
        ">, xy.md.a, yes"
    })
    void theWhitelistContainsWhatIsAsked(String whitelist, String asked, String verdict) {
        assertThat(verdict(whitelist, List.of("*"), List.of(), asked)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "accounts A1: {0} is {1}")
    @CsvSource({
        "xy.acct.A1.>, yes",
        "xy.acct.A1.status, yes",
        "xy.acct.A1, yes",
        "xy.acct.A2.>, forbidden",
        "xy.acct.*.status, forbidden",
        "xy.acct.>, forbidden",
        "xy.*.A2.x, forbidden",
        "xy.*.A1.x, yes",
        "xy.>, forbidden",
        "*.acct.A2, forbidden",
        "*.*.*, forbidden",
        ">, forbidden",
        "xy.md.A2, yes",
        "xy.md.>, yes",
        "other.>, yes",
        "xy.acct, yes"
    })
    void accountsAreSeenByTheEntitledOnly(String asked, String verdict) {
        assertThat(verdict(">", List.of("A1"), List.of(), asked)).isEqualTo(verdict);
        assertThat(verdict(">", List.of("*"), List.of(), asked)).isEqualTo("yes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xy.md.>", "xy.md.tick.b", "xy.md.*.a"})
    void theTokensOwnListNarrowsTheWhitelist(String asked) {
        assertThat(verdict("xy.md.>", List.of("*"), List.of("xy.md.tick.a"), asked))
                .isEqualTo("forbidden");
        assertThat(verdict("xy.md.>", List.of("*"), List.of("xy.md.tick.a"), "xy.md.tick.a"))
                .isEqualTo("yes");
    }
}
