package io.xy.gateway.shared.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.error.Failure;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
        "xy.*.A1.x, forbidden",
        "xy.acct.A1.*, yes",
        "xy.acct.A1.a.b, yes",
        "xy.acct.A1x.a, forbidden",
        "xy.acct.a1.a, forbidden",
        "xy.acct.*, forbidden",
        "xy.*.A1, forbidden",
        "xy.algo.algo1.progress, forbidden",
        "xy.algo.A1.progress, forbidden",
        "xy.algo.>, forbidden",
        "xy.algo.*.progress, forbidden",
        "xy.exec.e1.update, forbidden",
        "xy.exec.*.>, forbidden",
        "xy.*.a.b, forbidden",
        "*.exec.a.b, forbidden",
        "xy.algo, yes",
        "xy.algorithms.a, yes",
        "xy.execs.>, yes",
        "x.acct.A2, yes",
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

    @ParameterizedTest(name = "{0} with {1}: {2} is {3}")
    @CsvSource({
        "A1, xy.algo.algo1.>, xy.algo.algo1.progress, yes",
        "A1, xy.algo.algo1.>, xy.algo.algo1.*, yes",
        "A1, xy.algo.algo1.>, xy.algo.algo2.progress, forbidden",
        "A1, xy.exec.>, xy.exec.e1.update, yes",
        "A1, xy.exec.>, xy.algo.a.b, forbidden",
        "A1, >, xy.exec.e1.update, forbidden",
        "A1, xy.>, xy.algo.a.b, forbidden",
        "A1, xy.*.a.b, xy.algo.a.b, forbidden",
        "A1, xy.acct.>, xy.acct.A1.status, yes",
        "A1, xy.acct.>, xy.acct.A2.status, forbidden",
        "*, xy.>, xy.algo.a.b, yes",
        "*, xy.md.>, xy.algo.a.b, forbidden"
    })
    void whatTellsOfSeveralAccountsIsForThoseWhoseTokenNamesIt(
            String account, String subject, String asked, String verdict) {
        assertThat(verdict(">", List.of(account), List.of(subject), asked)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "{0}: {1} is {2}")
    @CsvSource({
        "CTP.88, xy.acct.CTP=2E88.status, yes",
        "CTP.88, xy.acct.CTP.88.status, forbidden",
        "CTP.88, xy.acct.CTP.>, forbidden",
        "CTP, xy.acct.CTP=2E88.status, forbidden",
        "CTP_88, xy.acct.CTP=2E88.status, forbidden",
        "CTP=2E88, xy.acct.CTP=2E88.status, forbidden",
        ">, xy.acct.a.status, forbidden",
        "a.>, xy.acct.a.status, forbidden",
        "'', xy.acct.a.status, forbidden"
    })
    void anAccountIsOneTokenWhateverItsName(String account, String asked, String verdict) {
        assertThat(verdict(">", List.of(account), List.of(), asked)).isEqualTo(verdict);
    }

    @ParameterizedTest(name = "permissions {0}: {1} is {2}")
    @CsvSource({
        "trade, xy.acct.a.status, forbidden",
        "trade, xy.md.tick.a, yes",
        "trade, xy.>, forbidden",
        "view_accounts, xy.acct.a.status, yes",
        "*, xy.acct.a.status, yes"
    })
    void aTokenThatListsPermissionsNeedsTheOneForAccounts(String permission, String asked, String verdict) {
        Principal principal =
                new Principal("u", "u", Principal.VIEWER, List.of(permission), List.of("*"), List.of(), "", 0);
        Failure refusal = new StreamEntitlement(List.of(">")).refusal(principal, asked);

        assertThat(refusal == null ? "yes" : refusal.error().code()).isEqualTo(verdict);
    }

    @Test
    void whatOneIsGrantedHoldsNothingOfOthers() {
        Principal principal =
                new Principal("u", "u", Principal.VIEWER, List.of(), List.of("A1", "C.2"), List.of(), "", 0);
        StreamEntitlement entitlement = new StreamEntitlement(List.of("xy.md.>", "xy.acct.>", "xy.algo.>"));

        assertThat(entitlement.grants(principal, "xy.acct.>"))
                .containsExactlyInAnyOrder("xy.acct.A1", "xy.acct.A1.>", "xy.acct.C=2E2", "xy.acct.C=2E2.>");
        assertThat(entitlement.grants(principal, "xy.algo.>")).isEmpty();
        assertThat(entitlement.grants(principal, "xy.md.>")).containsExactly("xy.md.>");
    }
}
