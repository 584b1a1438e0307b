package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upstreams behind TLS: who is trusted, who proves who it is, and what is spoken. */
@Tag("B4")
class UpstreamTlsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set before the first test
    private static Path files;

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();
    private static Vertx far;

    @BeforeAll
    static void issue() throws IOException {
        Authority ours = new Authority(files, "ours");
        ours.issue("local", "IP:127.0.0.1,DNS:localhost");
        ours.issue("elsewhere", "DNS:elsewhere.example");
        ours.issue("gateway", "DNS:gateway");
        new Authority(files, "theirs").issue("stranger", "IP:127.0.0.1");
        far = TestVertx.create();
    }

    @AfterAll
    static void stop() {
        TestVertx.close(far);
    }

    private static String file(String name) {
        return files.resolve(name).toString();
    }

    private static int listen(String certificate, ClientAuth clients, boolean http2) {
        HttpServerOptions options = new HttpServerOptions()
                .setSsl(true)
                .setUseAlpn(http2)
                .setClientAuth(clients)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(file(certificate + ".pem"))
                        .setKeyPath(file(certificate + ".key")))
                .setTrustOptions(new PemTrustOptions().addCertPath(file("ours-ca.pem")));
        return listen(options);
    }

    private static int listen(HttpServerOptions options) {
        SEEN.clear();
        HttpServer server = far.createHttpServer(options)
                .webSocketHandler(socket -> socket.textMessageHandler(
                        text -> socket.writeTextMessage("re " + text).onFailure(e -> {})))
                .requestHandler(request -> {
                    SEEN.add(request.version().name());
                    request.body().onSuccess(body -> request.response()
                            .end(body.length() == 0 ? Buffer.buffer("ok") : body)
                            .onFailure(e -> {}));
                });
        return await(server.listen(0, "127.0.0.1")).actualPort();
    }

    private static Gateway start(String tls, int port) {
        return UpstreamStage.startTls("    breaker: {failures: 0}\n    tls: {" + tls + "}\n", port);
    }

    @ParameterizedTest(name = "{0}, {1}: {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "local|ca: OURS|200",
                "local|ca: THEIRS|503",
                "local|''|503",
                "elsewhere|ca: OURS|503",
                "stranger|ca: OURS|503",
                "stranger|ca: THEIRS|200",
                "stranger|verify: false|200",
                "elsewhere|verify: false|200",
            })
    void aCertificateMustBeOfATrustedAuthorityAndForTheHost(String certificate, String tls, int status) {
        int port = listen(certificate, ClientAuth.NONE, false);
        String settings = tls.replace("OURS", file("ours-ca.pem")).replace("THEIRS", file("theirs-ca.pem"));
        try (Gateway gateway = start(settings, port)) {
            Gateway.Reply reply = gateway.post("/u/things", gateway.token("operator"), "{\"a\":1}");
            assertThat(reply.status()).isEqualTo(status);
            if (status == 503) {
                assertThat(reply.json().getString("code")).isEqualTo("upstream_down");
                assertThat(reply.json().getString("outcome")).isEqualTo("not-executed");
                assertThat(reply.body())
                        .doesNotContainIgnoringCase("certificate")
                        .doesNotContain("127.0.0.1");
            }
        }
        assertThat(SEEN).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void anUpstreamThatAsksGetsTheGatewaysCertificate() {
        int port = listen("local", ClientAuth.REQUIRED, false);
        String ca = "ca: " + file("ours-ca.pem");
        String own = ca + ", certificate: " + file("gateway.pem") + ", key: " + file("gateway.key");
        String wrong = ca + ", certificate: " + file("stranger.pem") + ", key: " + file("stranger.key");
        try (Gateway known = start(own, port);
                Gateway unknown = start(ca, port);
                Gateway stranger = start(wrong, port)) {
            assertThat(known.get("/u/things/1", known.token("viewer")).status()).isEqualTo(200);
            assertThat(unknown.get("/u/things/1", unknown.token("viewer")).status())
                    .isEqualTo(503);
            assertThat(stranger.get("/u/things/1", stranger.token("viewer")).status())
                    .isEqualTo(503);
        }
        assertThat(SEEN).hasSize(1);
    }

    @Test
    void http2IsSpokenWhereItIsConfiguredOverTlsAndInTheClear() {
        int secure = listen("local", ClientAuth.NONE, true);
        try (Gateway gateway =
                UpstreamStage.startTls("    protocol: http2\n    tls: {ca: " + file("ours-ca.pem") + "}\n", secure)) {
            speaksHttp2(gateway);
        }
        int clear = listen(new HttpServerOptions());
        try (Gateway gateway = UpstreamStage.start("    protocol: http2\n", clear)) {
            speaksHttp2(gateway);
        }
    }

    private static void speaksHttp2(Gateway gateway) {
        String token = gateway.token("operator");
        String body = "b".repeat(200_000);
        assertThat(gateway.get("/u/things/1", token).body()).isEqualTo("ok");
        assertThat(gateway.post("/u/things", token, body).body()).isEqualTo(body);
        assertThat(SEEN).containsExactly("HTTP_2", "HTTP_2");
    }

    @Test
    @Tag("B15")
    void aSocketGoesThroughToASecureUpstream() {
        int port = listen("local", ClientAuth.NONE, false);
        try (Gateway gateway = start("ca: " + file("ours-ca.pem"), port)) {
            WebSocket near = await(far.createWebSocketClient()
                    .connect(new WebSocketConnectOptions()
                            .setHost("127.0.0.1")
                            .setPort(gateway.port)
                            .setURI("/u/ws")
                            .addHeader("Authorization", "Bearer " + gateway.token("viewer"))));
            List<String> texts = new CopyOnWriteArrayList<>();
            near.textMessageHandler(texts::add);
            await(near.writeTextMessage("hello"));
            io.xy.gateway.testkit.Await.until("the answer came", () -> texts.equals(List.of("re hello")));
        }
    }
}
