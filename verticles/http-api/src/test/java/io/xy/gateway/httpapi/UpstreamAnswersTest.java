package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How answers of HTTP/1.1 upstreams are read: where they end, and whose they are. Raw sockets on the upstream's side. */
@Tag("B4")
class UpstreamAnswersTest {
    private static final String NO_REPEATS = "    retry: {attempts: 1}\n    breaker: {failures: 1000}\n";
    private static final int LONG = 8 << 20;

    private final AtomicInteger accepted = new AtomicInteger();

    private static String text(String escaped) {
        return escaped.replace("\\r", "\r").replace("\\n", "\n");
    }

    private static Gateway.Reply get(Gateway gateway) {
        return gateway.get("/u/things/1", gateway.token("admin"));
    }

    /** A request on a raw socket, with more headers. */
    private static String request(Gateway gateway, String more) {
        return "GET /u/things/1 HTTP/1.1\r\nHost: h\r\n" + more + "Authorization: Bearer " + gateway.token("admin")
                + "\r\n\r\n";
    }

    /** One byte a write, so that every border lies between two readings. */
    private static void dribble(RawUpstream.Connection connection, String answer) throws IOException {
        for (char next : answer.toCharArray()) {
            connection.send(String.valueOf(next));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // what the upstream answers | body for the caller
                "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok                                    | ok",
                "HTTP/1.1 200\\r\\nContent-Length: 2\\r\\n\\r\\nok                                       | ok",
                "HTTP/1.1 200 OK\\r\\ncontent-length:2\\r\\n\\r\\nok                                     | ok",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n1\\r\\no\\r\\n1\\r\\nk\\r\\n0\\r\\n\\r\\n | ok",
                "HTTP/1.1 200 OK\\r\\nTransfer-Encoding: chunked\\r\\n\\r\\n2;x=y\\r\\nok\\r\\n0\\r\\nX-T: 1\\r\\n\\r\\n | ok",
                "HTTP/1.1 100 Continue\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok       | ok",
                "HTTP/1.1 102 Processing\\r\\nX: y\\r\\n\\r\\nHTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nok | ok",
                "HTTP/1.1 404 Not Found\\r\\nContent-Length: 2\\r\\n\\r\\nno                             | no",
            })
    void anAnswerIsReadToItsEndAndTheConnectionIsUsedAgain(String escaped, String body) {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    accepted.incrementAndGet();
                    connection.request();
                    connection.send(text(escaped));
                    while (!connection.request().isEmpty()) {
                        dribble(connection, text(escaped));
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(gateway).body()).isEqualTo(body);
            }
            assertThat(accepted).hasValue(1);
        }
    }

    @Test
    void anAnswerWithoutALengthEndsWithItsConnection() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    accepted.incrementAndGet();
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\n\r\nto the");
                    connection.send(" end");
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port())) {
            assertThat(get(gateway).body()).isEqualTo("to the end");
            assertThat(get(gateway).body()).isEqualTo("to the end");
            assertThat(accepted).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
                "x",
                "\u0000\u0001",
                "HTTP/1.1 100 Continue\r\n\r\n"
            })
    void whatComesBehindAnAnswerIsNobodysAnswer(String behind) {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    accepted.incrementAndGet();
                    connection.request();
                    connection.send(RawUpstream.ok("good") + behind);
                    connection.rest();
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port())) {
            for (int i = 1; i <= 3; i++) {
                assertThat(get(gateway).body()).isEqualTo("good");
                assertThat(accepted).hasValue(i);
            }
        }
    }

    @Test
    void anAnswerThatNobodyAskedForEndsAnIdleConnection() {
        CountDownLatch idle = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    int number = accepted.incrementAndGet();
                    connection.request();
                    connection.send(RawUpstream.ok("good"));
                    if (number == 1) {
                        Await.until("the caller has it", () -> idle.getCount() == 0);
                        connection.send(RawUpstream.ok("evil"));
                        connection.rest();
                        ended.countDown();
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port())) {
            assertThat(get(gateway).body()).isEqualTo("good");
            idle.countDown();
            Await.until("the gateway hangs up", () -> ended.getCount() == 0);
            assertThat(get(gateway).body()).isEqualTo("good");
            assertThat(accepted).hasValue(2);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\n\r\n",
                "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "ICY 200 OK\r\n\r\n",
                "HTTP/1.1 99 Low\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 1000 High\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nB(d: x\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nX: a\u0000b\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok",
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
                "SSH-2.0-OpenSSH_9\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
            })
    void whatIsNoAnswerIsAFailureWithAnUnknownOutcome(String nonsense) {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send(nonsense);
                    connection.rest();
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port())) {
            Gateway.Reply reply = gateway.post("/u/things", gateway.token("operator"), "{}");
            assertThat(reply.status()).isBetween(500, 504);
            assertThat(reply.json().getString("outcome")).isEqualTo("unknown");
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @Test
    void aHeadThatIsTooLongIsAFailure() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\nX: " + "x".repeat(20_000) + "\r\nContent-Length: 0\r\n\r\n");
                    connection.rest();
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port())) {
            assertThat(get(gateway).status()).isBetween(500, 504);
        }
    }

    /** What has come whole is delivered, also to a caller who is slower than the upstream, which is gone by then. */
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: " + LONG, "Connection: close"})
    void aSlowCallerGetsTheWholeAnswerOfAnUpstreamThatIsGone(String framing) {
        CountDownLatch gone = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                    for (int sent = 0; sent < LONG; sent += 1 << 16) {
                        connection.send("x".repeat(1 << 16));
                    }
                    gone.countDown();
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port());
                RawHttp raw = gateway.raw()) {
            raw.send(request(gateway, "Connection: close\r\n"));
            String all = raw.all();
            assertThat(all.toLowerCase(Locale.ROOT)).startsWith("http/1.1 200 ");
            assertThat(all.chars().filter(c -> c == 'x').count()).isGreaterThanOrEqualTo(LONG);
            Await.until("the upstream has sent all", () -> gone.getCount() == 0);
        }
    }

    @Test
    void anAnswerThatBreaksOffWhileItsCallerIsSlowIsBrokenOff() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + LONG + "\r\n\r\n");
                    for (int sent = 0; sent < LONG / 2; sent += 1 << 16) {
                        connection.send("x".repeat(1 << 16));
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port());
                RawHttp raw = gateway.raw()) {
            raw.send(request(gateway, ""));
            String all = new String(raw.bytes(LONG * 2), StandardCharsets.ISO_8859_1);
            assertThat(all).startsWith("HTTP/1.1 200 ");
            assertThat(all.length()).isLessThan(LONG);
        }
    }

    /** A connection may be gone before the request that it was made for gets it. */
    @Test
    void connectionsThatEndAtOnceAreNotCountedForever() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    if (accepted.incrementAndGet() <= 100) {
                        connection.reset();
                    } else {
                        connection.request();
                        connection.send(RawUpstream.ok("ok"));
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS + "    max-connections: 2\n", upstream.port())) {
            for (int i = 0; i < 100; i++) {
                assertThat(get(gateway).status()).isEqualTo(503);
            }
            assertThat(get(gateway).body()).isEqualTo("ok");
        }
    }

    @Test
    void bytesBeyondAsciiInAValueStayAsTheyAreInBothDirections() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\nX-Back: \u00fc\u00ff\r\nContent-Length: 0\r\n\r\n");
                });
                Gateway gateway = UpstreamStage.start(NO_REPEATS, upstream.port());
                RawHttp raw = gateway.raw()) {
            raw.send(request(gateway, "X-Forth: M\u00fcller\u0080\r\n"));
            assertThat(raw.head()).containsIgnoringCase("\r\nx-back: \u00fc\u00ff\r\n");
            assertThat(upstream.requests.getFirst()).contains("\r\nX-Forth: M\u00fcller\u0080\r\n");
        }
    }
}
