package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The lines that requests leave. */
@Tag("B12")
class AccessLogTest {
    private static final int REQUESTS = 1_000;
    private static final String PING = "/api/v1/services/auth/ping";

    /** Takes lines, or holds their writer up. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch gate = new CountDownLatch(0);

        @Override
        protected void append(ILoggingEvent event) {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lines.add(event.getFormattedMessage());
        }
    }

    private final Lines lines = new Lines();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.xy.gateway.access");
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Vertx far = TestVertx.create();

    @SuppressWarnings("NullAway.Init") // set before each test
    private Gateway gateway;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String token;

    @BeforeEach
    void start() {
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(ch.qos.logback.classic.Level.INFO);
        start(Map.of());
    }

    private void start(Map<String, String> environment) {
        HttpServer upstream = await(far.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response().end("0123456789").onFailure(e -> {})))
                .listen(0, "127.0.0.1"));
        Map<String, String> variables = new HashMap<>(Map.of("HTTP_ACCESS_LOG", "true"));
        variables.putAll(environment);
        gateway = Gateway.start(variables, 1, UpstreamStage.routes("", upstream.actualPort()));
        token = gateway.token(Principal.ADMIN, "*");
    }

    @AfterEach
    void stop() {
        lines.gate.countDown();
        gateway.close();
        logger.detachAppender(lines);
        TestVertx.close(far);
    }

    private JsonObject line(String requestId) {
        Await.until("the line of " + requestId, () -> lines.lines.stream().anyMatch(line -> line.contains(requestId)));
        return lines.lines.stream()
                .filter(line -> line.contains(requestId))
                .findFirst()
                .map(JsonObject::new)
                .orElseThrow();
    }

    @Test
    void aRequestToAnUpstreamLeavesOneLineWithItsTimeSplit() {
        gateway.call("PUT", "/u/things/7?q=1", token, "{\"a\":1}", "X-Request-Id", "request-proxied");

        JsonObject line = line("request-proxied");
        assertThat(line.getString("path")).isEqualTo("/u/things/{id}");
        assertThat(line.getString("route")).isEqualTo("u.put");
        assertThat(line.getString("method")).isEqualTo("PUT");
        assertThat(line.getString("principal")).isEqualTo("u1");
        assertThat(line.getString("client")).isEqualTo("127.0.0.1");
        assertThat(line.getString("protocol")).isEqualTo("http/1.1");
        assertThat(line.getString("outcome")).isEqualTo("answered");
        assertThat(line.getInteger("status")).isEqualTo(200);
        assertThat(line.getInteger("bytesIn")).isEqualTo(7);
        assertThat(line.getInteger("bytesOut")).isEqualTo(10);
        double parts = line.getDouble("gateMs") + line.getDouble("connectMs") + line.getDouble("firstByteMs");
        assertThat(parts).isPositive().isLessThanOrEqualTo(line.getDouble("ms") + 0.003);
        assertThat(line.fieldNames()).doesNotContain("code");
    }

    @Test
    void aFailureSaysItsCodeAndWhatBecameOfTheCall() {
        gateway.call("GET", "/u/things/7", "", null, "X-Request-Id", "request-nobody");
        gateway.call("GET", "/api/none/7", "", null, "X-Request-Id", "request-nowhere");
        gateway.call("PATCH", "/u/things/7", "", null, "X-Request-Id", "request-not-so");

        assertThat(line("request-nobody").getString("code")).isEqualTo("unauthorized");
        assertThat(line("request-nobody").getString("outcome")).isEqualTo("not-executed");
        assertThat(line("request-nobody").fieldNames()).doesNotContain("principal", "connectMs", "firstByteMs");
        assertThat(line("request-nowhere").getString("path")).isEqualTo("unmatched");
        assertThat(line("request-nowhere").getInteger("status")).isEqualTo(404);
        assertThat(line("request-not-so").getInteger("status")).isEqualTo(405);
    }

    @Test
    void aClientThatVanishesLeavesALineToo() {
        FakeBridge bridge = gateway.bridge();
        bridge.hangs();
        try (RawHttp raw = gateway.raw()) {
            raw.send("GET " + PING + " HTTP/1.1\r\nHost: h\r\nX-Request-Id: request-vanished\r\nAuthorization: Bearer "
                    + token + "\r\n\r\n");
            bridge.taken();
        }

        assertThat(line("request-vanished").getInteger("status")).isEqualTo(499);
        assertThat(line("request-vanished").getString("outcome")).isEqualTo("broken-off");
    }

    @Test
    @Tag("T-42")
    @Tag("T-L01")
    void noSecretAndNothingThatAClientMakesUpIsInAnyLine() {
        Lines everything = new Lines();
        everything.start();
        root.addAppender(everything);
        Random random = new Random(5);
        try {
            for (int i = 0; i < 40; i++) {
                String secret = "planted" + Long.toString(random.nextLong(), 36).replace("-", "");
                String header = "Authorization: Bearer " + secret + "." + secret + "." + secret + "\r\nCookie: s="
                        + secret + "\r\nX-API-Key: xy_abcdefghijkl_" + secret + "\r\nX-Request-Id: " + secret
                        + "\u001b[31m\r\nUser-Agent: ${jndi:ldap://" + secret + "}\r\nReferer: http://h/?t=" + secret
                        + "\r\nX-Forwarded-For: " + secret + "\r\n";
                String[] targets = {
                    "/u/things/1?token=" + secret,
                    PING + "?access_token=" + secret,
                    "/ws?token=" + secret,
                    "/api/none/" + secret,
                    "/a/../" + secret,
                    "/" + secret + "%0d%0aX: 1",
                    "/eventbus/info?t=" + secret
                };
                String target = targets[i % targets.length];
                RawHttp.exchange(gateway.port, "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + header + "\r\n");
            }
            gateway.call("GET", "/u/things/1", token, null, "X-Request-Id", "request-the-last");
            line("request-the-last");
        } finally {
            root.detachAppender(everything);
        }

        assertThat(lines.lines).hasSizeGreaterThanOrEqualTo(41).allSatisfy(line -> assertThat(line)
                .doesNotContain("planted", "jndi", token, "\n", "\u001b"));
        assertThat(everything.lines)
                .allSatisfy(line -> assertThat(line).doesNotContain("planted", "jndi", token, "\u001b"));
    }

    @Test
    void anOutputThatTakesNothingHoldsNoRequestUpAndLossesAreCounted() {
        try (Scrape scrape = new Scrape()) {
            gateway.close();
            start(Map.of());
            CountDownLatch gate = new CountDownLatch(1);
            lines.gate = gate;
            StringBuilder many = new StringBuilder();
            for (int i = 0; i < REQUESTS; i++) {
                many.append("GET /api/none HTTP/1.1\r\nHost: h\r\n\r\n");
            }
            many.append("GET /api/none HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            Await.until("lines are dropped, while requests are answered", () -> {
                try (RawHttp raw = gateway.raw()) {
                    assertThat(raw.send(many.toString()).head()).startsWith("HTTP/1.1 404 ");
                    // The last request asks for the end of the connection, which comes when all have been answered.
                    assertThat(raw.bytes(REQUESTS << 10)).isNotEmpty();
                }
                return scrape.sample("api_gateway_access_log_dropped_total", "") > 0;
            });

            gate.countDown();

            Await.until("the next line says how many", () -> lines.lines.stream()
                    .anyMatch(line -> line.startsWith("{\"dropped\":")));
        }
    }

    @Test
    void itCanBeSwitchedOff() {
        gateway.close();
        lines.lines.clear();
        start(Map.of("HTTP_ACCESS_LOG", "false"));

        gateway.call("GET", "/u/things/1", token, null, "X-Request-Id", "request-unseen");
        gateway.close();

        assertThat(lines.lines).isEmpty();
        start(Map.of());
    }
}
