package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.Principal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often may be called, and how callers are told. */
@Tag("B3")
class LimitsTest {
    private static final String VALIDATE = "/api/v1/auth/validate";
    private static final String ROUTES = """
            routes:
              - {name: probe.all, method: GET, path: /probe/all, roles: public, target: {static: {body: 1}},
                 limit: {max: 2, window: 1h}}
              - {name: probe.address, method: GET, path: /probe/address, roles: public, target: {static: {body: 1}},
                 limit: {max: 2, window: 1h, per: address}}
              - {name: probe.principal, method: GET, path: /probe/principal, roles: any, target: {static: {body: 1}},
                 limit: {max: 2, window: 1h, per: principal}}
              - {name: probe.free, method: GET, path: /probe/free, roles: public, target: {static: {body: 1}}}
              - name: probe.order
                method: POST
                path: /probe/order
                roles: any
                accounts: {from: [body.account, body.legs.account]}
                limit: {max: 3, window: 1h, per: account}
                request:
                  body:
                    account: {required: true, min: 1, max: 64}
                    symbol: {required: true, words: [AAA, BBB]}
                    price: {type: number, required: true, min: 1, max: 1000}
                    quantity: {type: integer, required: true, min: 1, max: 500}
                    legs: {type: list, max: 4}
                target: {zmq: {service: orders, method: create, args: [$body.account]}}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set by each test
    private Gateway gateway;

    private void start(int instances, String... environment) {
        Map<String, String> variables = new HashMap<>(Map.of("RATE_LIMIT_WINDOW", "1h"));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        try {
            Files.writeString(directory.resolve("probe.yaml"), ROUTES);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        List<RouteConfig> extra = Gateway.routes(directory);
        gateway = Gateway.start(variables, instances, extra);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Test
    void withoutAnyLimitNothingIsSaidAboutLimits() {
        start(1);
        Gateway.Reply reply = gateway.get("/probe/free", "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.headers().keySet())
                .noneMatch(name -> name.contains("ratelimit") || name.equals("retry-after"));
    }

    @Test
    void anAddressThatUsedUpItsAllowanceIsToldSoAndWhenToComeBack() {
        start(2, "RATE_LIMIT_MAX", "5");
        List<String> remaining = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Gateway.Reply reply = gateway.get("/probe/free", "");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("ratelimit-limit")).isEqualTo("5");
            assertThat(reply.header("x-ratelimit-limit")).isEqualTo("5");
            assertThat(reply.header("ratelimit-policy")).isEqualTo("5;w=3600");
            remaining.add(reply.header("ratelimit-remaining"));
        }
        Gateway.Reply refused = gateway.get("/probe/free", "");

        assertThat(remaining).containsExactly("4", "3", "2", "1", "0");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().getString("code")).isEqualTo("rate_limited");
        assertThat(refused.json().getBoolean("retry")).isTrue();
        assertThat(refused.header("ratelimit-remaining")).isEqualTo("0");
        assertThat(refused.header("x-ratelimit-remaining")).isEqualTo("0");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(600, 720);
        assertThat(refused.header("ratelimit-reset")).isEqualTo(refused.header("retry-after"));
    }

    @Test
    void afterTheTimeThatWasToldTheNextCallIsAdmitted() {
        start(1, "RATE_LIMIT_MAX", "1000", "RATE_LIMIT_WINDOW", "1s", "RATE_LIMIT_BURST", "1");
        int admitted = 0;
        for (int i = 0; i < 200 && admitted < 3; i++) {
            Gateway.Reply reply = gateway.get("/probe/free", "");
            assertThat(reply.status()).isIn(200, 429);
            admitted += reply.status() == 200 ? 1 : 0;
        }
        assertThat(admitted).isEqualTo(3);
    }

    @Test
    @Tag("T-A05")
    @Tag("T-E01")
    void oneCallerIsOneWhateverPathMethodQueryOrHeaderItTries() {
        start(2, "RATE_LIMIT_MAX", "6");
        String token = gateway.token(Principal.ADMIN, "*");
        List<Integer> statuses = new ArrayList<>();
        for (String target : List.of("/probe/free", "/probe/free?x", "/probe/%66ree", "/probe/address")) {
            statuses.add(gateway.get(target, "").status());
        }
        statuses.add(gateway.call("HEAD", "/probe/free", "", null).status());
        statuses.add(gateway.call("POST", VALIDATE, token, null).status());
        for (int i = 0; i < 10; i++) {
            statuses.add(gateway.call(
                            "GET",
                            "/probe/free",
                            "",
                            null,
                            "X-Forwarded-For",
                            "192.0.2." + i,
                            "Forwarded",
                            "for=192.0.2." + i)
                    .status());
        }

        assertThat(statuses.subList(0, 6)).doesNotContain(429);
        assertThat(statuses.subList(6, 16)).containsOnly(429);
    }

    @Test
    @Tag("T-16")
    @Tag("T-E01")
    void tenThousandInventedAddressesAreOneCaller() {
        start(2, "RATE_LIMIT_MAX", "5");
        StringBuilder requests = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            requests.append("GET /probe/free HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 198.51.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 255)
                    .append(i < 9_999 ? ", 10.0.0.1\r\n\r\n" : "\r\nConnection: close\r\n\r\n");
        }
        try (RawHttp raw = gateway.raw()) {
            raw.sendAside(requests.toString().getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
            String answers = raw.all();
            assertThat(answers.split("HTTP/1.1 200 OK\r\n", -1)).hasSize(6);
            assertThat(answers.split("HTTP/1.1 429 ", -1)).hasSize(9_996);
        }
    }

    @Test
    @Tag("T-E02")
    void behindATrustedProxyEveryClientIsItsOwn() {
        start(1, "RATE_LIMIT_MAX", "1", "HTTP_TRUSTED_PROXIES", "127.0.0.0/8");

        assertThat(forwarded("192.0.2.1")).isEqualTo(200);
        assertThat(forwarded("198.51.100.7, 192.0.2.1")).isEqualTo(429);
        assertThat(forwarded("192.0.2.1, 127.0.0.9")).isEqualTo(429);
        assertThat(forwarded("192.0.2.2:1234")).isEqualTo(200);
        assertThat(forwarded("evil")).isEqualTo(200);
        assertThat(forwarded("also evil")).isEqualTo(429);
    }

    private int forwarded(String header) {
        return gateway.call("GET", "/probe/free", "", null, "X-Forwarded-For", header)
                .status();
    }

    @Test
    @Tag("T-A05")
    @Tag("T-17")
    void callsBySocketsCountForTheirAddressToo() {
        start(1, "RATE_LIMIT_MAX", "2");

        assertThat(byBus("2001:db8::1").failure()).isNull();
        assertThat(byBus("2001:db8::ffff:2").failure()).isNull();
        CallReply refused = byBus("2001:db8:0:0:3::");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.failure()).extracting(Failure::error).isEqualTo(GatewayError.RATE_LIMITED);
        assertThat(byBus("2001:db8:0:1::1").status()).isEqualTo(200);
        assertThat(byBus("").status()).isEqualTo(200);
    }

    private CallReply byBus(String peer) {
        return await(gateway.bus.request(
                Contract.API_CALL,
                Gateway.NODE,
                new RouteCall("r1", "GET", "/probe/free", Payload.EMPTY, "", peer, "", Deadline.in(5_000)),
                6_000));
    }

    @Test
    void allCallersTogetherHaveALimit() {
        start(2, "RATE_LIMIT_GLOBAL_MAX", "3", "RATE_LIMIT_GLOBAL_WINDOW", "1h", "RATE_LIMIT_MAX", "100");

        assertThat(gateway.get("/probe/free", "").header("ratelimit-remaining")).isEqualTo("2");
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(200);
        assertThat(byBus("192.0.2.1").status()).isEqualTo(200);
        assertThat(byBus("192.0.2.2").status()).isEqualTo(429);
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(429);
    }

    @Test
    void everyUserHasItsOwnAllowance() {
        start(2, "RATE_LIMIT_PRINCIPAL_MAX", "2", "RATE_LIMIT_PRINCIPAL_WINDOW", "1h");
        String first = token("u1", "s1");
        String again = token("u1", "s2");
        String other = token("u2", "s3");

        assertThat(validate(first)).isEqualTo(200);
        assertThat(validate(again)).isEqualTo(200);
        assertThat(validate(first)).isEqualTo(429);
        assertThat(validate(again)).isEqualTo(429);
        assertThat(validate(other)).isEqualTo(200);
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(200);
        assertThat(validate("no.such.token")).isEqualTo(401);
    }

    @Test
    void aRouteHasItsOwnLimit() {
        start(2);
        for (String target : List.of("/probe/all", "/probe/address")) {
            assertThat(gateway.get(target, "").header("ratelimit-limit")).isEqualTo("2");
            assertThat(gateway.get(target, "").status()).isEqualTo(200);
            assertThat(gateway.get(target, "").status()).isEqualTo(429);
        }
        String first = token("u1", "s1");
        assertThat(gateway.get("/probe/principal", first).status()).isEqualTo(200);
        assertThat(gateway.get("/probe/principal", first).status()).isEqualTo(200);
        assertThat(gateway.get("/probe/principal", first).status()).isEqualTo(429);
        assertThat(gateway.get("/probe/principal", token("u2", "s2")).status()).isEqualTo(200);
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(200);
    }

    @Test
    void theHeadersAreThoseOfTheLimitWithTheLeastLeft() {
        start(1, "RATE_LIMIT_MAX", "100");
        assertThat(gateway.get("/probe/all", "").header("ratelimit-remaining")).isEqualTo("1");
        assertThat(gateway.get("/probe/free", "").header("ratelimit-remaining")).isEqualTo("98");
    }

    private String token(String user, String session) {
        return gateway.token(
                new Principal(user, user, Principal.VIEWER, List.of(), List.of("*"), List.of(), session, 0));
    }

    private int validate(String token) {
        return gateway.call("POST", VALIDATE, token, null).status();
    }

    private static String order(String account, String price, String quantity, String more) {
        return "{\"account\":\"" + account + "\",\"symbol\":\"AAA\",\"price\":" + price + ",\"quantity\":" + quantity
                + more + "}";
    }

    @Test
    @Tag("T-A09")
    void anOrderBeyondItsBoundsIsRefusedBeforeAnybodySeesIt() {
        start(1);
        FakeBridge bridge = gateway.bridge();
        bridge.answers("{}");
        String token = gateway.token(Principal.OPERATOR, "*");
        List<String> beyond = new ArrayList<>(List.of("\"7\"", "null", "[7]", "1e400", "-0", "NaN", "0", "-1"));
        Random random = new Random(9);
        for (int i = 0; i < 30; i++) {
            beyond.add(Long.toString(1_001 + Math.abs(random.nextLong() >> random.nextInt(50)) % (1L << 52)));
            beyond.add(Long.toString(-random.nextInt(1 << 30)));
        }
        for (String each : beyond) {
            for (String body : List.of(order("a1", each, "1", ""), order("a1", "1", each, ""))) {
                assertThat(gateway.post("/probe/order", token, body).status())
                        .as(body)
                        .isEqualTo(400);
            }
        }
        for (String body : List.of(
                order("a1", "1000.0001", "1", ""),
                order("a1", "0.9999", "1", ""),
                order("a1", "1", "1.5", ""),
                order("a1", "1", "501", ""),
                order("a1", "1", "1", "").replace("AAA", "CCC"),
                order("a1", "1", "1", ",\"quantity\":2"),
                order("a1", "1", "1", ",\"Price\":5"))) {
            assertThat(gateway.post("/probe/order", token, body).status())
                    .as(body)
                    .isEqualTo(400);
        }
        assertThat(bridge.calls).isEmpty();

        for (String body : List.of(
                order("a1", "1", "1", ""), order("a1", "1000", "500", ""), order("a1", "999.9999", "250", ""))) {
            assertThat(gateway.post("/probe/order", token, body).status())
                    .as(body)
                    .isEqualTo(200);
        }
        assertThat(bridge.calls).hasSize(3);
    }

    @Test
    @Tag("T-A09")
    void anAccountHasItsOwnAllowanceWhoeverOrdersForIt() {
        start(2);
        FakeBridge bridge = gateway.bridge();
        bridge.answers("{}");
        String first = gateway.token(Principal.OPERATOR, "a1", "a2");
        String second =
                gateway.token(new Principal("u2", "u2", Principal.OPERATOR, List.of(), List.of("*"), List.of(), "", 0));

        assertThat(place(first, "a1", "")).isEqualTo(200);
        assertThat(place(second, "a1", "")).isEqualTo(200);
        assertThat(place(first, "a2", ",\"legs\":[{\"account\":\"a1\"},{\"account\":\"a1\"}]"))
                .isEqualTo(200);
        assertThat(place(first, "a1", "")).isEqualTo(429);
        assertThat(place(second, "a1", "")).isEqualTo(429);
        assertThat(place(second, "a3", ",\"legs\":[{\"account\":\"a1\"}]")).isEqualTo(429);
        assertThat(bridge.calls).hasSize(3);

        assertThat(place(first, "a2", "")).isEqualTo(200);
        assertThat(place(first, "a9", "")).as("of another's").isEqualTo(403);
        assertThat(place(second, "a9", "")).isEqualTo(200);
        assertThat(bridge.calls).hasSize(5);
    }

    private int place(String token, String account, String more) {
        return gateway.post("/probe/order", token, order(account, "1", "1", more))
                .status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /docs",
                "GET /openapi.json",
                "GET /no/such/page",
                "GET /api/v1/no/such/route",
                "DELETE /probe/free",
                "OPTIONS /probe/free",
                "GET /ws",
                "GET /eventbus/info",
                "GET /client/xy-client.js",
                "GET /metrics",
                "GET /health/detailed",
            })
    void whatIsNoRouteCountsToo(String request) {
        start(2, "RATE_LIMIT_MAX", "4");
        String method = request.substring(0, request.indexOf(' '));
        String target = request.substring(request.indexOf(' ') + 1);
        for (int i = 0; i < 4; i++) {
            Gateway.Reply reply = i == 0 ? gateway.get("/probe/free", "") : gateway.call(method, target, "", null);
            assertThat(reply.status()).isNotEqualTo(429);
        }

        Gateway.Reply refused = gateway.call(method, target, "", null);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.json().getString("code")).isEqualTo("rate_limited");
        assertThat(refused.header("ratelimit-remaining")).isEqualTo("0");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isPositive();
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(429);
    }

    @Test
    void whatIsAmbiguousCountsToo() {
        start(1, "RATE_LIMIT_GLOBAL_MAX", "3", "RATE_LIMIT_GLOBAL_WINDOW", "1h");
        for (String line : List.of("GET /a/../b HTTP/1.1", "TRACE / HTTP/1.1", "GET  / HTTP/1.1")) {
            assertThat(RawHttp.exchange(gateway.port, line + "\r\nHost: h\r\n\r\n"))
                    .containsPattern("^HTTP/1.1 40[05] ");
        }
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(429);
    }

    @Test
    void aNodeDoesNotSeemDeadBecauseManyCallIt() {
        start(1, "RATE_LIMIT_MAX", "1");
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(200);
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(429);

        for (String probe :
                List.of("/health", "/healthz", "/health/liveness", "/live", "/health/readiness", "/ready")) {
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.get(probe, "").status()).as(probe).isEqualTo(503);
            }
        }
        assertThat(gateway.call("HEAD", "/health", "", null).status()).isEqualTo(503);
        assertThat(gateway.get("/version", "").status()).isEqualTo(429);
    }

    @Test
    void aPreflightIsAnsweredInAnyCaseAndCounts() {
        start(1, "RATE_LIMIT_MAX", "2", "CORS_ORIGINS", "https://desk.example");
        String[] asking = {"Origin", "https://desk.example", "Access-Control-Request-Method", "GET"};
        for (int i = 0; i < 4; i++) {
            assertThat(gateway.call("OPTIONS", "/probe/free", "", null, asking).status())
                    .isEqualTo(204);
        }
        assertThat(gateway.get("/probe/free", "").status()).isEqualTo(429);
    }
}
