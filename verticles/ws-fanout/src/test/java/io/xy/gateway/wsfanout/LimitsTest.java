package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What one user, one address and one moment may have of a node. */
@Tag("N3")
@Tag("N5")
class LimitsTest {
    private static final String XY = "Sec-WebSocket-Protocol: xy.v1.json";

    private final Gateway gateway = Gateway.start(
            "WS_MAX_CONNECTIONS_PER_USER",
            "2",
            "WS_MAX_SUBSCRIPTIONS_PER_USER",
            "3",
            "WS_MAX_CONNECTIONS_PER_ADDRESS",
            "4",
            "WS_UPGRADES_PER_SECOND",
            "15");

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void aUserHasSoManyConnectionsAndGetsThemBack() {
        XyTestClient one = gateway.trader();
        XyTestClient two = gateway.trader();
        XyTestClient three = gateway.client();
        three.send(new JsonObject().put("op", "auth").put("id", 1).put("token", gateway.token()));
        assertThat(three.await("err").getJsonObject(2).getString("code")).isEqualTo("rate_limited");
        assertThat(three.awaitClose()).isEqualTo(4103);
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY + ", bearer, " + gateway.token()))
                .startsWith("HTTP/1.1 429 ");
        XyTestClient other = gateway.client();
        other.authenticate(gateway.token(Gateway.principal("t8", List.of(), List.of())));
        one.close();
        Await.until("one is gone", () -> gateway.figure("clients") == 2);
        gateway.trader().subscribe(1, "xy.md.a");
        two.subscribe(1, "xy.md.a");
    }

    @Test
    void aUserHasSoManySubscriptionsOverAllConnections() {
        XyTestClient one = gateway.trader();
        XyTestClient two = gateway.trader();
        one.subscribe(1, "xy.md.a");
        one.subscribe(2, "xy.md.b");
        two.subscribe(1, "xy.md.c");
        two.sendText("{\"op\":\"sub\",\"id\":5,\"sub\":5,\"s\":\"xy.md.d\"}");
        assertThat(two.await("err").getJsonObject(2).getString("code")).isEqualTo("too_many_subs");
        one.sendText("{\"op\":\"unsub\",\"id\":6,\"sub\":1}");
        one.await("ok", r -> r.getLong(1) == 6);
        two.subscribe(7, "xy.md.d");
        one.close();
        Await.until("its subscriptions are gone", () -> gateway.figure("subscriptions") == 2);
        two.subscribe(8, "xy.md.e");
    }

    @Test
    void anAddressHasSoManyConnectionsAndOthersHaveTheirs() {
        List<RawSocket> open = List.of(open("127.0.0.1"), open("127.0.0.1"), open("127.0.0.1"), open("127.0.0.1"));
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY)).startsWith("HTTP/1.1 429 ");
        assertThat(RawSocket.upgrade(gateway.port(), "/eventbus/websocket")).startsWith("HTTP/1.1 429 ");
        try (RawSocket other = open("127.0.0.2")) {
            assertThat(other.closeCode()).isZero();
        }
        open.get(0).close();
        Await.until("there is room again", () -> RawSocket.upgrade(gateway.port(), "/ws", XY)
                .startsWith("HTTP/1.1 101 "));
        open.forEach(RawSocket::close);
    }

    @Test
    @Tag("T-E01")
    void whoComesThroughTheApiPortHasItsOwnAddressAndAStrangersWordIsNotHeard() {
        List<RawSocket> open = List.of(open("127.0.0.1"), open("127.0.0.1"), open("127.0.0.1"), open("127.0.0.1"));
        String passedOn = "X-Forwarded-For: 192.0.2.";
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, passedOn + "1")).startsWith("HTTP/1.1 101 ");
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY)).startsWith("HTTP/1.1 429 ");
        for (RawSocket stranger : List.of(open("127.0.0.9"), open("127.0.0.9"), open("127.0.0.9"), open("127.0.0.9"))) {
            assertThat(stranger.closeCode()).isZero();
        }
        try (RawSocket stranger = RawSocket.connect("127.0.0.9", gateway.port())) {
            stranger.sendUpgrade("/ws", XY, passedOn + "2");
            assertThat(stranger.awaitText(text -> text.contains("\r\n\r\n"))).startsWith("HTTP/1.1 429 ");
        }
        open.forEach(RawSocket::close);
    }

    @Test
    void whoComesInACrowdIsToldWhenToComeAgain() {
        int admitted = 0;
        int sentAway = 0;
        for (int i = 0; i < 60; i++) {
            String answer = RawSocket.upgrade(gateway.port(), "/ws", XY);
            if (answer.startsWith("HTTP/1.1 101 ")) {
                admitted++;
            } else if (answer.startsWith("HTTP/1.1 503 ")) {
                sentAway++;
                assertThat(answer).containsPattern("retry-after: [1-9]").contains("\"code\":\"overloaded\"");
            }
        }
        assertThat(admitted).isGreaterThanOrEqualTo(15);
        assertThat(sentAway).isPositive();
        Await.until("it is their turn", () -> RawSocket.upgrade(gateway.port(), "/ws", XY)
                .startsWith("HTTP/1.1 101 "));
    }

    private RawSocket open(String from) {
        RawSocket raw = RawSocket.connect(from, gateway.port());
        raw.sendUpgrade("/ws", XY);
        raw.awaitText(text -> text.contains("hello"));
        return raw;
    }
}
