package io.xy.gateway.httpapi.openapi;

import static io.xy.gateway.httpapi.openapi.Json.object;
import static io.xy.gateway.httpapi.openapi.Json.ref;

import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.shared.config.LimitsConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.ReplyRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.route.Template;
import io.xy.gateway.shared.error.GatewayError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a route can answer. */
final class Responses {
    private static final String JSON = "application/json";

    private final LimitsConfig limits;

    Responses(LimitsConfig limits) {
        this.limits = limits;
    }

    /** One response per status with which the gateway says no, and the codes that it can have. */
    static Map<String, @Nullable Object> components() {
        Map<Integer, TreeSet<String>> codes = new TreeMap<>();
        Map<Integer, StringBuilder> texts = new TreeMap<>();
        for (GatewayError error : GatewayError.values()) {
            codes.computeIfAbsent(error.status(), status -> new TreeSet<>()).add(error.code());
            StringBuilder text = texts.computeIfAbsent(error.status(), status -> new StringBuilder());
            text.append(text.isEmpty() ? "`" : "; `")
                    .append(error.code())
                    .append("`: ")
                    .append(error.title());
        }
        Map<String, @Nullable Object> components = new LinkedHashMap<>();
        texts.forEach((status, text) -> {
            Map<String, @Nullable Object> headers = object("X-Request-Id", ref("headers", "X-Request-Id"));
            if (status == 429 || status == 503) {
                headers.put("Retry-After", ref("headers", "Retry-After"));
            }
            if (status == 401) {
                headers.put("WWW-Authenticate", object("schema", object("type", "string")));
            }
            if (status == 429) {
                headers.putAll(limitHeaders());
            }
            components.put(
                    name(status),
                    object(
                            "description",
                            text.toString(),
                            "headers",
                            headers,
                            "content",
                            object(Problems.CONTENT_TYPE, object("schema", ref("schemas", "Problem"))),
                            "x-xy-codes",
                            List.copyOf(codes.getOrDefault(status, new TreeSet<>()))));
        });
        return components;
    }

    /** The responses of one route by status. */
    Map<String, @Nullable Object> of(RouteConfig route) {
        Map<String, @Nullable Object> responses = new LinkedHashMap<>();
        success(route, responses);
        boolean anybody = route.access().kind() == AccessRule.Kind.PUBLIC;
        problem(responses, 400);
        if (!anybody) {
            problem(responses, 401, 403);
        }
        if (!route.reply().notFound().isEmpty()
                || !route.reply().refusal().notFound().isEmpty()) {
            problem(responses, 404);
        }
        if (route.request().takesBody()) {
            problem(responses, 408, 413, 415);
        }
        if (!route.reply().success().isEmpty()) {
            problem(responses, route.reply().refusal().error().status());
        }
        if (isLimited(route)) {
            problem(responses, 429);
        }
        problem(responses, 500);
        if (!(route.target() instanceof RouteTarget.Static)) {
            problem(responses, 502, 503, 504);
        }
        return responses;
    }

    /** The headers that tell how much may still be asked. */
    static Map<String, @Nullable Object> limitHeaders() {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        for (String name : List.of("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy")) {
            headers.put(name, ref("headers", name));
        }
        return headers;
    }

    private boolean isLimited(RouteConfig route) {
        boolean known = route.access().kind() != AccessRule.Kind.PUBLIC;
        return limits.global().configured()
                || limits.address().configured()
                || known && limits.principal().configured()
                || route.limit().rule().configured();
    }

    private void success(RouteConfig route, Map<String, @Nullable Object> responses) {
        Map<String, @Nullable Object> headers = object("X-Request-Id", ref("headers", "X-Request-Id"));
        if (isLimited(route)) {
            headers.putAll(limitHeaders());
        }
        if (route.target() instanceof RouteTarget.Http http) {
            String said = http.webSocket() ? "The WebSocket is open" : "The answer of the service, as it comes";
            Map<String, @Nullable Object> response = object("description", said, "headers", headers);
            if (!http.webSocket()) {
                response.put("content", object("*/*", object("schema", object())));
            }
            responses.put(http.webSocket() ? "101" : "2XX", response);
            return;
        }
        responses.put(
                Integer.toString(route.reply().status()),
                object(
                        "description",
                        "Done",
                        "headers",
                        headers,
                        "content",
                        object(JSON, object("schema", schema(route)))));
    }

    private static Map<String, @Nullable Object> schema(RouteConfig route) {
        if (route.target() instanceof RouteTarget.Identity identity) {
            return switch (identity.action()) {
                case LOGIN, REFRESH -> ref("schemas", "Session");
                case VALIDATE -> enveloped(object("user", ref("schemas", "User")), true);
                case LOGOUT -> enveloped(object(), false);
            };
        }
        ReplyRule reply = route.reply();
        Template data = reply.data();
        Map<String, @Nullable Object> shape = data == null ? object() : shape(data);
        if (reply.envelope() == ReplyRule.Envelope.PLAIN) {
            return shape;
        }
        Map<String, @Nullable Object> properties = object("success", object("const", true));
        if (data != null) {
            properties.put("data", shape);
        }
        reply.members().forEach((name, template) -> properties.put(name, shape(template)));
        return object("type", "object", "required", List.of("success"), "properties", properties);
    }

    private static Map<String, @Nullable Object> enveloped(Map<String, @Nullable Object> data, boolean some) {
        Map<String, @Nullable Object> properties = object("success", object("const", true));
        if (some) {
            properties.put("data", object("type", "object", "properties", data));
        }
        properties.put("timestamp", object("type", "string", "format", "date-time"));
        return object("type", "object", "required", List.of("success"), "properties", properties);
    }

    /** What a template makes: only its form is known, not what the service puts in. */
    private static Map<String, @Nullable Object> shape(Template template) {
        return switch (template) {
            case Template.Shape shape -> {
                Map<String, @Nullable Object> properties = new LinkedHashMap<>();
                shape.members().forEach((name, member) -> properties.put(name, shape(member)));
                yield object("type", "object", "properties", properties);
            }
            case Template.Each each -> object("type", "array", "items", shape(each.as()));
            case Template.Sequence sequence -> object("type", "array");
            case Template.Group group ->
                object("type", "object", "additionalProperties", object("type", "array", "items", shape(group.as())));
            case Template.Constant constant -> object();
            case Template.Reference reference -> object();
            case Template.First first -> object();
        };
    }

    private static void problem(Map<String, @Nullable Object> responses, int... statuses) {
        for (int status : statuses) {
            responses.put(Integer.toString(status), ref("responses", name(status)));
        }
    }

    private static String name(int status) {
        return "Problem" + status;
    }
}
