package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an upstream sees of a request, and a caller of an answer. */
@Tag("B4")
class UpstreamHeadersTest {
    private static RawUpstream upstream;
    private static Gateway gateway;
    private static Gateway behindProxy;

    @BeforeAll
    static void start() {
        upstream = new RawUpstream(connection -> {
            while (!connection.request().isEmpty()) {
                connection.send(
                        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\nServer: s\r\n"
                                + "X-Hop: h\r\nConnection: keep-alive, X-Hop\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n"
                                + "X-Internal: i\r\nX-End: e\r\nAccess-Control-Allow-Origin: *\r\nCache-Control: max-age=1\r\n\r\nok");
            }
        });
        gateway = UpstreamStage.start("", upstream.port());
        behindProxy = UpstreamStage.start(Map.of("HTTP_TRUSTED_PROXIES", "127.0.0.0/8,::1"), "", upstream.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        behindProxy.close();
        upstream.close();
    }

    private static String sent(Gateway front, String request) {
        upstream.requests.clear();
        String answer = RawHttp.exchange(front.port, request);
        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.requests).hasSize(1);
        return upstream.requests.get(0).toLowerCase(Locale.ROOT);
    }

    private static String get(String path, String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: h.example\r\nAuthorization: Bearer " + gateway.token("operator", "*")
                + "\r\n" + String.join("\r\n", headers) + (headers.length == 0 ? "" : "\r\n") + "\r\n";
    }

    @Test
    @Tag("T-5")
    @Tag("T-H26")
    void namesInConnectionRemoveOnlyWhatTheClientSent() {
        String sent = sent(
                gateway,
                get(
                        "/u/things/7",
                        "Connection: X-User-Id, X-Forwarded-For, X-Request-Id, traceparent, X-Mine, keep-alive",
                        "X-Mine: 1",
                        "X-Other: 2"));

        assertThat(sent)
                .startsWith("get /u/things/7 http/1.1\r\n")
                .contains("x-user-id: u1", "x-user-role: operator", "x-forwarded-for: 127.0.0.1", "x-request-id: ")
                .contains("traceparent: 00-", "x-other: 2", "x-request-deadline: ", "x-request-timeout: ")
                .doesNotContain("x-mine", "connection:");
    }

    static Stream<String> connectionHeaders() {
        Random random = new Random(5);
        String[] names = {
            "X-User-Id",
            "x-user-role",
            "X-Forwarded-For",
            "X-Forwarded-Proto",
            "X-FORWARDED-HOST",
            "X-Request-Id",
            "traceparent",
            "X-Request-Deadline",
            "X-Request-Timeout",
            "Authorization",
            "Host",
            "Content-Length",
            "close",
            ""
        };
        return IntStream.range(0, 60).mapToObj(i -> {
            StringBuilder value = new StringBuilder("X-Mine");
            for (int more = random.nextInt(6); more >= 0; more--) {
                value.append(random.nextBoolean() ? ", " : ",\t").append(names[random.nextInt(names.length)]);
            }
            return random.nextBoolean() ? value.toString() : value.toString().toUpperCase(Locale.ROOT);
        });
    }

    @ParameterizedTest
    @MethodSource("connectionHeaders")
    @Tag("T-5")
    @Tag("T-H26")
    void whateverConnectionNamesTheGatewaysHeadersStay(String connection) {
        assertThat(sent(gateway, get("/u/things/7", "Connection: " + connection, "X-Mine: 1", "X-Other: 2")))
                .contains("x-user-id: u1", "x-user-role: operator", "x-forwarded-for: 127.0.0.1", "x-request-id: ")
                .contains("x-forwarded-proto: http", "x-forwarded-host: h.example", "traceparent: 00-", "x-other: 2")
                .contains("x-request-deadline: ", "x-request-timeout: ", "host: 127.0.0.1:")
                .doesNotContain("x-mine", "connection:", "authorization");
    }

    static Stream<String> inventedHeaders() {
        Random random = new Random(6);
        String[] names = {
            "x-user-id",
            "x-user-role",
            "x-user-name",
            "x-user-",
            "x-xy-user",
            "x-xy-role",
            "x-forwarded-for",
            "x-forwarded-prefix",
            "x-forwarded-user",
            "forwarded",
            "x-real-ip",
            "x-request-deadline",
            "x-request-attempt",
            "x-original-url",
            "x-rewrite-url",
            "x-http-method-override",
            "x-method-override",
            "x-http-method",
            "tracestate"
        };
        return IntStream.range(0, 100).mapToObj(i -> {
            StringBuilder name = new StringBuilder();
            for (char c : names[random.nextInt(names.length)].toCharArray()) {
                boolean other = random.nextInt(4) == 0;
                name.append(other ? c == '-' ? '_' : Character.toUpperCase(c) : c);
            }
            return name.toString();
        });
    }

    @ParameterizedTest
    @MethodSource("inventedHeaders")
    @Tag("T-6")
    @Tag("T-E06")
    void noSpellingOfAnInternalHeaderGoesThrough(String name) {
        assertThat(sent(gateway, get("/u/things/7", name + ": forged", "X-Users: 1", "User-X-Id: 2", "X-Role-Of: 3")))
                .contains("x-users: 1", "user-x-id: 2", "x-role-of: 3")
                .doesNotContain("forged");
    }

