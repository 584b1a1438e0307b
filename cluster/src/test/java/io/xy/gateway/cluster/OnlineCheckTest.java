package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.NatsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/** {@code check --online}: everything that a configuration leads to is tried, and what fails is told. */
@Tag("X4")
class OnlineCheckTest {
    private static final String SECRET = "a-password-that-is-never-shown";

    @TempDir
    Path state;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private int well;
    private int ill;

    @BeforeEach
    void services() throws IOException {
        well = listen(request -> request.response()
                .setStatusCode(request.path().equals("/health") ? 200 : 404)
                .end());
        ill = listen(request -> request.response().setStatusCode(500).end());
        environment.put("XY_STATE", state.toString());
        environment.put("XY_PROFILE", "dev");
        environment.put("SERVICE_TYPE", "http-api");
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private int listen(Handler<HttpServerRequest> handler) {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(handler)
                .listen(0, "127.0.0.1")
                .await();
        return server.actualPort();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Path conf(String... upstreams) throws IOException {
        Path conf = Files.createDirectories(state.resolve("conf"));
        Path routes = Files.createDirectories(conf.resolve("routes"));
        StringBuilder services = new StringBuilder("upstreams:\n");
        StringBuilder lines = new StringBuilder("routes:\n");
        for (int i = 0; i < upstreams.length; i++) {
            services.append("  s").append(i).append(": ").append(upstreams[i]).append('\n');
            lines.append("  - {name: r")
                    .append(i)
                    .append(", method: GET, path: /api/r")
                    .append(i)
                    .append(", roles: public, target: {http: {upstream: s")
                    .append(i)
                    .append("}}}\n");
        }
        Files.writeString(conf.resolve("upstreams.yaml"), services);
        Files.writeString(routes.resolve("r.yaml"), lines);
        return conf;
    }

    private int check(Path conf) {
        GatewayMain program = new GatewayMain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        return program.execute("check", List.of(conf.toString(), "--online"));
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void whatIsThereIsOk() throws IOException {
        int broker = freePort();
        try (ZContext context = new ZContext();
                ZMQ.Socket router = context.createSocket(SocketType.ROUTER)) {
            router.bind("tcp://127.0.0.1:" + broker);
            environment.put("SERVICE_TYPE", "http-api,zmq-bridge");
            environment.put("USE_MOCK_ZMQ", "false");
            environment.put("ZMQ_BROKER_URL", "tcp://127.0.0.1:" + broker);

            assertThat(check(conf(
                            "{urls: 'http://127.0.0.1:" + well + "', health: {path: /health}}",
                            "{urls: 'http://127.0.0.1:" + well + "'}")))
                    .as(() -> text())
                    .isZero();
        }
        assertThat(text())
                .contains("ok, 2 routes")
                .containsPattern("ok +upstream s0 +http://127.0.0.1:\\d+ +GET /health answers 200")
                .containsPattern("ok +upstream s1 +http://127.0.0.1:\\d+ +connected")
                .containsPattern("ok +Majordomo broker +tcp://127.0.0.1:\\d+ +speaks ZMTP")
                .doesNotContain("FAILED");
    }

    @Test
    void whatIsMissingIsToldAndDecides() throws IOException {
        int nobody = freePort();
        environment.put("SERVICE_TYPE", "http-api,zmq-bridge,nats-bridge");
        environment.put("USE_MOCK_ZMQ", "false");
        environment.put("ZMQ_BROKER_URL", "tcp://127.0.0.1:" + well);
        environment.put("NATS_URLS", "nats://user:" + SECRET + "@127.0.0.1:" + nobody);
        environment.put("REDIS_URL", "redis://:" + SECRET + "@127.0.0.1:" + nobody);
        environment.put("JWT_JWKS_URL", "http://user:" + SECRET + "@127.0.0.1:" + well + "/keys");

        assertThat(check(conf(
                        "{urls: 'http://127.0.0.1:" + well + ",http://127.0.0.1:" + ill + "', health: {path: /health}}",
                        "{urls: 'http://127.0.0.1:" + nobody + "'}")))
                .isEqualTo(1);

        assertThat(text())
                .containsPattern("ok +upstream s0 ")
                .containsPattern("FAILED +upstream s0 +http://127.0.0.1:" + ill + " +GET /health answers 500")
                .containsPattern("FAILED +upstream s1 +http://127.0.0.1:" + nobody)
                .containsPattern("FAILED +Majordomo broker +tcp://127.0.0.1:" + well)
                .containsPattern("FAILED +NATS +nats://\\*\\*\\*@127.0.0.1:" + nobody)
                .containsPattern("FAILED +redis ")
                .containsPattern("FAILED +token keys +http://\\*\\*\\*@127.0.0.1:\\d+/keys")
                .doesNotContain(SECRET);
    }

    @Test
    void aCertificateIsTrustedAsLongAsItLasts() throws IOException {
        new Authority(state, "desk").issue("gateway", "DNS:localhost");
        Path empty = Files.writeString(state.resolve("empty.pem"), "");
        environment.putAll(Map.of(
                "TLS_ENABLE", "true",
                "TLS_CERT_PATH", state.resolve("gateway.pem").toString(),
                "TLS_KEY_PATH", state.resolve("gateway.key").toString(),
                "TLS_CA_PATH", empty.toString(),
                "NATS_TLS_CA", state.resolve("none.pem").toString()));

        assertThat(check(conf("{urls: 'http://127.0.0.1:" + well + "'}")))
                .as(err::toString)
                .isEqualTo(1);
        assertThat(text())
                .containsPattern("ok +certificate +\\S+gateway.pem +expires at \\S+, in 1 days: renew it")
                .containsPattern("FAILED +client authority +\\S+empty.pem +holds no certificate")
                .containsPattern("FAILED +NATS authority +\\S+none.pem +cannot be read")
                .doesNotContain("gateway.key");
    }

    @Test
    void aNatsServerMustTakeTheCredentials() throws IOException {
        environment.put("SERVICE_TYPE", "nats-bridge");
        environment.put("NATS_USER", "desk");
        try (NatsServer server = NatsServer.start("--user", "desk", "--pass", SECRET)) {
            environment.put("NATS_URLS", server.url());
            environment.put("NATS_PASSWORD", "wrong");
            Path conf = conf("{urls: 'http://127.0.0.1:" + well + "'}");

            assertThat(check(conf)).isEqualTo(1);
            environment.put("NATS_PASSWORD", SECRET);
            assertThat(check(conf)).isZero();
        }
        assertThat(text())
                .containsPattern("FAILED +NATS +nats://\\S+ +\\S+")
                .containsPattern("ok +NATS +nats://\\S+ +connected, server 2")
                .doesNotContain(SECRET);
    }

    @Test
    void whatTheNodeStartsItselfIsNotTried() {
        environment.put("SERVICE_TYPE", "all");

        assertThat(check(Node.ROOT.resolve("conf"))).as(() -> text()).isZero();
        assertThat(text())
                .containsPattern("ok +upstream market_data +\\S+ +a stand-in, which starts with the node")
                .containsPattern("ok +Majordomo broker +\\S+ +starts with the node");
    }

    @Test
    void onlyOneDirectoryIsChecked() {
        GatewayMain program =
                new GatewayMain(System.out, new PrintStream(err, true, StandardCharsets.UTF_8), environment);

        assertThat(program.execute("check", List.of("a", "b", "--online"))).isEqualTo(64);
        assertThat(program.execute("check", List.of("--onlin"))).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: check");
    }
}
