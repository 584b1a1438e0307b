package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.wsfanout.connection.Meters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Each code of the first gateway stands in the answer or close reason, in the log, and in a counter. */
@Tag("N8")
class CodesTest {
    private static final String XY = "Sec-WebSocket-Protocol: xy.v1.json";
    private static final String EXPIRED = Jwts.hs256(Jwts.HS256, "{\"sub\":\"t07\",\"exp\":1700000000}");

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final Logger log = (Logger) LoggerFactory.getLogger(Meters.class);
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();
    private final Gateway gateway = Gateway.start(
            "WS_AUTH_TIMEOUT", "500ms", "WS_ALLOWED_ORIGINS", "https://desk.example", "WS_SEND_QUEUE_MAX", "2");

    @BeforeEach
    void listen() {
        Metrics.addRegistry(meters);
        told.start();
        log.setLevel(Level.DEBUG);
        log.addAppender(told);
    }

    @AfterEach
    void close() {
        gateway.close();
        log.detachAppender(told);
        log.setLevel(null);
        Metrics.removeRegistry(meters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: https://evil.example", "X-Nothing: 1"})
    void theHandshakeWithoutATokenOrFromElsewhereIsXyw001(String header) {
        String answer = RawSocket.upgrade(gateway.port(), "/ws", header);
        assertThat(answer).containsPattern("HTTP/1.1 40[13] ").contains("\"ref\":\"XYW001\"");
        known("XYW001", 1);
    }

    @Test
    void whoNeverSaysWhoItIsGetsXyw001InAnswersAndInTheCloseReason() {
        XyTestClient client = gateway.client();
        client.send(new JsonObject().put("op", "sub").put("id", 3).put("sub", 1).put("s", "xy.md.a"));
        assertThat(client.await("err").getJsonObject(2).getString("ref")).isEqualTo("XYW001");
        assertThat(client.awaitClose()).isEqualTo(4202);
        assertThat(client.socket().closeReason()).contains("XYW001");
        known("XYW001", 2);
    }

    @Test
    void anotherUsersTokenOnAnOpenSocketIsXyw001() {
        XyTestClient client = gateway.trader();
        client.send(new JsonObject()
                .put("op", "auth")
                .put("id", 2)
                .put("token", gateway.token(Gateway.principal("t08", List.of("*"), List.of()))));
        assertThat(client.await("err").getJsonObject(2).getString("ref")).isEqualTo("XYW001");
        known("XYW001", 1);
    }

    @Test
    void aSubjectThatIsRefusedIsXyw002ForEachKindOfClient() {
        XyTestClient client = gateway.trader();
        client.send(new JsonObject().put("op", "sub").put("id", 3).put("sub", 1).put("s", "xy.secret.a"));
        assertThat(client.await("err").getJsonObject(2).getString("ref")).isEqualTo("XYW002");
        XyTestClient old = XyTestClient.connect(
                gateway.vertx(), gateway.port(), "/ws", MultiMap.caseInsensitiveMultiMap(), "bearer", gateway.token());
        old.sendText("{\"type\":\"subscribe\",\"subjects\":[\"xy.secret.a\"]}");
        XyTestClient bridge = XyTestClient.text(gateway.vertx(), gateway.port(), "/eventbus/websocket");
        bridge.sendText("{\"type\":\"register\",\"address\":\"xy.secret.a\",\"headers\":{\"Authorization\":\"Bearer "
                + gateway.token() + "\"}}");
        bridge.awaitFrame("XYW002");
        known("XYW002", 3);
    }

    @Test
    void aSubscriptionThatEndsBecauseRightsShrankIsXyw002() {
        XyTestClient client = gateway.trader();
        client.subscribe(1, "xy.md.a");
        client.subscribe(2, "xy.md.b");
        client.authenticate(gateway.token(Gateway.principal("t07", List.of(), List.of("xy.md.b"))));
        assertThat(client.await("x").getJsonObject(2).getString("ref")).isEqualTo("XYW002");
        known("XYW002", 1);
        assertThat(client.all("x")).hasSize(1);
    }

    @Test
    void valuesThatDoNotFitAreXyw003() {
        FakeSource source = gateway.source();
        XyTestClient client = gateway.trader();
        client.subscribe(1, "xy.md.a", "mode", "all");
        source.awaitInterest("xy.md.a");
        client.socket().pause();
        for (int i = 1; gateway.figure("dropped") == 0; i++) {
            source.value("xy.md.a", "e", i, "{\"filler\":\"" + "x".repeat(60_000) + "\"}");
        }
        Await.until("it is counted", () -> counted("XYW003") > 0);
        Await.until("it is logged", () -> isLogged("XYW003"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "a.b.c"})
    void aTokenThatIsWrongIsXyw005(String token) {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", "Authorization: Bearer " + token))
                .startsWith("HTTP/1.1 401 ")
                .contains("\"ref\":\"XYW005\"");
        endsWith(token, 4203);
        known("XYW005", 3);
    }

    @Test
    void aTokenThatHasEndedIsXyw005() {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", "Authorization: Bearer " + EXPIRED))
                .startsWith("HTTP/1.1 401 ")
                .contains("\"ref\":\"XYW005\"", "token_expired");
        endsWith(EXPIRED, 4200);
        known("XYW005", 3);
    }

    @Test
    @Tag("N3")
    @Tag("T-J15")
    void whileTheIssuersKeysWereNeverFetchedNobodyIsCalledBad() {
        String nowhere = "http://127.0.0.1:" + Ports.free() + "/jwks";
        String signed = Jwts.part("{\"alg\":\"RS256\",\"kid\":\"k\"}")
                + '.'
                + Jwts.part("{\"sub\":\"t07\",\"exp\":99999999999}")
                + '.'
                + Jwts.encode(new byte[256]);
        try (Gateway waiting = Gateway.start("JWT_SECRET", "", "JWT_JWKS_URL", nowhere)) {
            for (int i = 0; i < 3; i++) {
                assertThat(RawSocket.upgrade(waiting.port(), "/ws", XY, "Authorization: Bearer " + signed))
                        .startsWith("HTTP/1.1 503 ")
                        .contains("auth_unavailable")
                        .containsIgnoringCase("retry-after: ")
                        .doesNotContain("XYW");
            }
            XyTestClient client = waiting.client();
            client.send(new JsonObject().put("op", "auth").put("id", 1).put("token", signed));
            assertThat(client.awaitClose()).isEqualTo(4104);
            assertThat(client.await("err").getJsonObject(2).getBoolean("retry")).isTrue();
            assertThat(RawSocket.upgrade(waiting.port(), "/ws", XY, "Authorization: Bearer nonsense"))
                    .startsWith("HTTP/1.1 401 ");
            assertThat(RawSocket.upgrade(waiting.port(), "/ws", XY, "Authorization: Bearer " + EXPIRED))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    private void endsWith(String token, int code) {
        XyTestClient client = gateway.client();
        client.send(new JsonObject().put("op", "auth").put("id", 1).put("token", token));
        assertThat(client.awaitClose()).isEqualTo(code);
        assertThat(client.socket().closeReason()).contains("XYW005");
        assertThat(client.await("err").getJsonObject(2).getString("ref")).isEqualTo("XYW005");
    }

    private void known(String code, int times) {
        Await.until(code + " is counted", () -> counted(code) == times);
        assertThat(isLogged(code)).isTrue();
    }

    private double counted(String code) {
        return Metrics.globalRegistry.counter("xy.ws.errors", "code", code).count();
    }

    private boolean isLogged(String code) {
        return new ArrayList<>(told.list)
                .stream().anyMatch(event -> event.getFormattedMessage().contains(code));
    }
}
