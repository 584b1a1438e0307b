package io.xy.gateway.httpapi.openapi;

import static io.xy.gateway.httpapi.openapi.Json.object;
import static io.xy.gateway.httpapi.openapi.Json.ref;

import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.BodySchema;
import io.xy.gateway.shared.config.route.FieldRule;
import io.xy.gateway.shared.config.route.PathTemplate;
import io.xy.gateway.shared.config.route.RequestRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.security.Principal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Routes as operations of the document. */
final class Operations {
    private static final FieldRule PARAMETER =
            new FieldRule("parameter", FieldRule.Type.TEXT, true, 1, 128, List.of(), null);

    private final GatewayConfig config;
    private final List<String> schemes;
    private final Responses responses;
    private final Map<String, @Nullable Object> bodies = new LinkedHashMap<>();

    /**
     * @param schemes the names of the ways in which a caller can say who it is
     */
    Operations(GatewayConfig config, List<String> schemes) {
        this.config = config;
        this.schemes = schemes;
        this.responses = new Responses(config.limits());
    }

    /** The schemas of bodies that the operations so far refer to. */
    Map<String, @Nullable Object> bodies() {
        return bodies;
    }

    /** The part of a route's name that groups it with others. */
    static String tag(RouteConfig route) {
        String first = route.name().split("[.-]", 2)[0];
        return first.isEmpty() ? "routes" : first;
    }

    Map<String, @Nullable Object> of(RouteConfig route) {
        Map<String, @Nullable Object> operation = object(
                "operationId",
                route.name(),
                "tags",
                List.of(tag(route)),
                "summary",
                summary(route),
                "description",
                description(route),
                "security",
                security(route.access()));
        List<Object> parameters = parameters(route);
        if (!parameters.isEmpty()) {
            operation.put("parameters", parameters);
        }
        Map<String, @Nullable Object> body = body(route);
        if (body != null) {
            operation.put("requestBody", body);
        }
        operation.put("responses", responses.of(route));
        extensions(route, operation);
        return operation;
    }

    private static String summary(RouteConfig route) {
        String text = route.name().replaceAll("[.-]", " ");
        return text.isEmpty() ? route.path().text() : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String description(RouteConfig route) {
        StringBuilder text = new StringBuilder(route.description());
        if (!text.isEmpty()) {
            text.append("\n\n");
        }
        text.append(
                switch (route.access().kind()) {
                    case PUBLIC -> "For everybody.";
                    case ANY -> "For every known caller.";
                    case ROLES -> "For the roles " + String.join(", ", roles(route.access())) + '.';
                });
        if (!route.access().permission().isEmpty()) {
            text.append(" A token that lists permissions needs `")
                    .append(route.access().permission())
                    .append("`.");
        }
        text.append(
                switch (route.effect()) {
                    case READ -> " Changes nothing; may be repeated.";
                    case IDEMPOTENT -> " May be repeated: a second time changes nothing more.";
                    case ONCE -> " Runs at most once: the gateway never repeats it, and a failure says its outcome.";
                });
        return text.toString();
    }

    private static List<String> roles(AccessRule access) {
        if (access.kind() != AccessRule.Kind.ROLES) {
            return List.of();
        }
        List<String> roles = new ArrayList<>(access.roles());
        if (!roles.contains(Principal.ADMIN)) {
            roles.add(Principal.ADMIN);
        }
        return roles;
    }

    private List<Object> security(AccessRule access) {
        List<Object> security = new ArrayList<>();
        if (access.kind() != AccessRule.Kind.PUBLIC) {
            schemes.forEach(scheme -> security.add(object(scheme, roles(access))));
            if (config.jwt().optional() && access.kind() == AccessRule.Kind.ANY) {
                security.add(object());
            }
        }
        return security;
    }

    private static List<Object> parameters(RouteConfig route) {
        List<Object> parameters = new ArrayList<>();
        RequestRule request = route.request();
        for (PathTemplate.Segment segment : route.path().segments()) {
            if (segment.parameter()) {
                FieldRule rule = request.path().getOrDefault(segment.text(), PARAMETER);
                parameters.add(
                        object("name", segment.text(), "in", "path", "required", true, "schema", Schemas.of(rule)));
            }
        }
        request.query().forEach((name, rule) -> parameters.add(parameter(name, "query", rule)));
        request.headers().forEach((name, rule) -> parameters.add(parameter(name, "header", rule)));
        if (route.effect() != Effect.READ) {
            parameters.add(ref("parameters", "Idempotency-Key"));
        }
        parameters.add(ref("parameters", "X-Request-Id"));
        return parameters;
    }

    private static Map<String, @Nullable Object> parameter(String name, String in, FieldRule rule) {
        Map<String, @Nullable Object> parameter =
                object("name", name, "in", in, "required", rule.required(), "schema", Schemas.of(rule));
        if (rule.type() == FieldRule.Type.TEXTS && in.equals("query")) {
            parameter.put("style", "form");
            parameter.put("explode", false);
        }
        return parameter;
    }

    private @Nullable Map<String, @Nullable Object> body(RouteConfig route) {
        RequestRule request = route.request();
        if (request.takesBody()) {
            String name = route.name() + ".body";
            BodySchema schema = request.schema();
            bodies.put(
                    name,
                    schema == null ? Schemas.of(request.body()) : Schemas.of(schema, "#/components/schemas/" + name));
            boolean required =
                    schema != null || request.body().values().stream().anyMatch(FieldRule::required);
            return object(
                    "required",
                    required,
                    "content",
                    object("application/json", object("schema", ref("schemas", name))));
        }
        boolean streams = route.target() instanceof RouteTarget.Http http && http.body() == null;
        boolean writes = route.method().equals("POST")
                || route.method().equals("PUT")
                || route.method().equals("PATCH");
        return streams && writes
                ? object(
                        "description",
                        "Whatever the service takes; it is not looked at on its way.",
                        "content",
                        object("*/*", object("schema", object())))
                : null;
    }

    private void extensions(RouteConfig route, Map<String, @Nullable Object> operation) {
        operation.put("x-xy-effect", route.effect().name().toLowerCase(Locale.ROOT));
        operation.put("x-xy-access", route.access().kind().name().toLowerCase(Locale.ROOT));
        operation.put("x-xy-roles", roles(route.access()));
        if (!route.access().permission().isEmpty()) {
            operation.put("x-xy-permission", route.access().permission());
        }
        long timeout = route.timeoutMillis() == 0 ? config.http().callTimeoutMillis() : route.timeoutMillis();
        operation.put("x-xy-timeout-ms", timeout);
        if (route.limit().rule().configured()) {
            operation.put(
                    "x-xy-limit",
                    object(
                            "max", route.limit().rule().max(),
                            "windowMs", route.limit().rule().windowMillis(),
                            "burst", route.limit().rule().burst(),
                            "per", route.limit().per().name().toLowerCase(Locale.ROOT)));
        }
    }
}
