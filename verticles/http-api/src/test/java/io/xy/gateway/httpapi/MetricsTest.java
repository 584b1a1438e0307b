package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketConnectOptions;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a scrape says after real requests. */
@Tag("B11")
class MetricsTest {
    private static final String REQUESTS = "api_gateway_http_requests_total";
    private static final String PING = "/api/v1/services/auth/ping";

    private static final Vertx STAND_IN = TestVertx.create();

    private final Scrape scrape = new Scrape();

    @SuppressWarnings("NullAway.Init") // set by each test
    private Gateway gateway;

    @SuppressWarnings("NullAway.Init") // set before each test
    private String token;

    @BeforeEach
    void start() {
        start(Map.of());
    }

    private void start(Map<String, String> environment) {
        gateway = Gateway.start(environment, 1, UpstreamStage.routes("", upstream()));
        token = gateway.token(Principal.ADMIN, "*");
    }

    private static int upstream() {
        HttpServer server = await(STAND_IN.createHttpServer()
                .requestHandler(request -> request.body()
                        .onSuccess(body -> request.response().end("0123456789").onFailure(e -> {})))
                .webSocketHandler(socket -> socket.textMessageHandler(
                        text -> socket.writeTextMessage(text).onFailure(e -> {})))
                .listen(0, "127.0.0.1"));
        return server.actualPort();
    }

    @AfterEach
    void stop() {
        gateway.close();
        scrape.close();
    }

    @AfterAll
    static void stopStandIn() {
        TestVertx.close(STAND_IN);
    }

    @Test
    void requestsAreCountedUnderTheTemplateOfTheirRoute() {
        for (int i = 0; i < 3; i++) {
            gateway.get("/u/things/" + i + "?q=" + i, token);
        }
        gateway.call("PUT", "/u/things/7", token, "{\"a\":12345}");

        counted("method=\"GET\",path=\"/u/things/{id}\",status=\"200\"", 3);
        counted("method=\"PUT\",path=\"/u/things/{id}\",status=\"200\"", 1);
        assertThat(scrape.text()).doesNotContain("/u/things/0", "/u/things/7");
        String get = "method=\"GET\",path=\"/u/things/{id}\"";
        assertThat(scrape.sample("api_gateway_http_request_duration_seconds_count", get))
                .isEqualTo(3);
        assertThat(scrape.sample("api_gateway_http_request_duration_seconds_bucket", get + ",le=\"+Inf\""))
                .isEqualTo(3);
        assertThat(scrape.samples("api_gateway_http_request_duration_seconds_bucket"))
                .containsKeys('{' + get + ",le=\"5.0E-4\"}", '{' + get + ",le=\"0.005\"}", '{' + get + ",le=\"30.0\"}");
        assertThat(scrape.sample("api_gateway_http_response_size_bytes_sum", get))
                .isEqualTo(30);
        assertThat(scrape.sample("api_gateway_http_request_size_bytes_sum", "method=\"PUT\",path=\"/u/things/{id}\""))
                .isEqualTo(11);
    }

    @Test
    void aHeadRequestIsCountedUnderTheRouteThatServesIt() {
        gateway.call("HEAD", "/u/things", token, null);

        counted("method=\"GET\",path=\"/u/things\",status=\"200\"", 1);
    }

    @Test
    void pathsThatAreMadeUpMakeNoNewSeries() {
        gateway.get("/api/v1/none", token);
        gateway.call("PATCH", "/u/things", token, null);
        Random random = new Random(11);
        Set<String> before = labels();
        for (int i = 0; i < 200; i++) {
            String made = Long.toString(random.nextLong(), 36).replace("-", "");
            gateway.get("/api/" + made, token);
            gateway.call("PATCH", "/u/things/" + made, token, null);
        }

        counted("method=\"GET\",path=\"unmatched\",status=\"404\"", 201);
        counted("method=\"PATCH\",path=\"unmatched\",status=\"405\"", 201);
        assertThat(labels()).isEqualTo(before);
    }

    private Set<String> labels() {
        return scrape.text()
                .lines()
                .filter(line -> line.startsWith("api_gateway_http_requests_total"))
                .map(line -> line.substring(0, line.lastIndexOf(' ')))
                .collect(Collectors.toSet());
    }

    @Test
    void whatIsRefusedBeforeAnyRouteIsCountedToo() {
        RawHttp.exchange(gateway.port, "GET /a/../b HTTP/1.1\r\nHost: h\r\n\r\n");
        RawHttp.exchange(gateway.port, "BREW /x HTTP/1.1\r\nHost: h\r\n\r\n");
        RawHttp.exchange(gateway.port, "GET /x HTTP/1.1\r\nHost : h\r\n\r\n");
        gateway.get("/", "");
        gateway.call("OPTIONS", "/u/things", "", null);

        counted("method=\"OPTIONS\",path=\"preflight\",status=\"204\"", 1);
        assertThat(scrape.samples(REQUESTS))
                .containsEntry("{method=\"GET\",path=\"refused\",status=\"400\"}", 1.0)
                .containsEntry("{method=\"other\",path=\"refused\",status=\"501\"}", 1.0)
                .containsEntry("{method=\"GET\",path=\"undecodable\",status=\"400\"}", 1.0)
                .containsEntry("{method=\"GET\",path=\"page\",status=\"200\"}", 1.0)
                .containsEntry("{method=\"OPTIONS\",path=\"preflight\",status=\"204\"}", 1.0);
    }