    @Test
    @Tag("T-6")
    @Tag("T-E06")
    void theGatewaysOwnHeadersCannotBeSentByAClient() {
        String sent = sent(
                gateway,
                get(
                        "/u/things/7",
                        "X-User-Id: root",
                        "X_User_Id: root",
                        "X-User-Role: admin",
                        "X-XY-Principal: root",
                        "X-Request-Deadline: 99999999999999",
                        "X-HTTP-Method-Override: DELETE",
                        "X-Original-URL: /admin",
                        "traceparent: " + "0".repeat(5_000),
                        "tracestate: a=1",
                        "baggage: a=1",
                        "Keep-Alive: timeout=5",
                        "TE: trailers"));

        assertThat(sent)
                .contains("x-user-id: u1\r\n", "x-user-role: operator\r\n")
                .doesNotContain(
                        "root", "x_user", "x-xy-", "9999999", "override", "original-url", "baggage", "tracestate")
                .doesNotContain("keep-alive:", "\r\nte:", "00000000000000");
    }

    @Test
    void aWellFormedTraceGoesOn() {
        String sent = sent(
                gateway,
                get(
                        "/u/things/7",
                        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                        "tracestate: a=1",
                        "X-Request-ID: my-request-0001"));

        assertThat(sent)
                .contains("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n")
                .contains("tracestate: a=1\r\n", "x-request-id: my-request-0001\r\n");
    }

    @Test
    @Tag("T-E01")
    void claimsAboutTheOriginAreDroppedUnlessAProxyIsTrusted() {
        String[] claims = {
            "X-Forwarded-For: 1.2.3.4",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Host: evil",
            "Forwarded: for=1.2.3.4",
            "X-Real-IP: 1.2.3.4"
        };

        assertThat(sent(gateway, get("/u/things/7", claims)))
                .contains("x-forwarded-for: 127.0.0.1\r\n", "x-forwarded-proto: http\r\n")
                .contains("x-forwarded-host: h.example\r\n")
                .doesNotContain("1.2.3.4", "evil");
        assertThat(sent(behindProxy, get("/u/things/7", claims)))
                .contains("x-forwarded-for: 1.2.3.4, 127.0.0.1\r\n", "x-forwarded-proto: https\r\n")
                .contains("x-forwarded-host: evil\r\n")
                .doesNotContain("\r\nforwarded:", "x-real-ip");
        assertThat(sent(behindProxy, get("/u/things/7", "X-Forwarded-For: " + "1.2.3.4, ".repeat(100) + "5.6.7.8")))
                .contains("x-forwarded-for: 127.0.0.1\r\n");
    }

    @Test
    void credentialsGoOnOnlyWhereTheRouteSaysSo() {
        assertThat(sent(gateway, get("/u/things/7", "X-API-Key: k", "Cookie: c=1")))
                .doesNotContain("authorization", "x-api-key", "cookie");
        assertThat(sent(gateway, get("/u/rules/7", "X-API-Key: k", "Cookie: c=1")))
                .contains("authorization: bearer ", "x-api-key: k", "cookie: c=1");
    }

    @Test
    void aRouteRewritesPathQueryAndHeaders() {
        String sent = sent(gateway, get("/u/rules/a%20b?x=1&s%65cret=2&who=admin&y=2", "X-Gone: 1", "X-Fixed: b"));

        assertThat(sent)
                .startsWith("get /other/a%20b/x?x=1&y=2&who=u1 http/1.1\r\n")
                .contains("x-thing: a b\r\n", "x-fixed: a\r\n")
                .doesNotContain("x-gone");
        Gateway.Reply reply = gateway.get("/u/rules/7", gateway.token("operator", "*"));
        assertThat(reply.header("x-added")).isEqualTo("yes!");
        assertThat(reply.header("x-internal")).isEmpty();
    }

    @Test
    @Tag("T-4")
    @Tag("T-H32")
    void noValueEndsALineOrASegment() {
        upstream.requests.clear();
        String refused = RawHttp.exchange(gateway.port, get("/u/rules/a%0d%0aX-Evil:%201"));
        String query = RawHttp.exchange(gateway.port, get("/u/things/7?x=%0d%0aX-Evil:%201"));

        assertThat(refused).startsWith("HTTP/1.1 400 ");
        assertThat(query).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.requests).hasSize(1);
        assertThat(upstream.requests.get(0))
                .contains("/u/things/7?x=%0d%0aX-Evil:%201 HTTP")
                .doesNotContain("\r\nX-Evil");
        assertThat(sent(gateway, get("/u/things/a%3Fb%23c%C3%A9")))
                .startsWith("get /u/things/a%3fb%23c%c3%a9 http/1.1");
    }

    @Test
    void anAnswerKeepsItsHeadersButNotThoseOfTheHop() {
        Gateway.Reply reply = gateway.get("/u/things/7", gateway.token("viewer"));

        assertThat(reply.body()).isEqualTo("ok");
        assertThat(reply.headers().get("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(reply.header("x-end")).isEqualTo("e");
        assertThat(reply.header("cache-control")).isEqualTo("max-age=1");
        assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(reply.headers()).doesNotContainKeys("x-hop", "server", "access-control-allow-origin");
        assertThat(reply.headers().get("x-request-id")).hasSize(1);
    }

    @Test
    void nobodyIsNamedOnAnOpenRoute() {
        assertThat(sent(gateway, "GET /u/open HTTP/1.1\r\nHost: h\r\nX-User-Id: root\r\n\r\n"))
                .doesNotContain("x-user-id", "x-user-role");
    }

    @Test
    void aBodyCanBeMapped() {
        upstream.requests.clear();

        Gateway.Reply reply = gateway.post("/u/mapped", gateway.token("viewer"), "{\"name\":\"n\"}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(upstream.requests.get(0)).startsWith("POST /mapped ").endsWith("{\"title\":\"n\",\"by\":\"u1\"}");
    }
}
