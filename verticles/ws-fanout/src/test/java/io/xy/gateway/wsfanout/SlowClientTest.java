package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowQuery;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N5")
@Tag("N6")
class SlowClientTest {
    private static final int TEXT = 0x81;
    private static final String PAYLOAD = "{\"x\":\"" + "y".repeat(2_000) + "\"}";

    private final Gateway gateway = Gateway.start("WS_SEND_QUEUE_MAX", "100", "WS_SEND_QUEUE_BYTES", "16384");
    private final FakeSource source = gateway.source();

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aClientThatDoesNotReadGetsTheNewestValueWhenItReadsAgain() {
        try (RawSocket stuck = subscriber("latest", "")) {
            XyTestClient other = gateway.trader();
            other.subscribe(1, "xy.md.a");
            int last = floodUntilBlocked("conflated");
            other.await("d", r -> r.getLong(2) == last);
            Await.until("it counts as slow", () -> gateway.figure("slow") == 1);
            String all = stuck.awaitText(text -> text.contains("[\"d\",1," + last + ","));
            assertThat(all).doesNotContain("\"g\"");
        }
    }

    @Test
    void inAllModeWhatIsDroppedIsNamed() {
        try (RawSocket stuck = subscriber("all", "")) {
            int last = floodUntilBlocked("dropped");
            SlowConnections slow = TestVertx.await(
                    gateway.bus().request(Contract.STREAM_SLOW, Gateway.NODE + "/ws-0", new SlowQuery(5), 2_000));
            assertThat(slow.connections()).singleElement().satisfies(each -> {
                assertThat(each.user()).isEqualTo("t07");
                assertThat(each.entries()).isPositive();
                assertThat(each.bytes()).isPositive();
            });
            stuck.awaitText(text -> text.contains("\"slow\"]"));
            source.send(value(last + 1));
            stuck.awaitText(text -> text.contains("[\"d\",1," + (last + 1) + ","));
        }
    }

    @Test
    void whoAsksToBeClosedInsteadIsClosed() {
        try (RawSocket stuck = subscriber("all", ",\"over\":\"close\"")) {
            Await.until("it is counted", () -> gateway.figure("clients") == 1);
            floodUntil("clients", 0);
            assertThat(stuck.awaitCloseCode()).isEqualTo(4102);
            assertThat(gateway.figure("dropped")).isEqualTo(1);
        }
    }

    @Test
    void aBridgeClientThatDoesNotReadIsBoundedToo() {
        try (RawSocket stuck = RawSocket.connect(gateway.port())) {
            stuck.sendUpgrade("/eventbus/websocket");
            stuck.awaitText(text -> text.contains("101 "));
            stuck.send(RawSocket.frame(TEXT, register("xy.md.a")));
            source.awaitInterest("xy.md.a");
            int last = floodUntilBlocked("dropped");
            stuck.awaitText(text -> text.contains("yyy"));
            assertThat(last).isPositive();
        }
    }

    @Test
    @Tag("N13")
    void aBridgeClientThatAsksAndAsksButDoesNotReadIsCut() {
        try (RawSocket stuck = RawSocket.connect(gateway.port())) {
            stuck.sendUpgrade("/eventbus/websocket");
            stuck.awaitText(text -> text.contains("101 "));
            stuck.send(RawSocket.frame(TEXT, register("xy.md.a")));
            source.awaitInterest("xy.md.a");
            floodUntilBlocked("dropped");
            for (int i = 0; i < 40; i++) {
                stuck.trySend(RawSocket.frame(TEXT, register("xy.no." + "a".repeat(2_000))));
            }
            Await.until("it is cut", () -> gateway.figure("clients") == 0);
            assertThat(gateway.figure("subscriptions")).isZero();
        }
    }

    private byte[] register(String address) {
        return ("{\"type\":\"register\",\"address\":\"" + address + "\",\"headers\":{\"Authorization\":\"Bearer "
                        + gateway.token() + "\"}}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private int floodUntilBlocked(String figure) {
        return flood("values are " + figure, () -> gateway.figure(figure) > 50);
    }

    private void floodUntil(String figure, long value) {
        flood(figure + " is " + value, () -> gateway.figure(figure) == value);
    }

    private int flood(String until, BooleanSupplier enough) {
        int[] sequence = {0};
        Await.until(until, () -> {
            for (int i = 0; i < 20; i++) {
                source.send(value(++sequence[0]));
            }
            return enough.getAsBoolean();
        });
        return sequence[0];
    }

    private RawSocket subscriber(String mode, String options) {
        RawSocket raw = RawSocket.connect(gateway.port());
        raw.sendUpgrade("/ws", "Sec-WebSocket-Protocol: xy.v1.json, bearer, " + gateway.token());
        raw.awaitText(text -> text.contains("hello"));
        String op = "{\"op\":\"sub\",\"id\":1,\"sub\":1,\"s\":\"xy.md.a\",\"mode\":\"" + mode + "\"" + options + "}";
        raw.send(RawSocket.frame(TEXT, op.getBytes(StandardCharsets.UTF_8)));
        raw.awaitText(text -> text.contains("[\"e\",1"));
        source.awaitInterest("xy.md.a");
        return raw;
    }

    private static StreamRecord value(long sequence) {
        return StreamRecord.value("xy.md.a", "e", sequence, 0, Payload.utf8(PAYLOAD));
    }
}