    @Test
    void credentialsAndTheirFlawsAreCounted() {
        gateway.get("/u/things", token);
        gateway.get("/u/things", "");
        gateway.get("/u/things", "x.y.z");
        gateway.call("GET", "/u/things", "", null, "Authorization", "Basic abc");

        assertThat(scrape.samples("api_gateway_authentication_attempts_total"))
                .isEqualTo(Map.of("{type=\"jwt\"}", 3.0, "{type=\"none\"}", 1.0));
        assertThat(scrape.samples("api_gateway_authentication_failures_total"))
                .isEqualTo(Map.of(
                        "{reason=\"invalid_token\",type=\"jwt\"}", 2.0,
                        "{reason=\"missing_credentials\",type=\"none\"}", 1.0));
    }

    @Test
    void everyLimitSaysWhomItRefused() {
        gateway.close();
        start(Map.of("RATE_LIMIT_PRINCIPAL_MAX", "2", "RATE_LIMIT_PRINCIPAL_WINDOW", "1h"));
        for (int i = 0; i < 5; i++) {
            gateway.get("/u/things/" + i, token);
        }
        assertThat(scrape.samples("api_gateway_rate_limit_exceeded_total"))
                .isEqualTo(Map.of("{endpoint=\"/u/things/{id}\",limiter_type=\"principal\"}", 3.0));

        gateway.close();
        start(Map.of("RATE_LIMIT_MAX", "2", "RATE_LIMIT_WINDOW", "1h"));
        for (int i = 0; i < 5; i++) {
            gateway.get("/u/open", "");
        }
        assertThat(scrape.samples("api_gateway_rate_limit_exceeded_total"))
                .isEqualTo(Map.of("{endpoint=\"/u/open\",limiter_type=\"ip\"}", 3.0));
    }

    @Test
    void requestsAndConnectionsUnderWayAreShownWhileTheyAre() {
        FakeBridge bridge = gateway.bridge();
        bridge.hangs();
        try (RawHttp raw = gateway.raw()) {
            raw.send("GET " + PING + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n");
            bridge.taken();
            assertThat(scrape.sample("api_gateway_requests_in_flight", "")).isEqualTo(1);
            assertThat(scrape.sample("api_gateway_active_connections", "")).isGreaterThanOrEqualTo(1);
        }
        Await.until("it is forgotten", () -> scrape.sample("api_gateway_requests_in_flight", "") == 0);
        counted("method=\"GET\",path=\"" + PING + "\",status=\"499\"", 1);
    }

    @Test
    void aTunnelIsNoRequestInFlight() {
        WebSocket socket = await(gateway.vertx
                .createWebSocketClient()
                .connect(new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(gateway.port)
                        .setURI("/u/ws")
                        .addHeader("Authorization", "Bearer " + token)));
        Await.until(
                "the upgrade is counted",
                () -> scrape.sample(REQUESTS, "method=\"GET\",path=\"/u/ws\",status=\"101\"") == 1);

        assertThat(scrape.sample("api_gateway_requests_in_flight", "")).isZero();
        await(socket.close());
    }

    @Test
    void theyCanBeSwitchedOff() {
        gateway.close();
        start(Map.of("HTTP_METRICS", "false"));

        gateway.get("/u/things/1", token);

        assertThat(scrape.samples(REQUESTS)).isEmpty();
    }

    @Test
    void everyFamilyHasItsTypeAndHelp() {
        gateway.get("/u/things/1", token);
        gateway.get("/u/things/1", "");

        List<String> lines = scrape.text().lines().toList();
        assertThat(lines)
                .contains(
                        "# TYPE api_gateway_http_requests_total counter",
                        "# TYPE api_gateway_http_request_duration_seconds histogram",
                        "# TYPE api_gateway_http_request_size_bytes histogram",
                        "# TYPE api_gateway_http_response_size_bytes histogram",
                        "# TYPE api_gateway_active_connections gauge",
                        "# TYPE api_gateway_circuit_breaker_state gauge",
                        "# TYPE api_gateway_upstream_requests_total counter",
                        "# TYPE api_gateway_authentication_failures_total counter");
    }

    /** An answer may be with its client before its end is noticed. */
    private void counted(String labels, int times) {
        Await.until(times + " of " + labels, () -> scrape.sample(REQUESTS, labels) == times);
    }
}
