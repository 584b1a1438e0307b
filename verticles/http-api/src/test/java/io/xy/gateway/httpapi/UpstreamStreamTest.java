package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Bodies, event streams and sockets through the gateway. */
@Tag("B4")
class UpstreamStreamTest {
    private static final BlockingQueue<HttpServerRequest> OPEN = new LinkedBlockingQueue<>();
    private static final BlockingQueue<ServerWebSocket> SOCKETS = new LinkedBlockingQueue<>();
    private static io.vertx.core.Vertx far;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        far = TestVertx.create();
        HttpServer upstream = await(far.createHttpServer()
                .requestHandler(UpstreamStreamTest::serve)
                .webSocketHandler(SOCKETS::add)
                .listen(0, "127.0.0.1"));
        gateway = UpstreamStage.start("    idle-timeout: 60s\n", upstream.actualPort());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        TestVertx.close(far);
    }

    private static void serve(HttpServerRequest request) {
        switch (request.path()) {
            case "/u/things/echo" ->
                request.body().onSuccess(body -> request.response().end(body).onFailure(e -> {}));
            case "/u/things/events" -> {
                request.response()
                        .putHeader("Content-Type", "text/event-stream")
                        .setChunked(true);
                request.response().writeHead().onFailure(e -> {});
                OPEN.add(request);
            }
            case "/u/things/none" -> request.response().setStatusCode(204).end().onFailure(e -> {});
            case "/u/things/hints" ->
                request.response()
                        .writeEarlyHints(
                                io.vertx.core.MultiMap.caseInsensitiveMultiMap().add("link", "</a>; rel=preload"))
                        .compose(hinted -> request.response().end("after"))
                        .onFailure(e -> {});
            case "/u/things/big" ->
                request.response().end(Buffer.buffer(new byte[8 << 20])).onFailure(e -> {});
            default -> {
                request.response().putHeader("Content-Length", "10");
                (request.method().name().equals("HEAD")
                                ? request.response().end()
                                : request.response().end("x".repeat(10)))
                        .onFailure(e -> {});
            }
        }
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            T value = queue.poll(20, TimeUnit.SECONDS);
            if (value == null) {
                throw new AssertionError("nothing came");
            }
            return value;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static String head(String method, String path, String more) {
        return method + ' ' + path + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + gateway.token("admin", "*")
                + "\r\n" + more + "\r\n";
    }

    @Test
    void bodiesGoThroughWithAndWithoutALength() {
        String big = "b".repeat(700_000);
        assertThat(gateway.call("PUT", "/u/things/echo", gateway.token("admin"), big)
                        .body())
                .isEqualTo(big);
        assertThat(RawHttp.exchange(
                        gateway.port,
                        head("PUT", "/u/things/echo", "Transfer-Encoding: chunked\r\n")
                                + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("abcde");
        assertThat(gateway.get("/u/things/big", gateway.token("admin")).body()).hasSize(8 << 20);
    }

    @Test
    @Tag("T-28")
    void aBodyBeyondTheLimitIsRefusedWhetherItSaysSoOrNot() {
        assertThat(RawHttp.exchange(gateway.port, head("PUT", "/u/things/echo", "Content-Length: 2000000\r\n")))
                .startsWith("HTTP/1.1 413 ");
        try (RawHttp raw = gateway.raw()) {
            raw.send(head("PUT", "/u/things/echo", "Transfer-Encoding: chunked\r\n"));
            String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
            for (int i = 0; i < 20; i++) {
                raw.send(chunk);
            }
            assertThat(raw.head()).startsWith("HTTP/1.1 413 ");
        }
    }

    @Test
    void whoWaitsForAWordSendsItsBodyAfterIt() {
        try (RawHttp raw = gateway.raw()) {
            raw.send(head("PUT", "/u/things/echo", "Content-Length: 3\r\nExpect: 100-continue\r\n"));
            assertThat(raw.head()).startsWith("HTTP/1.1 100 ");
            raw.send("abc");
            assertThat(raw.head()).startsWith("HTTP/1.1 200 ").endsWith("abc");
        }
    }

    @Test
    void hintsComeBeforeTheAnswer() {
        try (RawHttp raw = gateway.raw()) {
            raw.send(head("GET", "/u/things/hints", ""));
            assertThat(raw.head()).startsWith("HTTP/1.1 103 ").containsIgnoringCase("link: </a>; rel=preload");
            assertThat(raw.head()).startsWith("HTTP/1.1 200 ").endsWith("after");
        }
    }

    @Test
    void aHeadRequestHasTheLengthAndNoBody() {
        try (RawHttp raw = gateway.raw()) {
            raw.send(head("HEAD", "/u/things/1", "") + head("GET", "/u/things/none", ""));
            String first = new String(raw.bytes(15), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertThat(first).isEqualTo("HTTP/1.1 200 OK");
            String rest = raw.head() + raw.head();
            assertThat(rest)
                    .containsIgnoringCase("content-length: 10")
                    .doesNotContain("xxxx")
                    .contains("HTTP/1.1 204 ");
        }
    }

    @Test
    void eventsArriveOneByOneLongAfterTheDeadlineOfAnswers() {
        try (RawHttp raw = gateway.raw()) {
            raw.send(head("GET", "/u/things/events", "Accept: text/event-stream\r\n"));
            assertThat(raw.head()).startsWith("HTTP/1.1 200 ").contains("text/event-stream");
            HttpServerRequest open = next(OPEN);
            for (int i = 0; i < 3; i++) {
                open.response().write("data: " + i + "\n\n").onFailure(e -> {});
                assertThat(new String(raw.bytes(14), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .isEqualTo("9\r\ndata: " + i + "\n\n\r\n");
            }
        }
    }

    @Test
    @Tag("B15")
    @Tag("T-9")
    void aSocketNeedsATokenAndThenGoesThrough() {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(gateway.port)
                .setURI("/u/ws?a=1");
        assertThatThrownBy(() -> await(far.createWebSocketClient().connect(options)))
                .isInstanceOfSatisfying(UpgradeRejectedException.class, e -> assertThat(e.getStatus())
                        .isEqualTo(401));
        assertThat(SOCKETS).isEmpty();

        WebSocketConnectOptions known =
                new WebSocketConnectOptions(options).addHeader("Authorization", "Bearer " + gateway.token("viewer"));
        WebSocket near = await(far.createWebSocketClient().connect(known));
        ServerWebSocket there = next(SOCKETS);
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        near.textMessageHandler(texts::add);
        there.textMessageHandler(text -> there.writeTextMessage("re " + text).onFailure(e -> {}));
        await(near.writeTextMessage("hello"));

        assertThat(next(texts)).isEqualTo("re hello");
        assertThat(there.uri()).isEqualTo("/far?a=1");
        assertThat(there.headers().get("x-user-id")).isEqualTo("u1");
        assertThat(there.headers().contains("authorization")).isFalse();
        await(there.close((short) 4102, "slow"));
        Await.until("the code arrives", () -> near.closeStatusCode() != null && near.closeStatusCode() == 4102);
        assertThat(gateway.get("/u/ws", gateway.token("viewer")).status()).isEqualTo(400);
    }

    @Test
    @Tag("T-9")
    void aSocketEndsWithItsToken() {
        long soon = 2_000;
        String token = new io.xy.gateway.shared.security.TokenIssuer(gateway.vertx, gateway.config.jwt())
                .issue(new Principal("u1", "u1", "viewer", List.of(), List.of(), List.of(), "", 0), soon);
        WebSocket near = await(far.createWebSocketClient()
                .connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(gateway.port)
                        .setURI("/u/ws")
                        .addHeader("Authorization", "Bearer " + token)));
        ServerWebSocket there = next(SOCKETS);

        Await.until("both ends are closed", () -> near.isClosed() && there.isClosed());
        assertThat(near.closeStatusCode()).isEqualTo((short) 4200);
        assertThat(near.closeReason()).isEqualTo("token expired");
        assertThat(there.closeStatusCode()).isEqualTo((short) 4200);
    }
}
