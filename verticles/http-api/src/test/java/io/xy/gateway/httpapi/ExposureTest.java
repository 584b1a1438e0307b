package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.internal.VertxInternal;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What answers and logs tell, and what they keep. */
@Tag("B12")
@Tag("B14")
class ExposureTest {
    private static final String PING = "/api/v1/services/auth/ping";

    private static String get(Gateway gateway, String target, String... headers) {
        return RawHttp.exchange(
                gateway.port, "GET " + target + " HTTP/1.1\r\nHost: h\r\n" + String.join("", headers) + "\r\n");
    }

    @Test
    @Tag("T-42")
    @Tag("T-W03")
    void noSecretIsLoggedOrAnswered() {
        String pepper = "planted-pepper-of-this-test-that-is-long";
        String key = ApiKeys.create();
        GatewayConfig without = Gateway.config(Map.of("API_KEY_PEPPER", pepper));
        ApiKeys hashes = new ApiKeys(without.apiKeys(), without.jwt());
        String yaml = "api-keys:\n  keys:\n    - {id: '" + ApiKeys.id(key)
                + "', client: c, role: admin, accounts: ['*'], hash: '" + hashes.hash(key) + "'}\n";
        StringBuilder answers = new StringBuilder();
        List<String> secrets =
                new ArrayList<>(List.of(Gateway.SECRET, pepper, key, hashes.hash(key), "planted-password"));
        try (CapturedLog log = new CapturedLog();
                Gateway gateway = Gateway.start(Gateway.config(yaml, Map.of("API_KEY_PEPPER", pepper)))) {
            gateway.bridge().answers("{\"success\":false}");
            String good = gateway.token("admin", "*");
            String expired = Tokens.signed(Gateway.SECRET, "{\"sub\":\"u1\",\"role\":\"admin\",\"exp\":1}");
            for (String token : List.of(good, expired, good + "x", "planted-token")) {
                secrets.add(token);
                answers.append(get(gateway, PING, "Authorization: Bearer " + token + "\r\n"))
                        .append(get(gateway, PING + "?token=" + token))
                        .append(get(gateway, PING, "Authorization: Basic " + token + "\r\n"))
                        .append(get(gateway, PING, "Cookie: session=" + token + "\r\n"))
                        .append(get(gateway, PING, "X-API-Key: " + token + "\r\n"))
                        .append(get(
                                gateway, "/ws?token=" + token, "Sec-WebSocket-Protocol: bearer, " + token + "\r\n"));
            }
            answers.append(get(gateway, PING, "X-API-Key: " + key + "\r\n"))
                    .append(get(gateway, PING, "X-API-Key: " + key + "x\r\n"));
            for (String body : List.of(
                    "{\"username\":\"u\",\"password\":\"planted-password\"}",
                    "{\"username\":\"u\",\"password\":\"planted-password\",\"x\":1}",
                    "{\"username\":\"u\",\"password\":\"planted-password\"",
                    "{\"refreshToken\":\"planted-password\"}")) {
                answers.append(gateway.post("/api/v1/auth/login", "", body).body())
                        .append(gateway.post("/api/v1/auth/refresh", "", body).body());
            }
            assertThat(log.messages(Level.TRACE)).isNotEmpty().allSatisfy(line -> assertThat(line)
                    .doesNotContain(secrets));
        }
        assertThat(answers.toString()).contains(" 200 ", " 401 ").doesNotContain(secrets);
    }

