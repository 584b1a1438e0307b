package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The stock event-bus client under the desk's event names: the rights are those of the streams and routes behind them. */
@Tag("N13")
@Tag("Z13")
class DeskEventsTest {
    private static final String PORTFOLIOS = """
            {"success":true,"data":{"p1":[{"id":"algo1"},{"id":"algo2"}],"p2":[{"id":"algo3"}]}}""";

    private final Gateway gateway = Gateway.start("WS_SUBJECT_WHITELIST", "xy.md.>,xy.acct.>,xy.algo.>,xy.exec.>");
    private final Map<String, RouteCall> calls = new ConcurrentHashMap<>();

    @AfterEach
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "xhr-streaming"})
    void aTraderHearsItsOwnAccountsAndNothingElse(String transport) {
        FakeSource source = gateway.source();
        api();
        String token = gateway.token(Gateway.principal("t07", List.of("account1", "b&c"), List.of()));
        try (PeerProcess node =
                NodeClients.run("desk.cjs", "http://127.0.0.1:" + gateway.port() + "/eventbus", token, transport)) {
            node.awaitLine("\"ready\"");
            NodeClients.met();
            source.awaitInterest("xy.acct.account1.>");
            node.awaitLine("\"history\"");
            assertThat(source.patterns()).containsExactly("xy.acct.account1.>");
            for (String name : List.of("mine", "again")) {
                assertThat(said(node, name).getJsonArray("accountIds").getList())
                        .containsExactly("account1");
            }
            for (String name : List.of("others", "both", "wild", "algorithms", "portfolio", "execution", "unknown")) {
                assertThat(said(node, name).getString("message")).as(name).isEqualTo("forbidden");
            }
            for (String name : List.of("none", "number", "portfolio-bad")) {
                assertThat(said(node, name).getString("message")).as(name).isEqualTo("bad_request");
            }
            calledAsByRest();
            source.value("xy.acct.account1.balance", "e", 1, "{\"accountId\":\"account1\",\"data\":{\"p\":1.5}}");
            node.awaitLine("{\"what\":\"account:update\",\"value\":{\"accountId\":\"account1\",\"data\":{\"p\":1.5}}}");
            node.say("unsubscribe");
            node.awaitLine("\"gone\"");
            Await.until("nothing is subscribed", () -> gateway.figure("subscriptions") == 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "websocket")
    void whoMayUseAllAccountsHearsAlgorithmsAndExecutionsToo(String transport) {
        FakeSource source = gateway.source();
        api();
        try (PeerProcess node = NodeClients.run(
                "desk.cjs", "http://127.0.0.1:" + gateway.port() + "/eventbus", gateway.token(), transport)) {
            node.awaitLine("\"ready\"");
            NodeClients.met();
            source.awaitInterest("xy.algo.algo1.>");
            source.awaitInterest("xy.exec.e1.update");
            source.awaitInterest("xy.acct.=2A.>");
            source.awaitInterest("xy.algo.algo2.>");
            source.value("xy.algo.algo1.progress", "e", 1, "[1]");
            source.value("xy.algo.algo2.progress", "e", 1, "[3]");
            source.value("xy.exec.e1.update", "e", 1, "[2]");
            node.awaitLine("{\"what\":\"algorithm:update\",\"value\":[1]}");
            node.awaitLine("{\"what\":\"algorithm:update\",\"value\":[3]}");
            assertThat(said(node, "portfolio").getString("portfolioId")).isEqualTo("p1");
            assertThat(said(node, "portfolio").getJsonArray("algorithmIds").getList())
                    .containsExactly("algo1", "algo2");
            assertThat(said(node, "portfolio-none").getJsonArray("algorithmIds").getList())
                    .isEmpty();
            assertThat(source.patterns()).doesNotContain("xy.algo.algo3.>");
            node.awaitLine("{\"what\":\"instruction:execution:update\",\"value\":[2]}");
        }
    }

    @Test
    void addressesAndEventsShareOneLimit() {
        try (Gateway small = Gateway.start("WS_SUBJECT_WHITELIST", "xy.md.>,xy.acct.>", "WS_MAX_SUBSCRIPTIONS", "3")) {
            XyTestClient raw = XyTestClient.text(small.vertx(), small.port(), "/eventbus/websocket");
            raw.sendText("{\"type\":\"send\",\"address\":\"xy.auth\",\"body\":{\"token\":\"" + small.token() + "\"}}");
            raw.sendText("{\"type\":\"register\",\"address\":\"xy.md.a\"}");
            raw.sendText("{\"type\":\"register\",\"address\":\"xy.md.b\"}");
            raw.sendText(subscribe("two", "\"a1\",\"a2\""));
            raw.awaitFrame("\"message\":\"too_many_subs\"");
            raw.sendText(subscribe("one", "\"a1\""));
            Await.until("all there may be", () -> small.figure("subscriptions") == 3);
            raw.sendText("{\"type\":\"register\",\"address\":\"xy.md.c\"}");
            raw.awaitFrame("max_handlers_reached");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|bad_reply",
                "{\"data\":[]}|bad_reply",
                "nonsense|bad_reply",
                "\"\"|bad_reply",
                "{\"data\":{\"p1\":{}}}|algorithmIds\":[]",
                "{\"data\":{\"p1\":[1,{\"id\":2},{\"id\":\"\"},{\"id\":\"a\"}]}}|algorithmIds\":[\"a\"]"
            })
    void aPortfolioIsWhatTheRouteSays(String answer, String said) {
        gateway.serveCalls(call -> CallReply.ok(Payload.utf8(answer)));
        portfolio().awaitFrame(said);
    }

    @Test
    void aPortfolioThatCannotBeAskedForSaysWhy() {
        gateway.serveCalls(call -> CallReply.failed(GatewayError.TIMEOUT.unknown("No answer")));
        portfolio().awaitFrame("\"message\":\"timeout\"");
    }

    @Test
    void aPortfolioOfMoreThanOneConnectionMayHaveIsRefusedWhole() {
        gateway.serveCalls(call -> {
            String many = IntStream.range(0, 2_001)
                    .mapToObj(i -> "{\"id\":\"a" + i + "\"}")
                    .collect(Collectors.joining(","));
            return CallReply.ok(Payload.utf8("{\"data\":{\"p1\":[" + many + "]}}"));
        });
        portfolio().awaitFrame("\"message\":\"too_many_subs\"");
        Await.until("nothing is subscribed", () -> gateway.figure("subscriptions") == 0);
    }

    private XyTestClient portfolio() {
        XyTestClient raw = XyTestClient.text(gateway.vertx(), gateway.port(), "/eventbus/websocket");
        raw.sendText("{\"type\":\"send\",\"address\":\"algorithm:subscribe:portfolio\",\"replyAddress\":\"r\","
                + "\"headers\":{\"Authorization\":\"Bearer " + gateway.token() + "\"},"
                + "\"body\":{\"portfolioId\":\"p1\"}}");
        return raw;
    }

    private static String subscribe(String reply, String accounts) {
        return "{\"type\":\"send\",\"address\":\"account:subscribe\",\"replyAddress\":\"" + reply
                + "\",\"body\":{\"accountIds\":[" + accounts + "]}}";
    }

    private void calledAsByRest() {
        assertThat(calls.keySet())
                .containsExactlyInAnyOrder(
                        "GET /api/v1/accounts/a%2Fb%20c",
                        "GET /api/v1/algorithms/algo1",
                        "GET /api/v1/algorithms/by-portfolio",
                        "POST /api/v1/algorithms/algo1/command",
                        "POST /api/v1/instructions/parse",
                        "POST /api/v1/instructions/execute",
                        "DELETE /api/v1/instructions/execution/e1",
                        "GET /api/v1/instructions/history?limit=3&accounts=account1&accounts=b%26c");
        assertThat(Objects.requireNonNull(calls.get("POST /api/v1/algorithms/algo1/command"))
                        .body()
                        .text())
                .isEqualTo("{\"command\":\"pause\"}");
        assertThat(calls.values())
                .allSatisfy(call -> assertThat(call.credential()).isNotEmpty());
    }

    private void api() {
        gateway.serveCalls(call -> {
            calls.put(call.method() + ' ' + call.target(), call);
            return CallReply.ok(Payload.utf8(call.target().endsWith("/by-portfolio") ? PORTFOLIOS : "{\"done\":true}"));
        });
    }

    private static JsonObject said(PeerProcess node, String what) {
        for (String line : node.lines()) {
            JsonObject said = new JsonObject(line);
            if (said.getString("what").equals(what)) {
                return said.getJsonObject("value");
            }
        }
        throw new AssertionError("nothing of " + what + " in " + node.lines());
    }
}
