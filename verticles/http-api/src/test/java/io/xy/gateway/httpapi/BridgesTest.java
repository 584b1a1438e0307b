package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bridges that are missing, cut off, full, or that vanish with a call in their hands. */
@Tag("Z6")
@Tag("Z12")
class BridgesTest {
    private static final String PAUSE = "/api/v1/algorithms/a/pause";

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private Gateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String admin() {
        return gateway.token(Principal.ADMIN, "*");
    }

    private CompletableFuture<Gateway.Reply> later(String method, String target) {
        String token = admin();
        return CompletableFuture.supplyAsync(() -> gateway.call(method, target, token, null));
    }

    @Test
    void withoutAnyBridgeACallIsNotExecuted() {
        gateway = Gateway.start();

        Gateway.Reply reply = gateway.post(PAUSE, admin(), null);

        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().getString("code")).isEqualTo("no_service");
        assertThat(reply.json().getString("outcome")).isEqualTo("not-executed");
        assertThat(reply.json().getBoolean("retry")).isTrue();
    }

    @Test
    void aBridgeThatIsCutOffIsNotAsked() {
        gateway = Gateway.start();
        FakeBridge bridge = gateway.bridge();

        bridge.up(false);

        Await.until("the front hears of it", () -> "upstream_down"
                .equals(gateway.post(PAUSE, admin(), null).json().getString("code")));
        assertThat(gateway.post(PAUSE, admin(), null).json().getString("outcome"))
                .isEqualTo("not-executed");
    }

    @Test
    void anotherNodesBridgeIsAskedWhenTheOwnIsCutOff() {
        gateway = Gateway.start();
        FakeBridge own = gateway.bridge();
        FakeBridge other = new FakeBridge(gateway.vertx, "n2", true);
        other.answers("{\"success\":true}");
        assertThat(gateway.get("/api/v1/services/auth/ping", admin()).status()).isEqualTo(200);
        assertThat(own.taken().method()).isEqualTo("ping");
        assertThat(other.calls).isEmpty();

        own.up(false);

        Await.until(
                "the other is asked",
                () -> gateway.post(PAUSE, admin(), null).status() == 200 && !other.calls.isEmpty());
    }

    @Test
    @Tag("C2")
    void aCommandThatWasWithAVanishedNodeEndsUnknownAtOnceAndIsNotRepeated() {
        gateway = Gateway.start(Map.of("HTTP_CALL_TIMEOUT", "30s"));
        FakeBridge first = gateway.bridge("n2");
        first.hangs();
        CompletableFuture<Gateway.Reply> command = later("POST", PAUSE);
        assertThat(first.taken().effect()).isEqualTo(Effect.ONCE);
        FakeBridge second = new FakeBridge(gateway.vertx, "n3", true);

        first.vanish();
        gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "n2", ""));

        Gateway.Reply reply = command.join();
        assertThat(reply.status()).isEqualTo(503);
        assertThat(reply.json().getString("code")).isEqualTo("upstream_down");
        assertThat(reply.json().getString("outcome")).isEqualTo("unknown");
        assertThat(second.calls).isEmpty();
    }

    @Test
    @Tag("C2")
    void aReadThatWasWithAVanishedNodeIsRepeatedElsewhereOnce() {
        gateway = Gateway.start(Map.of("HTTP_CALL_TIMEOUT", "30s"));
        FakeBridge first = gateway.bridge("n2");
        first.hangs();
        CompletableFuture<Gateway.Reply> read = later("GET", "/api/v1/algorithms/a");
        first.taken();
        FakeBridge second = gateway.bridge("n3");
        second.answers("{\"id\":\"a\"}");

        first.vanish();
        gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "n2", ""));

        assertThat(read.join().status()).isEqualTo(200);
        assertThat(second.taken().method()).isEqualTo("get_algorithm");
    }

    @Test
    @Tag("Z4")
    void aCallThatNobodyAnswersEndsAtItsDeadline() {
        gateway = Gateway.start(Map.of("HTTP_CALL_TIMEOUT", "100ms"));
        FakeBridge bridge = gateway.bridge();
        bridge.hangs();

        Gateway.Reply reply = gateway.post(PAUSE, admin(), null);

        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.json().getString("outcome")).isEqualTo("unknown");
        assertThat(bridge.taken().deadline().passed()).isTrue();
    }

    @Test
    void beyondTheLimitOfCallsInFlightTheNextIsRefused() {
        gateway = Gateway.start(Map.of("HTTP_INFLIGHT", "1"));
        FakeBridge bridge = gateway.bridge();
        Promise<CallReply> held = Promise.promise();
        bridge.service = call -> held.future();
        CompletableFuture<Gateway.Reply> first = later("POST", PAUSE);
        bridge.taken();

        Gateway.Reply second = gateway.post(PAUSE, admin(), null);

        assertThat(second.status()).isEqualTo(503);
        assertThat(second.json().getString("code")).isEqualTo("overloaded");
        assertThat(second.json().getString("outcome")).isEqualTo("not-executed");
        held.complete(FakeBridge.json("{\"success\":true}"));
        assertThat(first.join().status()).isEqualTo(200);
    }

    @Test
    void anIdempotencyKeyAndTheRequestIdTravelWithTheCall() {
        gateway = Gateway.start();
        FakeBridge bridge = gateway.bridge();
        bridge.answers("{\"success\":true}");

        gateway.call("POST", PAUSE, admin(), null, "Idempotency-Key", "order-1", "X-Request-Id", "request-77");

        ServiceCall call = bridge.taken();
        // Unique to caller and key, so that two callers' keys never meet behind the gateway.
        assertThat(call.idempotencyKey()).hasSize(43).doesNotContain("order-1");
        assertThat(call.requestId()).isEqualTo("request-77");
        assertThat(call.effect()).isEqualTo(Effect.ONCE);
    }

    @Test
    @Tag("N12")
    void aCallByTheBusTakesTheSameWay() {
        gateway = Gateway.start();
        FakeBridge bridge = gateway.bridge();
        bridge.answers("{\"success\":true}");

        CallReply done = call("PATCH", "/api/v1/accounts/a/enabled", "{\"enabled\":true}", admin());
        CallReply malformed = call("PATCH", "/api/v1/accounts/a/enabled", "{\"enabled\":1}", admin());
        CallReply large = call("PATCH", "/api/v1/accounts/a/enabled", " ".repeat(2 << 20), admin());
        CallReply stranger = call("PATCH", "/api/v1/accounts/a/enabled", "{\"enabled\":true}", "");

        assertThat(done.status()).isEqualTo(200);
        assertThat(done.succeeded()).isTrue();
        assertThat(done.body().text()).isEqualTo("{\"success\":true}");
        assertThat(malformed.status()).isEqualTo(400);
        assertThat(malformed.body().text()).contains("must be boolean");
        assertThat(large.status()).isEqualTo(413);
        assertThat(stranger.status()).isEqualTo(401);
        assertThat(call("GET", "/api/../x", "", "").status()).isEqualTo(400);
        assertThat(call("GET", "/api/v1/nothing", "", "").status()).isEqualTo(404);
        assertThat(call("PUT", "/api/v1/accounts", "", "").status()).isEqualTo(405);
    }

    private CallReply call(String method, String target, String body, String token) {
        return await(gateway.bus.request(
                Contract.API_CALL,
                Gateway.NODE,
                new RouteCall(
                        "request-1", method, target, Payload.utf8(body), token, "1.2.3.4", "", Deadline.in(5_000)),
                6_000));
    }
}
