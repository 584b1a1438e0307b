package io.xy.gateway.wsfanout.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.security.Principal;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N12")
class VisitorTest {
    private static final long END = 1_000_000;

    private final Visitor visitor = new Visitor();

    @Test
    void aTokenIsAnnouncedOnceAMinuteBeforeItsEndAndHasAGrace() {
        visitor.is(principal(END), "t");
        assertThat(visitor.shouldBeWarned(END - 60_001)).isFalse();
        assertThat(visitor.shouldBeWarned(END - 60_000)).isTrue();
        assertThat(visitor.shouldBeWarned(END - 59_000)).isFalse();
        assertThat(visitor.hasOverstayed(END + 24_999)).isFalse();
        assertThat(visitor.hasOverstayed(END + 25_000)).isTrue();
        visitor.is(principal(END + 900_000), "t2");
        assertThat(visitor.hasOverstayed(END + 25_000)).isFalse();
        assertThat(visitor.shouldBeWarned(END + 840_000)).isTrue();
    }

    @Test
    void whoIsUnknownOrAnonymousMayBecomeAnybodyAndNeverEnds() {
        assertThat(visitor.mayBecome(principal(END))).isTrue();
        assertThat(visitor.leftMillis(END)).isEqualTo(Long.MAX_VALUE);
        visitor.is(Principal.anonymous(), "");
        assertThat(visitor.hasOverstayed(Long.MAX_VALUE / 2)).isFalse();
        assertThat(visitor.mayBecome(principal(END))).isTrue();
    }

    @Test
    void aQuietPeerIsPingedOnceAndGivenUpInTheEnd() {
        Liveness liveness = new Liveness(0);
        assertThat(liveness.shouldPing(19_999)).isFalse();
        assertThat(liveness.shouldPing(20_000)).isTrue();
        assertThat(liveness.shouldPing(21_000)).isFalse();
        assertThat(liveness.isGone(59_999)).isFalse();
        assertThat(liveness.isGone(60_000)).isTrue();
        liveness.heard(60_000);
        assertThat(liveness.isGone(60_001)).isFalse();
        assertThat(liveness.shouldPing(80_000)).isTrue();
    }

    private static Principal principal(long expiresAt) {
        return new Principal("u", "u", "viewer", List.of(), List.of(), List.of(), "", expiresAt);
    }
}
