package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.pointer.JsonPointer;
import io.xy.gateway.httpapi.openapi.OpenApi;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.GatewayError;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The description of the REST side, and how it is served. */
@Tag("B16")
class OpenApiTest {
    private static final String KEY =
            "{id: abcdefghijkl, client: bot, role: operator, accounts: ['*'], hash: '" + "0".repeat(64) + "'}";

    private static List<RouteConfig> routes;
    private static JsonObject document;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        routes = Gateway.routes(Gateway.root().resolve("conf/routes"));
        document = document(
                "limits: {address: {max: 100}}\napi-keys: {keys: [" + KEY + "]}\n",
                Map.of("API_KEY_PEPPER", "p".repeat(40)),
                routes);
        gateway = Gateway.start();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static JsonObject document(String yaml, Map<String, String> environment, List<RouteConfig> routes) {
        OpenApi api = new OpenApi(Gateway.config(yaml, environment), routes, Map.of("/health", "Well or not"));
        return new JsonObject(Buffer.buffer(api.document()));
    }

    private static JsonObject operation(String method, String path) {
        return document.getJsonObject("paths").getJsonObject(path).getJsonObject(method);
    }

    @Test
    void everyRouteIsDescribed() {
        List<String> described = new ArrayList<>();
        for (String path : document.getJsonObject("paths").fieldNames()) {
            JsonObject item = document.getJsonObject("paths").getJsonObject(path);
            item.forEach(operation -> described.add(operation.getKey().toUpperCase(Locale.ROOT) + ' ' + path));
        }
        List<String> served = new ArrayList<>(routes.stream()
                .map(route -> route.method() + ' ' + route.path().text())
                .toList());
        served.add("GET /health");

        assertThat(described).containsExactlyInAnyOrderElementsOf(served).hasSizeGreaterThan(60);
    }

    @Test
    void everyReferenceLeadsSomewhere() {
        List<String> references = new ArrayList<>();
        references(document, references);

        assertThat(new TreeSet<>(references)).hasSizeGreaterThan(15).allSatisfy(reference -> {
            assertThat(reference).startsWith("#/");
            assertThat(JsonPointer.from(reference.substring(1)).queryJson(document))
                    .as(reference)
                    .isNotNull();
        });
    }

    private static void references(Object value, List<String> found) {
        if (value instanceof JsonObject object) {
            object.forEach(member -> {
                if (member.getKey().equals("$ref")) {
                    found.add((String) member.getValue());
                }
                references(member.getValue(), found);
            });
        } else if (value instanceof JsonArray array) {
            array.forEach(item -> references(item, found));
        }
    }

    @Test
    void whoMayCallIsTold() {
        JsonObject create = operation("post", "/api/v1/orders");

        assertThat(create.getJsonArray("x-xy-roles")).containsExactly("operator", "admin");
        assertThat(create.getJsonArray("security").getJsonObject(0).getJsonArray("bearer"))
                .containsExactly("operator", "admin");
        assertThat(create.getJsonArray("security").getJsonObject(1).fieldNames())
                .containsExactly("apiKey");
        assertThat(create.getString("description")).contains("operator, admin").contains("at most once");
        assertThat(operation("post", "/api/v1/auth/login").getJsonArray("security"))
                .isEmpty();
        assertThat(operation("post", "/api/v1/instructions/execute").getString("x-xy-permission"))
                .isEqualTo("trade");
        assertThat(document.getJsonObject("components")
                        .getJsonObject("securitySchemes")
                        .fieldNames())
                .containsExactly("bearer", "apiKey");
    }

    @Test
    void aCertificateIsAWayInWhereOneIsAskedFor() {
        JsonObject schemes = document(
                        "",
                        Map.of("TLS_ENABLE", "true", "TLS_CERT_PATH", "a", "TLS_KEY_PATH", "b", "TLS_CA_PATH", "c"),
                        List.of())
                .getJsonObject("components")
                .getJsonObject("securitySchemes");

        assertThat(schemes.getJsonObject("certificate").getString("type")).isEqualTo("mutualTLS");
        assertThat(schemes.containsKey("apiKey")).isFalse();
    }

