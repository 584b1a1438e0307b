package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N13")
@Tag("C5")
class BridgeTest {
    private final Gateway gateway = Gateway.start("WS_MAX_SUBSCRIPTIONS", "3");

    @AfterEach
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"websocket", "xhr-polling", "xhr-streaming"})
    void theStockClientSubscribesCallsAndIsKeptOut(String transport) {
        FakeSource source = gateway.source();
        gateway.serveCalls(call -> CallReply.ok(Payload.utf8("{\"done\":true}")));
        try (PeerProcess node = NodeClients.run("bridge.cjs", url(), gateway.token(), transport)) {
            node.awaitLine("registered");
            NodeClients.met();
            source.awaitInterest("xy.md.tick.a");
            source.awaitInterest("xy.md.*.b");
            source.value("xy.md.tick.a", "e", 1, "{\"p\":1.10}");
            source.value("xy.md.tick.b", "e", 1, "[2]");
            source.send(StreamRecord.value("xy.md.tick.a", "e", 2, 0, Payload.of(new byte[] {1})));
            node.awaitLine("{\"what\":\"a\",\"value\":{\"p\":1.1}}");
            node.awaitLine("{\"what\":\"b\",\"value\":[\"xy.md.tick.b\",[2]]}");
            node.awaitLine("{\"what\":\"a\",\"value\":{\"$b64\":\"AQ==\"}}");
            node.awaitLine("{\"what\":\"call\",\"value\":{\"done\":true}}");
            node.awaitLine("\"bad-call\"");
            assertThat(value(node, "early").toString()).contains("access_denied");
            assertThat(value(node, "bad-auth").toString()).contains("unauthorized");
            assertThat(value(node, "secret").toString()).contains("access_denied");
            assertThat(value(node, "somewhere").toString()).contains("forbidden");
            assertThat(value(node, "auth").toString()).contains("t07");
            assertThat(node.lines()).noneMatch(line -> line.contains("forged"));
            node.say("unregister");
            node.awaitLine("unregistered");
            node.say("close");
            node.awaitLine("closed");
        }
        Await.until("the bridge client is gone", () -> gateway.figure("clients") == 0);
    }

    @Test
    void theTokenMayStandInTheHeadersOfEachFrame() {
        FakeSource source = gateway.source();
        try (PeerProcess node = NodeClients.run("header.cjs", url(), gateway.token())) {
            source.awaitInterest("xy.md.tick.a");
            NodeClients.met();
            source.value("xy.md.tick.a", "e", 1, "7");
            node.awaitLine("a 7");
            gateway.control(Control.Kind.KICK, "t07");
            node.awaitLine("4303");
        }
    }

    @Test
    void framesThatAreWrongAreAnsweredLikeTheStockBridge() {
        XyTestClient raw = raw();
        raw.sendText("nonsense");
        raw.awaitFrame("invalid_json");
        raw.sendText("{\"type\":\"ping\"}");
        raw.sendText("{\"type\":\"register\"}");
        raw.awaitFrame("missing_address");
        raw.sendText("{\"type\":\"register\",\"address\":\"xy.md.a\"}");
        raw.awaitFrame("access_denied");
        raw.sendText("{\"type\":\"send\",\"address\":\"xy.auth\",\"body\":{\"token\":\"" + gateway.token() + "\"}}");
        raw.sendText("{\"type\":\"dance\",\"address\":\"xy.md.a\"}");
        raw.awaitFrame("invalid_type");
        for (String address : List.of("a", "a", "b", "c", "d")) {
            raw.sendText("{\"type\":\"register\",\"address\":\"xy.md." + address + "\"}");
        }
        raw.awaitFrame("address_already_registered");
        raw.awaitFrame("max_handlers_reached");
        raw.sendText("{\"type\":\"publish\",\"address\":\"xy.md.a\",\"body\":1}");
        Await.until(
                "publish is refused",
                () -> raw.frames().stream()
                                .filter(f -> f.contains("access_denied"))
                                .count()
                        == 2);
        String other = gateway.token(Gateway.principal("t9", List.of(), List.of()));
        raw.sendText("{\"type\":\"send\",\"address\":\"xy.auth\",\"replyAddress\":\"r1\",\"body\":{\"token\":\"" + other
                + "\"}}");
        raw.awaitFrame("\"address\":\"r1\"");
        raw.sendText("{\"type\":\"send\",\"address\":\"xy.api\",\"replyAddress\":\"r2\",\"body\":{\"to\":\"/x\"}}");
        raw.awaitFrame("no_service");
    }

    @Test
    void aNarrowerTokenEndsWhatIsNoLongerGranted() {
        XyTestClient raw = raw();
        raw.sendText(register(gateway.token(), "xy.md.a"));
        Await.until("registered", () -> gateway.figure("subscriptions") == 1);
        raw.sendText(register(gateway.token(Gateway.principal("t07", List.of(), List.of("xy.md.b"))), "xy.md.b"));
        raw.awaitFrame("access_denied");
        Await.until("one is left", () -> gateway.figure("subscriptions") == 1);
    }

    @Test
    void aFloodIsCutOff() {
        XyTestClient raw = raw();
        for (int i = 0; i < 200; i++) {
            raw.socket().writeTextMessage("{\"type\":\"ping\"}").onFailure(gone -> {});
        }
        raw.awaitClose();
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() {
        try (RawSocket socket = RawSocket.connect(gateway.port())) {
            socket.send(("POST /eventbus/000/abcdefgh/xhr_send HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.awaitText(text -> text.contains("\r\n\r\n"))).startsWith("HTTP/1.1 413 ");
        }
    }

    private XyTestClient raw() {
        return XyTestClient.text(gateway.vertx(), gateway.port(), "/eventbus/websocket");
    }

    private static String register(String token, String address) {
        return new JsonObject()
                .put("type", "register")
                .put("address", address)
                .put("headers", new JsonObject().put("Authorization", "Bearer " + token))
                .encode();
    }

    private String url() {
        return "http://127.0.0.1:" + gateway.port() + "/eventbus";
    }

    private static Object value(PeerProcess node, String what) {
        for (String line : node.lines()) {
            JsonObject said = new JsonObject(line);
            if (said.getString("what").equals(what)) {
                Object value = said.getValue("value");
                return value == null ? new JsonArray() : value;
            }
        }
        throw new AssertionError("nothing of " + what + " in " + node.lines());
    }
}
