package io.xy.gateway.httpapi.identity;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The stores of a node: what they forget, and when. */
@Tag("B2")
class StoresTest {
    private static final Principal CALLER =
            new Principal("u", "u", "viewer", List.of(), List.of("*"), List.of(), "", 0);

    @Test
    void aFullSessionStoreForgetsTheLongestUnused() {
        NodeSessions store = new NodeSessions(2);
        Sessions sessions = Sessions.of(store, 60_000);
        Sessions.Started first = start(sessions);
        Sessions.Started second = start(sessions);
        assertThat(refresh(sessions, first.refreshToken()).started()).isNotNull();

        start(sessions);

        assertThat(store.size()).isEqualTo(2);
        assertThat(refresh(sessions, second.refreshToken()).started()).isNull();
    }

    @Test
    void anOldRefreshTokenIsGoodForNothing() {
        NodeSessions store = new NodeSessions(2);
        Sessions sessions = Sessions.of(store, -1);

        Sessions.Refreshed refreshed = refresh(sessions, start(sessions).refreshToken());

        assertThat(refreshed.started()).isNull();
        assertThat(refreshed.ended()).isEmpty();
        assertThat(store.size()).isZero();
    }

    @Test
    void aForgedTokenOfAKnownFamilyEndsItsSession() {
        Sessions sessions = Sessions.of(new NodeSessions(2), 60_000);
        Sessions.Started started = start(sessions);
        String forged = started.refreshToken().substring(0, 22) + "x".repeat(43);

        Sessions.Refreshed refreshed = refresh(sessions, forged);

        assertThat(refreshed.ended()).isEqualTo(started.principal().session());
        assertThat(refresh(sessions, started.refreshToken()).started()).isNull();
    }

    @Test
    void whoKnowsTheNameOfASessionKnowsNoTokenOfIt() {
        Sessions sessions = Sessions.of(new NodeSessions(2), 60_000);
        Sessions.Started started = start(sessions);
        String named = started.principal().session() + "x".repeat(43);

        assertThat(started.refreshToken()).doesNotContain(started.principal().session());
        assertThat(refresh(sessions, named).ended()).isEmpty();
        assertThat(refresh(sessions, started.refreshToken()).started()).isNotNull();
    }

    /** Two nodes are two views of one map here; between machines the cluster's system test looks. */
    @Test
    void nodesOfAClusterShareSessionsAndKnowASpentTokenOfTheOther() {
        Vertx vertx = TestVertx.create();
        try {
            Sessions one = Sessions.ofCluster(vertx, 60_000);
            Sessions other = Sessions.ofCluster(vertx, 60_000);
            Sessions.Started started = start(one);

            Sessions.Started next = Objects.requireNonNull(
                    refresh(other, started.refreshToken()).started(), "it is good once");
            assertThat(next.principal()).isEqualTo(started.principal());
            assertThat(next.email()).isEqualTo("e@x");
            Sessions.Refreshed stolen = refresh(one, started.refreshToken());

            assertThat(stolen.started()).isNull();
            assertThat(stolen.ended()).isEqualTo(started.principal().session());
            assertThat(refresh(other, next.refreshToken()).started()).isNull();
        } finally {
            TestVertx.close(vertx);
        }
    }

    @Test
    void ofTwoWhoComeAtOnceWithOneTokenNobodyKeepsTheSession() {
        Vertx vertx = TestVertx.create();
        try {
            Sessions sessions = Sessions.ofCluster(vertx, 60_000);
            String token = start(sessions).refreshToken();

            Future<Sessions.Refreshed> one = sessions.refresh(token);
            Future<Sessions.Refreshed> other = sessions.refresh(token);
            await(Future.all(one, other));

            assertThat(List.of(one.result().ended(), other.result().ended())).contains("");
            assertThat(one.result().ended() + other.result().ended()).isNotEmpty();
        } finally {
            TestVertx.close(vertx);
        }
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

    private static Sessions.Started start(Sessions sessions) {
        return await(sessions.start(CALLER, "e@x"));
    }

    private static Sessions.Refreshed refresh(Sessions sessions, String token) {
        return await(sessions.refresh(token));
    }
}
