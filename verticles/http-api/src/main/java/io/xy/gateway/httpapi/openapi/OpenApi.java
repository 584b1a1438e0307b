package io.xy.gateway.httpapi.openapi;

import static io.xy.gateway.httpapi.openapi.Json.object;
import static io.xy.gateway.httpapi.openapi.Json.ref;

import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.GatewayError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Describes the REST side as OpenAPI 3.1, from nothing but the configuration. */
public final class OpenApi {
    private static final String BEARER = "bearer";
    private static final String API_KEY = "apiKey";
    private static final String CERTIFICATE = "certificate";
    private static final String DESCRIPTION =
            "What this gateway serves by REST, made from its routes. Failures are `application/problem+json` (RFC 9457);"
                    + " their `code` is a promise. A failure of a call that changes something says its `outcome`:"
                    + " `not-executed`, `executed` or `unknown`.";

    private final GatewayConfig config;
    private final List<RouteConfig> routes;
    private final Map<String, String> pages;

    /**
     * @param pages paths outside the routes that are served to everybody, and what is there
     */
    public OpenApi(GatewayConfig config, List<RouteConfig> routes, Map<String, String> pages) {
        this.config = config;
        this.routes = routes;
        this.pages = pages;
    }

    /** The document, UTF-8; the same for the same configuration. */
    public byte[] document() {
        Map<String, @Nullable Object> schemes = schemes();
        Operations operations = new Operations(config, List.copyOf(schemes.keySet()));
        Map<String, @Nullable Object> paths = paths(operations);
        Map<String, @Nullable Object> schemas = object("Problem", problem(), "User", user(), "Session", session());
        schemas.putAll(operations.bodies());
        return JsonText.write(object(
                "openapi",
                "3.1.0",
                "info",
                object("title", "xy gateway", "version", "v1", "description", DESCRIPTION),
                "servers",
                List.of(object("url", ".", "description", "Where this document is")),
                "tags",
                tags(),
                "paths",
                paths,
                "components",
                object(
                        "securitySchemes", schemes,
                        "schemas", schemas,
                        "parameters", parameters(),
                        "headers", headers(),
                        "responses", Responses.components())));
    }

    private Map<String, @Nullable Object> paths(Operations operations) {
        Map<String, @Nullable Object> paths = new LinkedHashMap<>();
        Map<String, Map<String, @Nullable Object>> items = new LinkedHashMap<>();
        for (RouteConfig route : routes) {
            items.computeIfAbsent(route.path().text(), path -> new LinkedHashMap<>())
                    .put(route.method().toLowerCase(Locale.ROOT), operations.of(route));
        }
        paths.putAll(items);
        new TreeMap<>(pages).forEach((path, text) -> paths.putIfAbsent(path, object("get", page(path, text))));
        return paths;
    }

    private static Map<String, @Nullable Object> page(String path, String text) {
        return object(
                "operationId", "page" + path.replace('/', '.'),
                "tags", List.of("health"),
                "summary", text,
                "security", List.of(),
                "responses",
                        object(
                                "200", object("description", "Well"),
                                "503", object("description", "Not well, or not known")));
    }

    private List<Object> tags() {
        TreeSet<String> names = new TreeSet<>();
        routes.forEach(route -> names.add(Operations.tag(route)));
        List<Object> tags = new ArrayList<>();
        names.forEach(name -> tags.add(object("name", name)));
        if (names.add("health") && !pages.isEmpty()) {
            tags.add(object("name", "health"));
        }
        return tags;
    }

    private Map<String, @Nullable Object> schemes() {
        Map<String, @Nullable Object> schemes = object(
                BEARER,
                object(
                        "type", "http",
                        "scheme", "bearer",
                        "bearerFormat", "JWT",
                        "description", "Its role and accounts are in the token."));
        if (!config.apiKeys().keys().isEmpty()) {
            schemes.put(
                    API_KEY,
                    object("type", "apiKey", "in", "header", "name", "X-API-Key", "description", "For programs."));
        }
        if (config.tls().enabled() && !config.tls().clientCa().isEmpty()) {
            schemes.put(CERTIFICATE, object("type", "mutualTLS", "description", "A client certificate."));
        }
        return schemes;
    }

