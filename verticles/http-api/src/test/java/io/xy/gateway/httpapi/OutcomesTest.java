package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key makes a repeat safe: one execution, the same answer for every repeat, and somebody to ask. */
@Tag("Z12")
@Tag("X8")
class OutcomesTest {
    private static final String EXECUTE = "/api/v1/instructions/execute";
    private static final String ORDER = "{\"instructions\":[{\"raw\":\"x\"}],\"accounts\":[\"account1\"]}";
    private static final String OTHER = "{\"instructions\":[{\"raw\":\"y\"}],\"accounts\":[\"account1\"]}";
    private static final String DONE = "{\"success\":true,\"execution_id\":\"e1\"}";

    private Gateway gateway;
    private FakeBridge bridge;
    private String trader;

    @BeforeEach
    void start() {
        start(Map.of());
    }

    private void start(Map<String, String> environment) {
        List<RouteConfig> outcomes = Gateway.routes(Gateway.root().resolve("conf/routes")).stream()
                .filter(route -> route.where().startsWith("routes/outcomes.yaml"))
                .toList();
        gateway = Gateway.start(environment, 2, outcomes);
        bridge = gateway.bridge();
        bridge.answers(DONE);
        trader = user("u1");
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private String user(String id) {
        return gateway.token(new Principal(id, id, Principal.OPERATOR, List.of(), List.of("*"), List.of(), "", 0));
    }

    private Gateway.Reply execute(String token, String body, String key) {
        return gateway.call("POST", EXECUTE, token, body, "Idempotency-Key", key);
    }

    private JsonObject outcome(String token, String key) {
        Gateway.Reply reply = gateway.get("/api/v1/outcomes/" + key, token);
        assertThat(reply.status()).as(reply.body()).isEqualTo(200);
        return reply.json();
    }

    @Test
    @Tag("T-30")
    @Tag("T-A07")
    void aHundredCallsWithOneKeyAreOneExecution() {
        Promise<CallReply> held = Promise.promise();
        bridge.service = call -> held.future();
        List<CompletableFuture<Gateway.Reply>> replies = IntStream.range(0, 100)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> execute(trader, ORDER, "k-100")))
                .toList();
        bridge.taken();
        Await.until(
                "the others have been told",
                () -> replies.stream().filter(CompletableFuture::isDone).count() >= 1);
        held.complete(FakeBridge.json(DONE));

        List<Gateway.Reply> all = replies.stream().map(CompletableFuture::join).toList();

