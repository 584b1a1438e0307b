package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.HealthReporter;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Ports;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The streaming side behind the API port, as a client sees it. */
@Tag("B15")
@Tag("C5")
class PassThroughTest {
    private static Gateway gateway;
    private static WebSocketClient client;
    private static final BlockingQueue<ServerWebSocket> SOCKETS = new LinkedBlockingQueue<>();
    private static final BlockingQueue<MultiMap> HEADERS = new LinkedBlockingQueue<>();

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        client = gateway.vertx.createWebSocketClient();
        HttpServer fanOut = await(gateway.vertx
                .createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(0)
                        .setWebSocketSubProtocols(List.of("xy.v1.json")))
                .webSocketHandshakeHandler(handshake -> {
                    HEADERS.add(MultiMap.caseInsensitiveMultiMap().addAll(handshake.headers()));
                    if ("https://evil".equals(handshake.headers().get("origin"))) {
                        handshake.reject(403).onFailure(e -> {});
                    } else {
                        handshake.accept().onFailure(e -> {});
                    }
                })
                .webSocketHandler(SOCKETS::add)
                .requestHandler(PassThroughTest::serve)
                .listen());
        await(new HealthReporter(gateway.vertx, gateway.bus, () -> report(fanOut.actualPort())).start());
        Await.until(
                "the front knows the fan-out",
                () -> gateway.get("/client/xy-client.js", "").status() == 200);
        HEADERS.clear();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static HealthReport report(long port) {
        return new HealthReport(
                Gateway.NODE,
                Role.WS_FANOUT,
                0,
                HealthReport.State.UP,
                1,
                List.of(),
                List.of(new HealthReport.Figure("port", port)));
    }

    private static void serve(HttpServerRequest request) {
        HEADERS.add(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
        request.body().onSuccess(body -> request.response()
                .putHeader("X-Hop", "hop")
                .putHeader("Connection", "X-Hop")
                .putHeader("X-End", "end")
                .end(request.method() + " " + request.uri() + " " + body)
                .onFailure(e -> {}));
    }

    private static WebSocketConnectOptions socket() {
        return new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(gateway.port)
                .setURI("/ws?x=1");
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

    @Test
    void aRequestGoesOnWithItsBodyAndWithoutClaimsAboutItsOrigin() {
        HEADERS.clear();

        Gateway.Reply reply = gateway.call(
                "POST",
                "/eventbus/1/abc/xhr_send?t=1",
                "tok",
                "[\"x\"]",
                "X-Forwarded-For",
                "6.6.6.6",
                "Origin",
                "http://localhost:3000");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo("POST /eventbus/1/abc/xhr_send?t=1 [\"x\"]");
        assertThat(reply.header("x-end")).isEqualTo("end");
        assertThat(reply.header("x-hop")).isEmpty();
        MultiMap sent = next(HEADERS);
        assertThat(sent.getAll("x-forwarded-for")).containsExactly("127.0.0.1");
        assertThat(sent.get("authorization")).isEqualTo("Bearer tok");
        assertThat(sent.get("origin")).isEqualTo("http://localhost:3000");
        assertThat(sent.get("host")).isEqualTo("127.0.0.1:" + gateway.port);
    }

    @Test
    void aSocketKeepsItsProtocolAndItsHeadersAndBothDirectionsWork() {
        HEADERS.clear();
        WebSocket near = await(client.connect(socket().addHeader("Origin", "http://localhost:3000")
                .addHeader("Authorization", "Bearer tok")
                .setSubProtocols(List.of("other", "xy.v1.json"))));
        ServerWebSocket far = next(SOCKETS);
        BlockingQueue<String> texts = new LinkedBlockingQueue<>();
        near.textMessageHandler(texts::add);
        far.textMessageHandler(text -> far.writeTextMessage("echo " + text).onFailure(e -> {}));

        await(near.writeTextMessage("沪500"));

        assertThat(next(texts)).isEqualTo("echo 沪500");
        assertThat(near.subProtocol()).isEqualTo("xy.v1.json");
        assertThat(far.uri()).isEqualTo("/ws?x=1");
        MultiMap sent = next(HEADERS);
        assertThat(sent.get("origin")).isEqualTo("http://localhost:3000");
        assertThat(sent.get("authorization")).isEqualTo("Bearer tok");
        assertThat(sent.get("x-forwarded-for")).isEqualTo("127.0.0.1");
        await(near.close());
    }

    @Test
    void closeCodesGoThroughInBothDirections() {
        WebSocket near = await(client.connect(socket()));
        ServerWebSocket far = next(SOCKETS);
        await(far.close((short) 4102, "slow"));
        Await.until("the client sees the code", () -> near.closeStatusCode() != null && near.closeStatusCode() == 4102);
        assertThat(near.closeReason()).isEqualTo("slow");

        WebSocket second = await(client.connect(socket()));
        ServerWebSocket other = next(SOCKETS);
        await(second.close((short) 4300, "bye"));
        Await.until(
                "the server sees the code", () -> other.closeStatusCode() != null && other.closeStatusCode() == 4300);
    }

    @Test
    void aRefusalOfTheHandshakeArrivesAsItWasSaid() {
        assertThatThrownBy(() -> await(client.connect(socket().addHeader("Origin", "https://evil"))))
                .isInstanceOfSatisfying(UpgradeRejectedException.class, e -> assertThat(e.getStatus())
                        .isEqualTo(403));
    }

    @Test
    void aReaderThatStopsStopsTheWriter() {
        WebSocket near = await(client.connect(socket()));
        ServerWebSocket far = next(SOCKETS);
        near.pause();
        AtomicLong written = new AtomicLong();
        Buffer piece = Buffer.buffer(new byte[60_000]);
        far.drainHandler(drained -> {});
        Await.until("the writer is stopped by what nobody reads", () -> {
            if (!far.writeQueueFull()) {
                far.writeBinaryMessage(piece).onFailure(e -> {});
                written.incrementAndGet();
            }
            assertThat(written.get()).isLessThan(2_000);
            return written.get() > 10 && far.writeQueueFull();
        });
        AtomicLong read = new AtomicLong();
        near.binaryMessageHandler(message -> read.incrementAndGet());

        near.resume();

        Await.until("everything arrives in the end", () -> read.get() == written.get());
        await(near.close());
    }

    @Test
    void aClientThatVanishesTakesItsOtherHalfWithIt() {
        try (RawHttp raw = gateway.raw()) {
            raw.send("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
            assertThat(raw.head())
                    .startsWith("HTTP/1.1 101 ")
                    .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        }
        ServerWebSocket far = next(SOCKETS);

        Await.until("the other half is closed", far::isClosed);
    }

    @Test
    void withoutAFanOutTheAnswerIs503() {
        try (Gateway alone = Gateway.start()) {
            Gateway.Reply reply = alone.get("/ws", "");

            assertThat(reply.status()).isEqualTo(503);
            assertThat(reply.json().getString("code")).isEqualTo("no_service");
            assertThat(alone.get("/clientele", "").status()).isEqualTo(404);
        }
    }

    @Test
    void aFanOutThatDoesNotListenIs503() {
        Map<String, String> environment = Map.of(
                "SERVICE_TYPE",
                "http-api,ws-fanout",
                "WS_PORT",
                Integer.toString(Ports.free()),
                "WS_HOST",
                "127.0.0.1");
        try (Gateway alone = Gateway.start(environment)) {
            assertThat(alone.get("/eventbus/info", "").json().getString("code")).isEqualTo("upstream_down");
        }
    }

    @Test
    void aPathWithEscapesIsNotPassedOn() {
        HEADERS.clear();

        assertThat(gateway.get("/%65ventbus/info", "").status()).isEqualTo(404);

        assertThat(HEADERS).isEmpty();
    }

    @Test
    @Tag("C2")
    void anotherNodesFanOutIsUsedWhenItSaysItsHost() {
        try (Gateway alone = Gateway.start()) {
            HttpServer far = await(alone.vertx
                    .createHttpServer()
                    .requestHandler(request -> request.response().end("far").onFailure(e -> {}))
                    .listen(0, "127.0.0.1"));
            HealthReport report = new HealthReport(
                    "n2",
                    Role.WS_FANOUT,
                    0,
                    HealthReport.State.UP,
                    1,
                    List.of(new HealthReport.Check("host", true, "127.0.0.1")),
                    List.of(new HealthReport.Figure("port", far.actualPort())));

            await(new HealthReporter(alone.vertx, alone.bus, () -> report).start());

            Await.until(
                    "the front knows it",
                    () -> alone.get("/client/x.js", "").body().equals("far"));
        }
    }

    @Test
    void aBodyBeyondTheLimitIsNotPassedOn() {
        assertThat(RawHttp.exchange(
                        gateway.port, "POST /eventbus/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }
}
