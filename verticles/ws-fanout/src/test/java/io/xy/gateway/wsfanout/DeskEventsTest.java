package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stock event-bus client under the desk's event names: the rights are those of the streams and routes behind them. */
@Tag("N13")
@Tag("Z13")
class DeskEventsTest {
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
            for (String name : List.of("others", "both", "wild", "algorithms", "execution", "unknown")) {
                assertThat(said(node, name).getString("message")).as(name).isEqualTo("forbidden");
            }
            for (String name : List.of("none", "number")) {
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
            source.value("xy.algo.algo1.progress", "e", 1, "[1]");
            source.value("xy.exec.e1.update", "e", 1, "[2]");
            node.awaitLine("{\"what\":\"algorithm:update\",\"value\":[1]}");
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

    private static String subscribe(String reply, String accounts) {
        return "{\"type\":\"send\",\"address\":\"account:subscribe\",\"replyAddress\":\"" + reply
                + "\",\"body\":{\"accountIds\":[" + accounts + "]}}";
    }

    private void calledAsByRest() {
        assertThat(calls.keySet())
                .containsExactlyInAnyOrder(
                        "GET /api/v1/accounts/a%2Fb%20c",
                        "GET /api/v1/algorithms/algo1",
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
            return CallReply.ok(Payload.utf8("{\"done\":true}"));
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