        assertThat(bridge.calls).isEmpty();
        assertThat(all).allSatisfy(reply -> assertThat(reply.status()).isIn(200, 409));
        assertThat(all.stream()
                        .filter(reply -> reply.status() == 200
                                && reply.header("idempotency-replayed").isEmpty()))
                .hasSize(1);
        all.stream().filter(reply -> reply.status() == 409).forEach(reply -> {
            assertThat(reply.json().getString("code")).isEqualTo("conflict");
            assertThat(reply.json().getString("outcome")).isEqualTo("unknown");
            assertThat(reply.header("retry-after")).isEqualTo("1");
        });
        assertThat(execute(trader, ORDER, "k-100").status()).isEqualTo(200);
    }

    @Test
    @Tag("T-30")
    void aRepeatGetsTheSameAnswerAndOtherKeysAndCallersAreTheirOwn() {
        Gateway.Reply first = execute(trader, ORDER, "k1");
        Gateway.Reply repeat = execute(trader, ORDER, "k1");
        Gateway.Reply quoted = execute(trader, ORDER, "\"k1\"");

        assertThat(bridge.calls).hasSize(1);
        assertThat(first.header("idempotency-replayed")).isEmpty();
        assertThat(List.of(repeat, quoted)).allSatisfy(reply -> {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.body()).isEqualTo(first.body());
            assertThat(reply.header("idempotency-replayed")).isEqualTo("true");
        });
        assertThat(execute(trader, ORDER, "k2").header("idempotency-replayed")).isEmpty();
        assertThat(execute(user("u2"), ORDER, "k1").header("idempotency-replayed"))
                .isEmpty();
        assertThat(gateway.post(EXECUTE, trader, ORDER).status()).isEqualTo(200);
        assertThat(bridge.calls).hasSize(4);
        assertThat(bridge.calls.stream().map(ServiceCall::idempotencyKey).distinct())
                .hasSize(4);
    }

    @Test
    @Tag("T-30")
    @Tag("T-A07")
    void anotherRequestUnderTheSameKeyIsRefused() {
        assertThat(execute(trader, ORDER, "k1").status()).isEqualTo(200);
        bridge.calls.clear();

        List<Gateway.Reply> others = List.of(
                execute(trader, OTHER, "k1"),
                execute(trader, ORDER + " ", "k1"),
                gateway.call("POST", EXECUTE + "?x=1", trader, ORDER, "Idempotency-Key", "k1"),
                gateway.call("POST", "/api/v1/algorithms/a1/pause", trader, null, "Idempotency-Key", "k1"));

        assertThat(others).allSatisfy(reply -> {
            assertThat(reply.status()).as(reply.body()).isEqualTo(422);
            assertThat(reply.json().getString("code")).isEqualTo("unprocessable");
            assertThat(reply.json().getString("outcome")).isEqualTo("not-executed");
        });
        assertThat(bridge.calls).extracting(ServiceCall::method).doesNotContain("execute_instructions");
        assertThat(execute(trader, ORDER, "k1").header("idempotency-replayed")).isEqualTo("true");
    }

    @Test
    @Tag("T-32")
    void aLateAnswerResolvesWhatWasUnknownForItsCallerAlone() {
        bridge.service = call ->
                Future.succeededFuture(CallReply.failed(GatewayError.TIMEOUT.unknown("The service did not answer")));
        Gateway.Reply lost = execute(trader, ORDER, "k1");
        ServiceCall call = bridge.taken();
        assertThat(lost.status()).isEqualTo(504);
        assertThat(outcome(trader, "k1").getString("outcome")).isEqualTo("unknown");
        Gateway.Reply repeat = execute(trader, ORDER, "k1");
        assertThat(repeat.status()).isEqualTo(504);
        assertThat(repeat.json().getString("outcome")).isEqualTo("unknown");

        late(new LateReply("someone-else", call.service(), call.idempotencyKey(), FakeBridge.json("{\"a\":1}")));
        late(new LateReply(call.requestId(), call.service(), "k1", FakeBridge.json("{\"a\":1}")));
        late(new LateReply(call.requestId(), call.service(), call.idempotencyKey(), FakeBridge.json(DONE)));
        Await.until(
                "the late answer is in the ledger",
                () -> outcome(trader, "k1").getString("outcome").equals("executed"));

        JsonObject told = outcome(trader, "k1");
        assertThat(told.getJsonObject("answer").getInteger("status")).isEqualTo(200);
        assertThat(told.getJsonObject("answer").getJsonObject("body").getString("executionId"))
                .isEqualTo("e1");
        Gateway.Reply again = execute(trader, ORDER, "k1");
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.header("idempotency-replayed")).isEqualTo("true");
        assertThat(again.json().getString("executionId")).isEqualTo("e1");
        assertThat(bridge.calls).isEmpty();
        assertThat(gateway.get("/api/v1/outcomes/k1", user("u2")).status()).isEqualTo(404);
    }

    private void late(LateReply reply) {
        gateway.bus.publish(Contract.OUTCOME_LATE, reply);
    }

    /** What became of the first call; what the ledger then says; whether the service is asked again by a repeat. */
    static Stream<Arguments> endings() {
        return Stream.of(
                Arguments.of(GatewayError.OVERLOADED.notExecuted(""), "not-executed", true),
                Arguments.of(GatewayError.UPSTREAM_DOWN.notExecuted(""), "not-executed", true),
                Arguments.of(GatewayError.NO_SERVICE.notExecuted(""), "not-executed", true),
                Arguments.of(GatewayError.CIRCUIT_OPEN.notExecuted(""), "not-executed", true),
                Arguments.of(GatewayError.TIMEOUT.notExecuted(""), "not-executed", true),
                Arguments.of(GatewayError.BAD_REQUEST.notExecuted(""), "not-executed", false),
                Arguments.of(GatewayError.TIMEOUT.unknown(""), "unknown", false),
                Arguments.of(GatewayError.UPSTREAM_DOWN.unknown(""), "unknown", false),
                Arguments.of(GatewayError.DRAINING.unknown(""), "unknown", false),
                Arguments.of(GatewayError.SERVICE_FAILED.executed(""), "executed", false),
                Arguments.of(GatewayError.BAD_REPLY.executed(""), "executed", false));
    }

    @ParameterizedTest
    @MethodSource("endings")
    void onlyWhatNeverReachedTheServiceIsSentAgain(Failure failure, String outcome, boolean again) {
        bridge.service = call -> Future.succeededFuture(CallReply.failed(failure));
        Gateway.Reply first = execute(trader, ORDER, "k1");
        assertThat(outcome(trader, "k1").getString("outcome")).isEqualTo(outcome);
        bridge.calls.clear();
        bridge.answers(DONE);

        Gateway.Reply second = execute(trader, ORDER, "k1");

        assertThat(bridge.calls).hasSize(again ? 1 : 0);
        assertThat(second.status()).isEqualTo(again ? 200 : first.status());
        assertThat(second.header("idempotency-replayed")).isEqualTo(again ? "" : "true");
    }

    @Test
    void aRefusalByTheServiceIsAnAnswerLikeAnyOther() {
        bridge.answers("{\"success\":false,\"errors\":[\"no\"]}");
        Gateway.Reply first = execute(trader, ORDER, "k1");
        bridge.answers(DONE);

        Gateway.Reply second = execute(trader, ORDER, "k1");

        assertThat(first.status()).isEqualTo(422);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(bridge.calls).hasSize(1);
        assertThat(outcome(trader, "k1").getString("outcome")).isEqualTo("not-executed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "a;b", "ü", "a\"", "\"\"", "a,b", "%61", "*"})
    void aMalformedKeyIsRefusedBeforeAnythingIsSent(String key) {
        Gateway.Reply reply = execute(trader, ORDER, key);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(bridge.calls).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128, 129, 5_000})
    void aKeyHasAtMost128Characters(int length) {
        assertThat(execute(trader, ORDER, "k".repeat(length)).status()).isEqualTo(length <= 128 ? 200 : 400);
    }

    @Test
    void keysOfReadsAndOfUnknownCallsMeanNothing() {
        bridge.answers("[]");
        for (int i = 0; i < 3; i++) {
            Gateway.Reply reply = gateway.call("GET", "/api/v1/accounts", trader, null, "Idempotency-Key", "k1");
            assertThat(reply.header("idempotency-replayed")).isEmpty();
        }
        assertThat(bridge.calls).hasSize(3);
        assertThat(gateway.get("/api/v1/outcomes/k1", trader).status()).isEqualTo(404);
        assertThat(gateway.get("/api/v1/outcomes/k%20", trader).status()).isEqualTo(404);
        assertThat(gateway.get("/api/v1/outcomes/k1", "").status()).isEqualTo(401);
    }

    @Test
    void aFullLedgerRefusesNewKeysAndKeepsTheOldOnes() {
        gateway.close();
        start(Map.of("HTTP_OUTCOMES_ENTRIES", "2"));
        execute(trader, ORDER, "k1");
        execute(trader, ORDER, "k2");
        bridge.calls.clear();

        Gateway.Reply refused = execute(trader, ORDER, "k3");

        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.json().getString("code")).isEqualTo("ledger_unavailable");
        assertThat(refused.json().getString("outcome")).isEqualTo("not-executed");
        assertThat(bridge.calls).isEmpty();
        assertThat(execute(trader, ORDER, "k1").header("idempotency-replayed")).isEqualTo("true");
        assertThat(gateway.post(EXECUTE, trader, ORDER).status()).isEqualTo(200);
    }

    @Test
    void aClusterWithoutASharedLedgerRefusesKeysAndServesTheRest() {
        gateway.close();
        start(Map.of("CLUSTER_ENABLED", "true"));

        assertThat(execute(trader, ORDER, "k1").json().getString("code")).isEqualTo("ledger_unavailable");
        assertThat(gateway.get("/api/v1/outcomes/k1", trader).status()).isEqualTo(503);
        assertThat(bridge.calls).isEmpty();
        assertThat(gateway.post(EXECUTE, trader, ORDER).status()).isEqualTo(200);
    }

    @Test
    @Tag("T-30")
    void anHttpUpstreamIsAskedOnceAndItsAnswerReplayed() {
        List<String> seen = new ArrayList<>();
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    for (String request = connection.request(); !request.isEmpty(); request = connection.request()) {
                        seen.add(request);
                        connection.send("HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nX-Order: 7\r\n"
                                + "Content-Length: 2\r\n\r\nok");
                    }
                });
                Gateway front = UpstreamStage.start("    breaker: {failures: 0}\n", upstream.port())) {
            String operator = front.token("operator");
            Gateway.Reply first = front.call("POST", "/u/things", operator, "{}", "Idempotency-Key", "k1");
            Gateway.Reply repeat = front.call("POST", "/u/things", operator, "{}", "Idempotency-Key", "k1");
            Gateway.Reply other = front.call("POST", "/u/things", operator, "{ }", "Idempotency-Key", "k1");
            Gateway.Reply plain = front.call("POST", "/u/things", operator, "{}");

            assertThat(List.of(first, repeat)).allSatisfy(reply -> {
                assertThat(reply.status()).isEqualTo(201);
                assertThat(reply.body()).isEqualTo("ok");
                assertThat(reply.header("content-type")).isEqualTo("text/plain");
                assertThat(reply.header("x-order")).isEqualTo("7");
            });
            assertThat(repeat.header("idempotency-replayed")).isEqualTo("true");
            assertThat(other.status()).isEqualTo(422);
            assertThat(plain.status()).isEqualTo(201);
            assertThat(seen).hasSize(2).allSatisfy(request -> assertThat(request)
                    .endsWith("\r\n\r\n{}"));
        }
    }

    @Test
    void anHttpUpstreamThatBreaksOffLeavesTheKeyUnknownAndIsNotAskedAgain() {
        try (RawUpstream upstream = new RawUpstream(RawUpstream.Connection::request);
                Gateway front = UpstreamStage.start("    breaker: {failures: 0}\n", upstream.port())) {
            String operator = front.token("operator");

            for (int i = 0; i < 3; i++) {
                Gateway.Reply reply = front.call("POST", "/u/things", operator, "{}", "Idempotency-Key", "k1");
                assertThat(reply.status()).isEqualTo(504);
                assertThat(reply.json().getString("outcome")).isEqualTo("unknown");
            }
            assertThat(upstream.requests).hasSize(1);
        }
    }
}
