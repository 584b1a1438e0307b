package io.xy.gateway.shared.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is a subject, and what a pattern contains. */
@Tag("N2")
class SubjectsTest {
    @ParameterizedTest
    @CsvSource({
        "xy.md.>,xy.md.tick.500,true",
        "xy.md.>,xy.md.>,true",
        "xy.md.>,xy.md.*.x,true",
        "xy.md.>,xy.md,false",
        "xy.md.>,xy.>,false",
        "xy.md.>,>,false",
        "xy.md.>,xy.acct.a,false",
        "xy.md.*,xy.md.tick,true",
        "xy.md.*,xy.md.*,true",
        "xy.md.*,xy.md.>,false",
        "xy.md.*,xy.md.a.b,false",
        "xy.md.tick,xy.md.*,false",
        "xy.md.tick,xy.md.tick,true",
        "xy.md.tick,xy.md.tic,false",
        "xy.md.tick,xy.md.tick.a,false",
        "*.md,xy.md,true",
        ">,anything.at.all,true",
    })
    void aPatternContainsAnotherOnlyWhenItMatchesAllOfIt(String outer, String inner, boolean contains) {
        assertThat(Subjects.contains(outer, inner)).isEqualTo(contains);
    }

    @ParameterizedTest
    @CsvSource({
        "xy.acct.>,xy.acct.a,true",
        "xy.acct.>,xy.acct,false",
        "xy.acct.>,>,true",
        "xy.acct.>,xy.>,true",
        "xy.acct.>,*.*,false",
        "xy.acct.>,*.*.*,true",
        "xy.acct.>,xy.*.a,true",
        "xy.acct.>,xy.md.a,false",
        "xy.acct.a,xy.acct.a,true",
        "xy.acct.a,xy.acct.a.b,false",
        "a.*.c,*.b.*,true",
        "a.*.c,*.b.d,false",
    })
    void patternsOverlapWhenSomeSubjectIsOfBoth(String one, String other, boolean overlaps) {
        assertThat(Subjects.overlaps(one, other)).isEqualTo(overlaps);
        assertThat(Subjects.overlaps(other, one)).isEqualTo(overlaps);
    }

    @ParameterizedTest
    @CsvSource({
        "account1,account1",
        "a_b-C9,a_b-C9",
        "a.b,a=2Eb",
        "a=2Eb,a=3D2Eb",
        "a b*>,a=20b=2A=3E",
        "沪500,=E6=B2=AA500",
        "深500,=E6=B7=B1500",
        "'',''"
    })
    @Tag("Z8")
    void everyTextHasATokenOfItsOwn(String text, String token) {
        assertThat(Subjects.token(text)).isEqualTo(token);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "a.",
                ".a",
                "a..b",
                "a b",
                "a\tb",
                "a\r\nb",
                "a\u0000",
                "$SYS.a",
                "$JS.API.x",
                "ａ",
                "a.b>",
                "a*.b"
            })
    void whatIsNoPatternIsRefused(String text) {
        assertThat(Subjects.isPattern(text)).isFalse();
        assertThat(Subjects.isSubject(text)).isFalse();
    }

    @Test
    void wildcardsAreForPatternsOnly() {
        assertThat(Subjects.isPattern("xy.*.a.>")).isTrue();
        assertThat(Subjects.isPattern("xy.>.a")).isFalse();
        assertThat(Subjects.isSubject("xy.*")).isFalse();
        assertThat(Subjects.isSubject("xy.md.a-b_c")).isTrue();
        assertThat(Subjects.isSubject("x".repeat(257))).isFalse();
        assertThat(Subjects.hasWildcard("xy.>")).isTrue();
        assertThat(Subjects.hasWildcard("xy.*")).isTrue();
        assertThat(Subjects.hasWildcard("xy.a")).isFalse();
    }

    @Test
    void oneOfSeveralPatternsIsEnough() {
        assertThat(Subjects.anyContains(List.of("a.>", "b.>"), "b.c")).isTrue();
        assertThat(Subjects.anyContains(List.of("a.>", "b.>"), "c.d")).isFalse();
    }

    @Test
    @Tag("Z13")
    void aPrincipalKnowsWhatItMay() {
        Principal admin = new Principal("a", "a", "admin", List.of("*"), List.of("*"), List.of(), "", 0);
        Principal trader = new Principal("t", "t", "operator", List.of("trade"), List.of("a1"), List.of(), "", 0);

        assertThat(admin.hasRole("operator")).isTrue();
        assertThat(trader.hasRole("operator")).isTrue();
        assertThat(trader.hasRole("admin")).isFalse();
        assertThat(admin.hasPermission("trade")).isTrue();
        assertThat(trader.hasPermission("other")).isFalse();
        assertThat(admin.mayUseAccount("any")).isTrue();
        assertThat(trader.mayUseAccount("a1")).isTrue();
        assertThat(trader.mayUseAccount("a2")).isFalse();
        assertThat(trader.mayUseAllAccounts()).isFalse();
        assertThat(Principal.anonymous().mayUseAccount("a1")).isFalse();
    }
}
