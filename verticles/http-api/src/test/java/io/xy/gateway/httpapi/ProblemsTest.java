package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.security.Principal;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals in one form that old and new clients read alike. */
@Tag("Z6")
@Tag("B8")
class ProblemsTest {
    private static final String PARSE = "/api/v1/instructions/parse";
    private static Gateway gateway;
    private static FakeBridge bridge;
    private static String admin;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        bridge = gateway.bridge();
        admin = gateway.token(Principal.ADMIN, "*");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static void isProblem(Gateway.Reply reply, int status, String code) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
        assertThat(reply.header("cache-control")).isEqualTo("no-store");
        assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(reply.header("x-frame-options")).isEqualTo("DENY");
        assertThat(reply.header("server")).isEmpty();
        JsonObject body = reply.json();
        assertThat(body.getString("code")).isEqualTo(code);
        assertThat(body.getInteger("status")).isEqualTo(status);
        assertThat(body.getString("type")).endsWith(code);
        assertThat(body.getString("title")).isNotEmpty();
        assertThat(body.getString("requestId")).isEqualTo(reply.header("x-request-id"));
        assertThat(body.getBoolean("retry")).isNotNull();
        assertThat(body.getBoolean("success")).isFalse();
        assertThat(body.getString("error")).isEqualTo(body.getString("detail"));
        assertThat(reply.body()).doesNotContain("\tat ", "Exception");
    }

    @Test
    void anUnknownRouteIs404() {
        Gateway.Reply reply = gateway.get("/api/v1/nothing", admin);

        isProblem(reply, 404, "not_found");
        assertThat(reply.json().getString("message")).isEqualTo("Route GET /api/v1/nothing not found");
    }

    @Test
    void anotherMethodIs405WithTheAllowedOnes() {
        Gateway.Reply reply = gateway.call("DELETE", "/api/v1/accounts", admin, null);

        isProblem(reply, 405, "method_not_allowed");
        assertThat(reply.header("allow")).isEqualTo("GET, HEAD, OPTIONS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text\":\"x\",\"accounts\":[\"a\"]|The body is not valid JSON, or names a member twice",
                "{\"text\":\"x\",\"text\":\"y\",\"accounts\":[\"a\"]}|The body is not valid JSON, or names a member twice",
                "{\"text\":\"x\",\"accounts\":[\"a\"]} {}|The body is not valid JSON, or names a member twice",
                "[]|body must be object",
                "{\"accounts\":[\"a\"]}|body must have required property 'text'",
                "{\"text\":null,\"accounts\":[\"a\"]}|body must have required property 'text'",
                "{\"text\":\"\",\"accounts\":[\"a\"]}|body property 'text' must NOT have fewer than 1 characters",
                "{\"text\":5,\"accounts\":[\"a\"]}|body property 'text' must be string",
                "{\"text\":\"x\",\"accounts\":[]}|body property 'accounts' must NOT have fewer than 1 items",
                "{\"text\":\"x\",\"accounts\":\"a\"}|body property 'accounts' must be array",
                "{\"text\":\"x\",\"accounts\":[1]}|body property 'accounts' must hold only strings of 1 to 128 characters",
                "{\"text\":\"x\",\"accounts\":[\"a\"],\"timestamp\":\"t\"}|body property 'timestamp' must be number",
                "{\"text\":\"x\",\"accounts\":[\"a\"],\"isAdmin\":true}|body must not have the unknown property 'isAdmin'",
            })
    @Tag("T-A03")
    void aBodyThatBreaksARuleIs400WithTheRule(String body, String detail) {
        Gateway.Reply reply = gateway.post(PARSE, admin, body);

        isProblem(reply, 400, "bad_request");
        assertThat(reply.json().getString("detail")).isEqualTo(detail);
        assertThat(bridge.calls).isEmpty();
    }

    @Test
    void aTextIsMeasuredInCharactersOfAnyScript() {
        Gateway.Reply reply = gateway.post(
                PARSE,
                admin,
                new JsonObject("{\"accounts\":[\"a\"]}")
                        .put("text", "双".repeat(501))
                        .encode());

        isProblem(reply, 400, "bad_request");
        assertThat(reply.json().getString("detail")).contains("more than 500 characters");
    }

    @Test
    void aBodyThatIsTooDeepIs400() {
        isProblem(gateway.post(PARSE, admin, "[".repeat(100_000)), 400, "bad_request");
    }

    @Test
    @Tag("T-28")
    @Tag("T-H31")
    void anotherContentTypeIs415() {
        isProblem(
                gateway.call("POST", PARSE, admin, "text=x", "Content-Type", "text/plain"),
                415,
                "unsupported_media_type");
        isProblem(
                gateway.call("POST", PARSE, admin, "{}", "Content-Type", "application/json; charset=latin1"),
                415,
                "unsupported_media_type");
        isProblem(gateway.call("POST", PARSE, admin, "{}", "Content-Encoding", "gzip"), 415, "unsupported_media_type");
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0,query parameter 'limit' must be >= 1",
        "limit=1001,query parameter 'limit' must be <= 1000",
        "limit=ten,query parameter 'limit' must be integer",
        "startTime=x,query parameter 'startTime' must be number",
        "limit=1&limit=2,The query is malformed or names a parameter twice",
        "limit=%zz,The query is malformed or names a parameter twice",
    })
    void aQueryThatBreaksARuleIs400(String query, String detail) {
        Gateway.Reply reply =
                gateway.call("GET", "/api/v1/accounts/a/transactions?" + query.replace("%zz", "%7f"), admin, null);

        isProblem(reply, 400, "bad_request");
        assertThat(reply.json().getString("detail")).isEqualTo(detail);
    }

    @Test
    void aRequiredQueryParameterIsMissed() {
        Gateway.Reply reply = gateway.get("/api/v1/instructions/history", admin);

        isProblem(reply, 400, "bad_request");
        assertThat(reply.json().getString("detail")).isEqualTo("querystring must have required property 'accounts'");
    }

    @Test
    void moreThanAHundredQueryParametersAre400() {
        StringBuilder query = new StringBuilder("limit=1");
        for (int i = 0; i < 100; i++) {
            query.append("&a").append(i);
        }

        isProblem(gateway.get("/api/v1/accounts/a/transactions?" + query, admin), 400, "bad_request");
    }

    @Test
    void aPathParameterHasALimitToo() {
        isProblem(gateway.get("/api/v1/accounts/" + "x".repeat(129), admin), 400, "bad_request");
    }

    @Test
    void anUnknownWordIs400() {
        isProblem(gateway.post("/api/v1/algorithms/a/command", admin, "{\"command\":\"explode\"}"), 400, "bad_request");
    }

    @Test
    void aMalformedIdempotencyKeyIs400() {
        isProblem(
                gateway.call("POST", "/api/v1/algorithms/a/pause", admin, null, "Idempotency-Key", "with blank"),
                400,
                "bad_request");
    }

    @Test
    @Tag("Z12")
    void aServicesFailureKeepsItsStatusCodeAndOutcome() {
        bridge.service = call -> Future.succeededFuture(CallReply.failed(
                GatewayError.TIMEOUT.unknown("No answer came in time").after(1_500)));

        Gateway.Reply command = gateway.post("/api/v1/algorithms/a/pause", admin, null);
        Gateway.Reply read = gateway.get("/api/v1/accounts", admin);

        isProblem(command, 504, "timeout");
        assertThat(command.json().getString("outcome")).isEqualTo("unknown");
        assertThat(command.json().getBoolean("retry")).isFalse();
        assertThat(command.header("retry-after")).isEqualTo("2");
        assertThat(command.json().getInteger("retryAfter")).isEqualTo(2);
        isProblem(read, 504, "timeout");
        assertThat(read.json().containsKey("outcome")).isFalse();
        assertThat(read.json().getBoolean("retry")).isTrue();
        bridge.calls.clear();
    }

    @Test
    void anAnswerThatIsNoJsonIs502() {
        bridge.answers("not json");

        isProblem(gateway.get("/api/v1/accounts", admin), 502, "bad_reply");
        bridge.calls.clear();
    }

    @Test
    @Tag("B6")
    void aBrowserOnThisMachineMayCallWithEveryMethod() {
        Gateway.Reply preflight = gateway.call(
                "OPTIONS",
                "/api/v1/accounts/a/enabled",
                "",
                null,
                "Origin",
                "http://localhost:3000",
                "Access-Control-Request-Method",
                "PATCH");

        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("access-control-allow-origin")).isEqualTo("http://localhost:3000");
        assertThat(preflight.header("access-control-allow-credentials")).isEqualTo("true");
        assertThat(preflight.header("access-control-allow-methods")).contains("PATCH");
        assertThat(preflight.header("vary")).isEqualToIgnoringCase("origin");
    }

    @ParameterizedTest
    @CsvSource({"https://evil.example", "http://localhost.evil.example", "null", "http://evil-localhost"})
    @Tag("B6")
    void anotherOriginIsNotLetIn(String origin) {
        Gateway.Reply preflight = gateway.call(
                "OPTIONS", "/api/v1/accounts", "", null, "Origin", origin, "Access-Control-Request-Method", "GET");
        Gateway.Reply simple = gateway.call("GET", "/api/v1/nothing", "", null, "Origin", origin);

        isProblem(preflight, 403, "forbidden");
        assertThat(simple.header("access-control-allow-origin")).isEmpty();
        assertThat(simple.header("vary")).isEqualToIgnoringCase("origin");
    }

    @Test
    void optionsTellTheMethods() {
        Gateway.Reply options = gateway.call("OPTIONS", "/api/v1/instructions/execution/x", "", null);

        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
        isProblem(gateway.call("OPTIONS", "/api/v1/nothing", "", null), 404, "not_found");
    }

    @Test
    void headIsGetWithoutTheBody() {
        bridge.answers("[]");

        Gateway.Reply head = gateway.call("HEAD", "/api/v1/accounts", admin, null);

        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.header("content-length")).isEqualTo("26");
        bridge.calls.clear();
    }
}
