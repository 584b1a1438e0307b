package io.xy.gateway.httpapi.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.security.Principal;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stores of a node: what they forget, and when. */
@Tag("B2")
class StoresTest {
    private static final Principal CALLER =
            new Principal("u", "u", "viewer", List.of(), List.of("*"), List.of(), "", 0);

    @Test
    void aFullSessionStoreForgetsTheLongestUnused() {
        Sessions sessions = new Sessions(2, 60_000);
        Sessions.Started first = sessions.start(CALLER, "");
        Sessions.Started second = sessions.start(CALLER, "");
        assertThat(sessions.refresh(first.refreshToken()).started()).isNotNull();

        sessions.start(CALLER, "");

        assertThat(sessions.size()).isEqualTo(2);
        assertThat(sessions.refresh(second.refreshToken()).started()).isNull();
    }

    @Test
    void anOldRefreshTokenIsGoodForNothing() {
        Sessions sessions = new Sessions(2, -1);

        Sessions.Refreshed refreshed =
                sessions.refresh(sessions.start(CALLER, "").refreshToken());

        assertThat(refreshed.started()).isNull();
        assertThat(refreshed.ended()).isEmpty();
        assertThat(sessions.size()).isZero();
    }

    @Test
    void aForgedTokenOfAKnownFamilyEndsItsSession() {
        Sessions sessions = new Sessions(2, 60_000);
        Sessions.Started started = sessions.start(CALLER, "");
        String forged = started.refreshToken().substring(0, 22) + "x".repeat(43);

        Sessions.Refreshed refreshed = sessions.refresh(forged);

        assertThat(refreshed.ended()).isEqualTo(started.principal().session());
        assertThat(sessions.refresh(started.refreshToken()).started()).isNull();
    }

    @Test
    void revocationsEndWithTheLifeOfATokenAndAreBounded() {
        Revocations live = new Revocations(2, 60_000);
        live.add("a");
        live.add("b");
        live.add("a");
        live.add("c");
        live.add("");
        Revocations dead = new Revocations(2, -1);
        dead.add("a");

        assertThat(live.size()).isEqualTo(2);
        assertThat(live.contains("b")).isFalse();
        assertThat(live.contains("a")).isTrue();
        assertThat(live.contains("")).isFalse();
        assertThat(dead.contains("a")).isFalse();
    }

    @Test
    void loginsAreCountedPerWindowAndKeysAreBounded() {
        LoginLimits limits = new LoginLimits(2);

        assertThat(limits.attempt("a", 1, 60_000)).isZero();
        assertThat(limits.attempt("a", 1, 60_000)).isBetween(1L, 60_000L);
        limits.forgive("a");
        assertThat(limits.attempt("a", 1, 60_000)).isZero();
        assertThat(limits.attempt("b", 1, 0)).isZero();
        assertThat(limits.attempt("b", 1, 0)).isZero();
        limits.forgive("nobody");
        limits.attempt("c", 1, 60_000);
        assertThat(limits.size()).isEqualTo(2);
    }
}