    @Test
    void parametersBodiesAndEffectsAreTold() {
        JsonObject history = operation("get", "/api/v1/instructions/history");
        JsonObject accounts = history.getJsonArray("parameters").getJsonObject(0);
        assertThat(accounts.getString("name")).isEqualTo("accounts");
        assertThat(accounts.getBoolean("required")).isTrue();
        assertThat(accounts.getBoolean("explode")).isFalse();
        assertThat(history.getString("x-xy-effect")).isEqualTo("read");
        assertThat(history.getJsonArray("parameters").encode()).doesNotContain("Idempotency-Key");

        JsonObject pause = operation("post", "/api/v1/algorithms/{algorithmId}/pause");
        assertThat(pause.getJsonArray("parameters").encode())
                .contains("\"algorithmId\"", "#/components/parameters/Idempotency-Key");
        assertThat(pause.getString("x-xy-effect")).isEqualTo("once");

        JsonObject schemas = document.getJsonObject("components").getJsonObject("schemas");
        assertThat(schemas.getJsonObject("auth.login.body").getJsonArray("required"))
                .containsExactly("username", "password");
        assertThat(schemas.getJsonObject("orders.create.body").encode())
                .contains("#/components/schemas/orders.create.body/$defs/amount");
    }

    @Test
    void problemsAreToldWithTheirCodesAndHeaders() {
        JsonObject responses = operation("post", "/api/v1/orders").getJsonObject("responses");
        assertThat(responses.fieldNames())
                .contains("2XX", "400", "401", "403", "408", "413", "415", "429", "500", "502", "503", "504");
        JsonObject all = document.getJsonObject("components").getJsonObject("responses");
        JsonObject limited = all.getJsonObject("Problem429");
        assertThat(limited.getJsonArray("x-xy-codes")).contains("rate_limited");
        assertThat(limited.getJsonObject("headers").fieldNames())
                .contains("Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset");
        assertThat(all.getJsonObject("Problem401").getJsonObject("headers").fieldNames())
                .contains("WWW-Authenticate");
        for (GatewayError error : GatewayError.values()) {
            assertThat(all.getJsonObject("Problem" + error.status()).getJsonArray("x-xy-codes"))
                    .contains(error.code());
        }
    }

    @Test
    void withoutLimitsNoneAreTold() {
        JsonObject bare = document("limits: {address: {max: 0}}\n", Map.of(), routes);

        assertThat(bare.getJsonObject("paths").encode()).doesNotContain("RateLimit", "Problem429");
    }

    // --- served ---------------------------------------------------------------------------------------------------

    @Test
    void whoHasTheDocumentAlreadyIsToldSo() {
        Gateway.Reply first = gateway.get("/openapi.json", "");
        String tag = first.header("etag");

        assertThat(first.status()).isEqualTo(200);
        assertThat(first.header("content-type")).isEqualTo("application/json; charset=utf-8");
        assertThat(first.header("cache-control")).isEqualTo("no-cache");
        assertThat(first.json().getString("openapi")).isEqualTo("3.1.0");
        assertThat(first.json().getJsonObject("paths").fieldNames()).contains("/api/v1/auth/login", "/health");
        assertThat(tag).matches("\"[0-9a-f]{24}\"");
        for (String known : List.of(tag, "W/" + tag, "\"other\", " + tag, "*")) {
            Gateway.Reply again = gateway.call("GET", "/openapi.json", "", null, "If-None-Match", known);
            assertThat(again.status()).as(known).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(again.header("etag")).isEqualTo(tag);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"other\"", "W/\"other\"", "\"\"", "x"})
    void anotherTagGetsTheDocument(String known) {
        assertThat(gateway.call("GET", "/openapi.json", "", null, "If-None-Match", known)
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({
        "/docs,text/html",
        "/docs.js,javascript",
        "/webjars/swagger-ui/5.20.0/swagger-ui-bundle.js,javascript",
        "/webjars/swagger-ui/5.20.0/swagger-ui.css,text/css"
    })
    void theUiComesFromHereAndRunsNoInlineScript(String path, String type) {
        Gateway.Reply reply = gateway.get(path, "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("content-type")).contains(type);
        assertThat(reply.header("content-security-policy"))
                .contains("default-src 'self'")
                .doesNotContain("script-src", "unsafe-eval");
        if (path.equals("/docs")) {
            // Relative, so that a proxy may put all of it below a path of its own.
            assertThat(reply.body())
                    .contains("src=\"webjars/", "href=\"webjars/")
                    .doesNotContain("=\"/", "http");
        }
    }

    @Test
    void thePageHasOneAddress() {
        Gateway.Reply reply = gateway.get("/docs/", "");

        assertThat(reply.status()).isEqualTo(302);
        assertThat(reply.header("location")).isEqualTo("../docs");
    }

    @Test
    void onlyReadersAreServed() {
        assertThat(gateway.post("/openapi.json", "", "{}").status()).isEqualTo(404);
        Gateway.Reply head = gateway.call("HEAD", "/openapi.json", "", null);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }
}