    private static Map<String, @Nullable Object> parameters() {
        return object(
                "Idempotency-Key",
                        object(
                                "name", "Idempotency-Key",
                                "in", "header",
                                "description", "Names the call, so that its repeat can be told from another call.",
                                "schema", object("type", "string", "pattern", "^[!-~]{1,128}$")),
                "X-Request-Id",
                        object(
                                "name", "X-Request-Id",
                                "in", "header",
                                "description", "Names the request in logs and answers; one is made when it is absent.",
                                "schema", object("type", "string", "maxLength", 128)));
    }

    private static Map<String, @Nullable Object> headers() {
        return object(
                "X-Request-Id", header("string", "The name of the request"),
                "Retry-After", header("integer", "Seconds to wait before the next attempt"),
                "RateLimit-Limit", header("integer", "Requests that may come at once; also as X-RateLimit-Limit"),
                "RateLimit-Remaining", header("integer", "Requests that are left; also as X-RateLimit-Remaining"),
                "RateLimit-Reset", header("integer", "Seconds until the allowance is full; also as X-RateLimit-Reset"),
                "RateLimit-Policy", header("string", "Requests and window in seconds, as 100;w=60"));
    }

    private static Map<String, @Nullable Object> header(String type, String text) {
        return object("description", text, "schema", object("type", type));
    }

    private static Map<String, @Nullable Object> problem() {
        List<String> codes =
                Arrays.stream(GatewayError.values()).map(GatewayError::code).toList();
        Map<String, @Nullable Object> text = object("type", "string");
        Map<String, @Nullable Object> error = object(
                "type",
                "object",
                "required",
                List.of("detail"),
                "properties",
                object("pointer", text, "path", text, "query", text, "header", text, "detail", text));
        return object(
                "type",
                "object",
                "required",
                List.of("type", "title", "status", "detail", "code", "requestId", "retry"),
                "properties",
                object(
                        "type", object("type", "string", "format", "uri"),
                        "title", text,
                        "status", object("type", "integer", "minimum", 400, "maximum", 599),
                        "detail", text,
                        "code", object("enum", codes),
                        "requestId", text,
                        "retry", object("type", "boolean", "description", "Whether the same call can succeed later"),
                        "outcome", object("enum", List.of("not-executed", "executed", "unknown")),
                        "retryAfter", object("type", "integer", "description", "Seconds"),
                        "errors",
                                object(
                                        "type", "array",
                                        "description", "Everything that is wrong with the request, up to 20",
                                        "items", error),
                        "success", object("const", false),
                        "error", text,
                        "message", text,
                        "timestamp", object("type", "string", "format", "date-time")));
    }

    private static Map<String, @Nullable Object> user() {
        Map<String, @Nullable Object> text = object("type", "string");
        Map<String, @Nullable Object> texts = object("type", "array", "items", text);
        return object(
                "type",
                "object",
                "properties",
                object("id", text, "username", text, "email", text, "roles", texts, "permissions", texts));
    }

    private static Map<String, @Nullable Object> session() {
        Map<String, @Nullable Object> text = object("type", "string");
        return object(
                "type",
                "object",
                "required",
                List.of("success", "data", "user"),
                "properties",
                object(
                        "success", object("const", true),
                        "data",
                                object(
                                        "type",
                                        "object",
                                        "properties",
                                        object(
                                                "accessToken",
                                                text,
                                                "refreshToken",
                                                text,
                                                "expiresIn",
                                                object("type", "integer", "description", "Seconds"),
                                                "tokenType",
                                                object("const", "Bearer"))),
                        "user", ref("schemas", "User"),
                        "timestamp", object("type", "string", "format", "date-time")));
    }
}
