package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N3")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HandshakeTest {
    private static final String XY = "Sec-WebSocket-Protocol: xy.v1.json";

    private final Gateway gateway =
            Gateway.start("WS_ALLOWED_ORIGINS", "https://desk.example", "WS_MAX_CONNECTIONS", "3");

    @AfterAll
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @Tag("T-W01")
    @ValueSource(
            strings = {
                "https://evil.example",
                "https://desk.example.evil.example",
                "https://evil-desk.example",
                "http://desk.example",
                "https://desk.example:8443",
                "https://desk.example.",
                "HTTPS://DESK.EXAMPLE",
                "file://",
                "null",
                "http://localhost.evil.example",
                "http://localhost:80x",
                "https://localhost"
            })
    void anOriginThatIsNotListedIsRefusedBeforeTheUpgrade(String origin) {
        String answer = RawSocket.upgrade(gateway.port(), "/ws", XY, "Origin: " + origin);
        assertThat(answer).startsWith("HTTP/1.1 403 ").contains("application/problem+json", "\"ref\":\"XYW001\"");
    }

    @ParameterizedTest
    @Tag("T-W01")
    @ValueSource(
            strings = {"https://desk.example", "http://localhost", "http://localhost:5174", "http://127.0.0.1:3001"})
    void listedAndLocalOriginsPassInDevelopment(String origin) {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "Origin: " + origin))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    @Tag("T-W01")
    void twoOriginsAreRefused() {
        assertThat(RawSocket.upgrade(
                        gateway.port(), "/ws", XY, "Origin: https://desk.example", "Origin: https://evil.example"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    @Tag("T-W01")
    void withoutAnOriginAProgramPasses() {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY))
                .startsWith("HTTP/1.1 101 ")
                .contains("sec-websocket-protocol: xy.v1.json")
                .doesNotContain("sec-websocket-extensions");
    }

    @Test
    @Tag("T-D04")
    @Tag("N4")
    void compressionIsNotAccepted() {
        assertThat(RawSocket.upgrade(
                        gateway.port(),
                        "/ws",
                        XY,
                        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContainIgnoringCase("sec-websocket-extensions");
    }

    @Test
    @Tag("T-W02")
    void aTokenInTheSubprotocolsIsTakenAndNotEchoed() {
        String token = gateway.token();
        String answer = RawSocket.upgrade(gateway.port(), "/ws", XY + ", bearer, " + token);
        assertThat(answer)
                .startsWith("HTTP/1.1 101 ")
                .contains("protocol: xy.v1.json\r\n")
                .doesNotContain(token);
        String old = RawSocket.upgrade(gateway.port(), "/ws", "Sec-WebSocket-Protocol: bearer, " + token);
        assertThat(old)
                .startsWith("HTTP/1.1 101 ")
                .contains("protocol: bearer\r\n")
                .doesNotContain(token);
    }

    @Test
    void aTokenInTheHeaderIsTaken() {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", "Authorization: Bearer " + gateway.token()))
                .startsWith("HTTP/1.1 101 ");
        assertThat(RawSocket.upgrade(
                        gateway.port(),
                        "/ws",
                        "Authorization: bearer " + gateway.token(),
                        "Sec-WebSocket-Protocol: chat.v2"))
                .startsWith("HTTP/1.1 101 ")
                .contains("protocol: chat.v2");
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization: Bearer nonsense",
        "Authorization: Bearer ",
        "Authorization: Basic dXNlcjpwYXNz",
        "'Sec-WebSocket-Protocol: bearer, nonsense'",
        "'Sec-WebSocket-Protocol: bearer'",
        "'Sec-WebSocket-Protocol: xy.v1.json, bearer, nonsense'",
        "'Sec-WebSocket-Protocol: bearer, xy.v1.json'"
    })
    void aTokenThatIsThereButBadIsRefusedBeforeTheUpgrade(String header) {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", header))
                .startsWith("HTTP/1.1 401 ")
                .contains("\"code\":\"unauthorized\"", "\"ref\":\"XYW005\"", "www-authenticate: Bearer");
    }

    @Test
    void anExpiredTokenIsRefusedBeforeTheUpgrade() {
        // Signed with the gateway's own key: {"alg":"HS256"} {"sub":"x","exp":1}.
        String expired = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4IiwiZXhwIjoxfQ.Gm-7qfU6ZC8sr_vYvzJvFQ6g84hFNdwyK8U-orn3L-k";
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", "Authorization: Bearer " + expired))
                .startsWith("HTTP/1.1 401 ")
                .contains("token_expired");
    }

    @Test
    void theOldProtocolNeedsAToken() {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws"))
                .startsWith("HTTP/1.1 401 ")
                .contains("\"ref\":\"XYW001\"");
    }

    @Test
    @Tag("T-W03")
    void aTokenInTheQueryIsIgnoredUnlessItIsSwitchedOn() {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws?token=" + gateway.token()))
                .startsWith("HTTP/1.1 401 ");
        try (Gateway open = Gateway.start("WS_QUERY_TOKEN", "true")) {
            assertThat(RawSocket.upgrade(open.port(), "/ws?token=" + open.token()))
                    .startsWith("HTTP/1.1 101 ");
            assertThat(RawSocket.upgrade(open.port(), "/ws?token=x")).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void withOptionalTokensAMissingOneIsNoObstacleAndABadOneIs() {
        try (Gateway open = Gateway.start("JWT_OPTIONAL", "true")) {
            assertThat(RawSocket.upgrade(open.port(), "/ws")).startsWith("HTTP/1.1 101 ");
            assertThat(RawSocket.upgrade(open.port(), "/ws", "Authorization: Bearer x"))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/wss", "/ws/", "/WS", "/socket", "/client/", "/client/../ws", "/eventbusx"})
    void anotherPathIsNotFound(String path) {
        assertThat(RawSocket.upgrade(gateway.port(), path, XY))
                .startsWith("HTTP/1.1 404 ")
                .contains("application/problem+json");
    }

    @Test
    void aPlainRequestIsToldToUpgrade() {
        try (RawSocket raw = RawSocket.connect(gateway.port())) {
            raw.send("GET /ws HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.awaitText(text -> text.contains("}"))).startsWith("HTTP/1.1 400 ");
        }
    }

    @Test
    void oneConnectionMoreThanAllowedIsRefusedBeforeTheUpgrade() {
        try (Gateway small = Gateway.start("WS_MAX_CONNECTIONS", "1")) {
            small.client();
            assertThat(RawSocket.upgrade(small.port(), "/ws", XY))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: ", "overloaded");
            assertThat(RawSocket.upgrade(small.port(), "/eventbus/websocket")).startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    @Tag("B13")
    void aDrainingNodeTakesNobodyNew() {
        try (Gateway leaving = Gateway.start()) {
            leaving.control(Control.Kind.DRAIN, "");
            Await.until("it drains", () -> leaving.report().state() == HealthReport.State.DRAINING);
            assertThat(RawSocket.upgrade(leaving.port(), "/ws", XY))
                    .startsWith("HTTP/1.1 503 ")
                    .contains("draining");
            assertThat(RawSocket.upgrade(leaving.port(), "/eventbus/websocket")).startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    void theBrowserClientIsServed() {
        try (RawSocket raw = RawSocket.connect(gateway.port())) {
            raw.send(
                    "GET /client/xy-client.js HTTP/1.1\r\nHost: x\r\n\r\nPOST /client/xy-client.js HTTP/1.1\r\nHost: x\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(raw.awaitText(text -> text.contains("method_not_allowed")))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("text/javascript", "HTTP/1.1 405 ");
        }
    }

    @Test
    @Tag("T-W01")
    void anOriginThatIsNotListedGetsNoBridgeEither() {
        assertThat(RawSocket.upgrade(gateway.port(), "/eventbus/websocket", "Origin: https://evil.example"))
                .startsWith("HTTP/1.1 403 ");
    }

    @Test
    void aPortInUseFailsTheStartByItsName() throws IOException {
        Vertx vertx = TestVertx.create();
        try (ServerSocket occupied = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GatewayConfig config = Gateway.config(Map.of("WS_PORT", String.valueOf(occupied.getLocalPort())), "");
            Future<String> deployed = vertx.deployVerticle(new WsFanoutVerticle(config, 0));
            Await.until("the start failed", deployed::isComplete);
            assertThat(deployed.cause()).hasMessageContaining("Address already in use");
        }
        TestVertx.close(vertx);
    }

    @Test
    void withoutAKeyTheStartIsRefused() {
        Vertx vertx = TestVertx.create();
        Future<String> deployed =
                vertx.deployVerticle(new WsFanoutVerticle(gateway.config().withJwtSecret(""), 0));
        Await.until("the start failed", deployed::isComplete);
        assertThat(deployed.failed()).isTrue();
        TestVertx.close(vertx);
    }
}