    @Test
    @Tag("T-L01")
    void whateverIsSentALogLineStaysALine() {
        List<String> hostile = List.of(
                "%0d%0aforged",
                "%1b[31mred", "%c2%9b31m", "%e2%80%a8x", "${jndi:ldap://x}", "{}{}%s%n", "x".repeat(4_000));
        try (CapturedLog log = new CapturedLog();
                Gateway gateway = Gateway.start()) {
            for (String text : hostile) {
                get(gateway, "/" + text);
                get(
                        gateway,
                        "/api/v1/accounts/" + text,
                        "Authorization: Bearer " + gateway.token("admin", "*") + "\r\n");
                get(gateway, "/x?" + text, "X-Request-Id: " + text + "\r\nIdempotency-Key: " + text + "\r\n");
                get(
                        gateway,
                        PING,
                        "Authorization: " + text + "\r\nUser-Agent: " + text + "\r\nOrigin: " + text + "\r\n");
                RawHttp.exchange(gateway.port, text + " / HTTP/1.1\r\nHost: " + text + "\r\n\r\n");
                gateway.post("/api/v1/auth/login", "", "{\"username\":\"\\r\\nforged\\u001b[31m\",\"password\":\"p\"}");
            }
            assertThat(log.messages(Level.TRACE)).isNotEmpty().allSatisfy(line -> assertThat(line)
                    .hasSizeLessThan(8_192)
                    .doesNotContainPattern("[\\p{Cntrl}\\u0080-\\u009f\\u2028\\u2029]"));
        }
    }

    @Test
    @Tag("T-L02")
    void refusedRequestsAreCountedAndNotLogged() {
        int many = 5_000;
        String request = "GET " + PING + " HTTP/1.1\r\nHost: h\r\n\r\n";
        try (Scrape scrape = new Scrape();
                CapturedLog log = new CapturedLog();
                Gateway gateway = Gateway.start(Map.of("HTTP_ACCESS_LOG", "false"));
                RawHttp raw = gateway.raw()) {
            byte[] all = request.repeat(many).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
            raw.sendAside(all);
            for (int i = 0; i < many; i++) {
                assertThat(raw.head()).startsWith("HTTP/1.1 401 ");
            }
            assertThat(log.messages(Level.INFO).stream().filter(line -> line.contains("Missing authorization")))
                    .isEmpty();
            awaitRefusals(scrape, many);
        }
    }

    private static void awaitRefusals(Scrape scrape, int count) {
        Await.until(
                "all are counted",
                () -> scrape.samples("api_gateway_http_requests_total").entrySet().stream()
                                .filter(sample -> sample.getKey().contains("401"))
                                .mapToDouble(Map.Entry::getValue)
                                .sum()
                        == count);
    }

    @Test
    @Tag("T-L02")
    @Tag("nightly")
    void aHundredThousandRefusalsAreCountedToTheLastAndLoggedAsFarAsTheLogKeepsUp() {
        int each = 12_500;
        int senders = 8;
        int many = each * senders;
        Lines lines = new Lines();
        try (Scrape scrape = new Scrape()) {
            lines.open();
            try (Gateway gateway = Gateway.start(Map.of("HTTP_ACCESS_LOG", "true"), 2, List.of())) {
                String request = "GET " + PING + " HTTP/1.1\r\nHost: h\r\n";
                byte[] all = ((request + "\r\n").repeat(each - 1) + request + "Connection: close\r\n\r\n")
                        .getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
                CompletableFuture<?>[] done = new CompletableFuture<?>[senders];
                for (int i = 0; i < senders; i++) {
                    done[i] = CompletableFuture.runAsync(() -> ask(gateway, all, each), task -> Thread.ofVirtual()
                            .start(task));
                }
                CompletableFuture.allOf(done).join();
                awaitRefusals(scrape, many);
            }
            assertThat(lines.refusals.sum() + scrape.sample("api_gateway_access_log_dropped_total", ""))
                    .as("lines and those that are told to be missing")
                    .isEqualTo(many);
            assertThat(lines.warnings.sum()).isZero();
        } finally {
            lines.close();
        }
    }

    /** Counts lines, where there are too many to keep. */
    private static final class Lines extends AppenderBase<ILoggingEvent> {
        private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        private final Logger access = (Logger) LoggerFactory.getLogger("io.xy.gateway.access");
        private final LongAdder refusals = new LongAdder();
        private final LongAdder warnings = new LongAdder();

