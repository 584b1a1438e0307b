package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N9")
class TwoVerbTest {
    private final Gateway gateway = Gateway.start("WS_MAX_SUBSCRIPTIONS", "3", "WS_SEND_QUEUE_MAX", "20");

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void eachMessageIsOneBinaryFrameWithoutAnEnvelope() {
        FakeSource source = gateway.source();
        XyTestClient old = old("bearer", gateway.token());
        old.sendText("{\"type\":\"subscribe\",\"subjects\":[\"xy.md.a\",\"xy.md.b.*\"]}");
        source.awaitInterest("xy.md.b.*");
        source.value("xy.md.a", "e", 1, "{\"p\":1}");
        source.send(
                StreamRecord.value("xy.md.b.x", "e", 1, 0, Payload.of(new byte[] {0, (byte) 0xff})),
                StreamRecord.value("xy.md.b.x", "e", 2, 0, Payload.utf8("plain")));
        Await.until("three frames", () -> old.binaries().size() == 3);
        assertThat(text(old, 0)).isEqualTo("{\"p\":1}");
        assertThat(old.binaries().get(1)).containsExactly(0, (byte) 0xff);
        assertThat(text(old, 2)).isEqualTo("plain");
        assertThat(old.frames()).isEmpty();
        assertThat(old.socket().subProtocol()).isEqualTo("bearer");
    }

    @Test
    void subscribeReplacesTheListAndUnsubscribeRemoves() {
        gateway.source();
        XyTestClient old = old("bearer", gateway.token());
        old.sendText("{\"type\":\"subscribe\",\"subjects\":[\"xy.md.a\",\"xy.md.b\"]}");
        Await.until("two", () -> gateway.figure("subscriptions") == 2);
        old.sendText("{\"type\":\"subscribe\",\"subjects\":[\"xy.md.b\",\"xy.md.c\",\"xy.md.d\",\"xy.md.e\"]}");
        Await.until("three, as many as allowed", () -> gateway.figure("subscriptions") == 3);
        old.sendText("{\"type\":\"unsubscribe\",\"subjects\":[\"xy.md.b\",\"xy.md.unknown\",7]}");
        Await.until("two again", () -> gateway.figure("subscriptions") == 2);
        old.sendText("{\"type\":\"subscribe\",\"subjects\":[]}");
        Await.until("none", () -> gateway.figure("subscriptions") == 0);
    }

    @Test
    @Tag("N2")
    void whatIsRefusedOrMeaninglessIsPassedOverInSilence() {
        FakeSource source = gateway.source();
        XyTestClient old = old("bearer", gateway.token());
        for (String frame : List.of(
                "nonsense",
                "{}",
                "{\"type\":\"dance\",\"subjects\":[]}",
                "{\"type\":\"subscribe\",\"subjects\":\"xy.md.a\"}",
                "{\"type\":\"subscribe\",\"subjects\":[\"xy.secret\",\"$SYS.>\",\">\",\"a b\",\"xy.md.ok\"]}")) {
            old.sendText(frame);
        }
        source.awaitInterest("xy.md.ok");
        assertThat(source.patterns()).containsExactly("xy.md.ok");
        assertThat(old.frames()).isEmpty();
    }

    @Test
    @Tag("N5")
    void beyondTheQueueMessagesAreDroppedAndCounted() {
        FakeSource source = gateway.source();
        XyTestClient old = old("bearer", gateway.token());
        old.sendText("{\"type\":\"subscribe\",\"subjects\":[\"xy.md.a\"]}");
        source.awaitInterest("xy.md.a");
        StreamRecord[] burst = new StreamRecord[30];
        for (int i = 0; i < 30; i++) {
            burst[i] = StreamRecord.value("xy.md.a", "e", i + 1, 0, Payload.utf8("" + i));
        }
        source.send(burst);
        Await.until("twenty frames and the newest", () -> old.binaries().size() == 21);
        assertThat(new String(old.binaries().get(20), StandardCharsets.UTF_8)).isEqualTo("29");
        Await.until("nine drops", () -> gateway.figure("dropped") == 9);
    }

    @Test
    void itIsClosedWithAReasonLikeTheOthers() {
        XyTestClient drained = old("bearer", gateway.token());
        gateway.control(Control.Kind.DRAIN, "");
        gateway.control(Control.Kind.KICK, "t07");
        assertThat(drained.awaitClose()).isEqualTo(4303);
    }

    @Test
    void aBinaryFrameAndAFloodCloseIt() {
        XyTestClient old = old("bearer", gateway.token());
        old.socket().writeBinaryMessage(io.vertx.core.buffer.Buffer.buffer("x")).onFailure(gone -> {});
        assertThat(old.awaitClose()).isEqualTo(4300);
        XyTestClient flood = old("bearer", gateway.token());
        for (int i = 0; i < 300; i++) {
            flood.socket().writeTextMessage("{}").onFailure(gone -> {});
        }
        assertThat(flood.awaitClose()).isEqualTo(4101);
    }

    private XyTestClient old(String... protocols) {
        return XyTestClient.connect(
                gateway.vertx(), gateway.port(), "/ws", MultiMap.caseInsensitiveMultiMap(), protocols);
    }

    private static String text(XyTestClient client, int frame) {
        return new String(client.binaries().get(frame), StandardCharsets.UTF_8);
    }
}