        private void open() {
            setContext(root.getLoggerContext());
            start();
            access.setLevel(Level.INFO);
            root.addAppender(this);
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLoggerName().equals(access.getName())
                    && event.getFormattedMessage().contains("\"status\":401")) {
                refusals.increment();
            } else if (event.getLoggerName().startsWith("io.xy")
                    && event.getLevel().isGreaterOrEqual(Level.WARN)) {
                warnings.increment();
            }
        }

        private void close() {
            root.detachAppender(this);
            access.setLevel(null);
            stop();
        }
    }

    private static void ask(Gateway gateway, byte[] requests, int count) {
        try (RawHttp raw = gateway.raw()) {
            raw.sendAside(requests);
            assertThat(raw.all().split("HTTP/1.1 401 ", -1)).hasSize(count + 1);
        }
    }

    @Test
    @Tag("T-E10")
    void everyAnswerIsGuardedAndTellsNothingAboutTheInside() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    if (connection.request().contains("/u/things/broken")) {
                        connection.send("nonsense\r\n\r\n");
                    }
                });
                Gateway gateway = UpstreamStage.start("    breaker: {failures: 0}\n", upstream.port())) {
            List<String> answers = new ArrayList<>();
            String bearer = "Authorization: Bearer " + gateway.token("admin", "*") + "\r\n";
            for (RouteConfig route : gateway.routes) {
                String target = route.path().text().replaceAll("\\{[A-Za-z]+\\}", "broken");
                for (String who : List.of("", bearer, "Authorization: Bearer x\r\n")) {
                    answers.add(RawHttp.exchange(
                            gateway.port, route.method() + ' ' + target + " HTTP/1.1\r\nHost: h\r\n" + who + "\r\n"));
                }
            }
            for (String wrong :
                    List.of("/nothing", "/..", "/api/v1/accounts?%zz", "/" + "x".repeat(5_000), "/health/detailed/x")) {
                answers.add(get(gateway, wrong));
            }
            answers.add(RawHttp.exchange(gateway.port, "BREW / HTTP/1.1\r\nHost: h\r\n\r\n"));
            answers.add(RawHttp.exchange(gateway.port, "\0\r\n\r\n"));
            assertThat(answers).hasSizeGreaterThan(100).allSatisfy(answer -> {
                String text = answer.toLowerCase(Locale.ROOT);
                assertThat(text)
                        .startsWith("http/1.")
                        .contains("x-content-type-options: nosniff", "cache-control: no-store", "x-frame-options: deny")
                        .doesNotContain("\r\nserver:", "x-powered-by", "exception", "\tat ", "io.xy", "vertx", "netty")
                        .doesNotContain("127.0.0.1", ":" + upstream.port());
            });
        }
    }

    @ParameterizedTest
    @CsvSource({
        "https://good.example,true",
        "https://good.example:8443,true",
        "https://good.example.evil.example,false",
        "https://evilgood.example,false",
        "https://good.example:443,false",
        "https://good.example:8444,false",
        "http://good.example,false",
        "HTTPS://GOOD.EXAMPLE,false",
        "https://good.example/,false",
        "https://good.example.,false",
        "https://sub.good.example,false",
        "null,false",
        "'',false",
        "file://,false",
        "'https://good.example https://evil.example',false",
    })
    @Tag("B6")
    @Tag("T-E11")
    void onlyOriginsThatAreNamedAreLetIn(String origin, boolean let) {
        try (Gateway gateway =
                Gateway.start(Map.of("CORS_ORIGINS", "https://good.example,https://good.example:8443"))) {
            String answer = get(gateway, "/nothing", "Origin: " + origin + "\r\n");
            assertThat(answer.toLowerCase(Locale.ROOT)).contains("\r\nvary: origin\r\n");
            if (let) {
                assertThat(answer)
                        .contains(
                                "access-control-allow-origin: " + origin + "\r\n",
                                "access-control-allow-credentials: true\r\n");
            } else {
                assertThat(answer).doesNotContain("access-control-allow");
            }
        }
    }

    @Test
    @Tag("T-E12")
    void whatIsForOperatorsIsNotOnThePublicListener() {
        try (Gateway gateway = Gateway.start(Map.of("HTTP_PUBLISH_MANAGEMENT", "false"))) {
            for (String page : List.of(
                    "/metrics",
                    "/version",
                    "/health/detailed",
                    "/health/liveness",
                    "/healthz",
                    "/admin",
                    "/admin/reload")) {
                assertThat(get(gateway, page)).as(page).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    @Test
    @Tag("T-44")
    void noCredentialGoesWhereAnUpstreamPoints() {
        try (RawUpstream other = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        connection.send(RawUpstream.ok("other"));
                    }
                });
                RawUpstream pointing = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        connection.send("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + other.port()
                                + "/\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                RawUpstream failing = new RawUpstream(connection -> {
                    connection.request();
                    connection.reset();
                });
                Gateway pointed = UpstreamStage.start("", pointing.port());
                Gateway repeated = UpstreamStage.start("    balance: round-robin\n", failing.port(), other.port())) {
            assertThat(pointed.get("/u/things/1", pointed.token("admin")).status())
                    .isEqualTo(302);
            assertThat(other.requests).isEmpty();
            for (int i = 0; i < 4; i++) {
                get(
                        repeated,
                        "/u/things/1",
                        "Authorization: Bearer " + repeated.token("admin") + "\r\n",
                        "Cookie: planted=1\r\nX-API-Key: planted\r\n");
            }
            assertThat(other.requests).isNotEmpty().allSatisfy(request -> assertThat(request)
                    .doesNotContainIgnoringCase("authorization")
                    .doesNotContain("planted"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1048577", "2147483648", "4294967296", "9223372036854775807", "999999999999999999"})
    @Tag("T-28")
    void aBodyThatIsAnnouncedTooLargeIsRefusedUnread(String length) {
        try (Gateway gateway = Gateway.start()) {
            String answer = RawHttp.exchange(
                    gateway.port,
                    "PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
                            + "Authorization: Bearer " + gateway.token("admin", "*") + "\r\nContent-Length: " + length
                            + "\r\n\r\n");
            assertThat(answer).matches("(?s)HTTP/1\\.[01] " + (length.length() > 18 ? "400" : "413") + " .*");
        }
    }

    @Test
    @Tag("T-27")
    void whenOneEventLoopIsBlockedTheOthersServe() {
        try (Gateway gateway = Gateway.start(Map.of(), 2, List.of())) {
            int slowest = 0;
            for (EventExecutor loop : ((VertxInternal) gateway.vertx).nettyEventLoopGroup()) {
                CountDownLatch release = new CountDownLatch(1);
                CountDownLatch blocked = new CountDownLatch(1);
                loop.execute(() -> {
                    blocked.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                CountDownLatch half = new CountDownLatch(4);
                CountDownLatch all = new CountDownLatch(8);
                try {
                    blocked.await();
                    for (int i = 0; i < 8; i++) {
                        RawHttp raw = gateway.raw();
                        raw.send("GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
                        Thread.ofVirtual().start(() -> {
                            if (raw.all().startsWith("HTTP/1.1 404 ")) {
                                half.countDown();
                                all.countDown();
                            }
                            raw.close();
                        });
                    }
                    assertThat(half.await(20, java.util.concurrent.TimeUnit.SECONDS))
                            .isTrue();
                    slowest = Math.max(slowest, (int) all.getCount());
                    release.countDown();
                    assertThat(all.await(20, java.util.concurrent.TimeUnit.SECONDS))
                            .isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                } finally {
                    release.countDown();
                }
            }
            // A loop that serves was among those that were blocked.
            assertThat(slowest).isPositive();
        }
    }
}
