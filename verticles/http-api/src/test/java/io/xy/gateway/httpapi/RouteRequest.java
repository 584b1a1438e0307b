package io.xy.gateway.httpapi;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.route.FieldRef;
import io.xy.gateway.shared.config.route.FieldRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A complete request of a route, made from the route itself, with one account wherever the route names accounts. */
record RouteRequest(String method, String target, @Nullable String body) {
    static RouteRequest of(RouteConfig route, String account) {
        String target = route.path().text();
        for (String parameter : route.path().parameters()) {
            boolean isAccount = refers(route, FieldRef.Place.PATH, parameter);
            target = target.replace('{' + parameter + '}', isAccount ? account : "u1");
        }
        return new RouteRequest(route.method(), target + query(route, account), body(route, account));
    }

    private static String query(RouteConfig route, String account) {
        List<String> parts = new ArrayList<>();
        route.request().query().forEach((name, rule) -> {
            if (refers(route, FieldRef.Place.QUERY, name)) {
                parts.add(name + '=' + account);
            } else if (rule.required()) {
                parts.add(name + '=' + value(rule, "1"));
            }
        });
        return parts.isEmpty() ? "" : '?' + String.join("&", parts);
    }

    private static @Nullable String body(RouteConfig route, String account) {
        if (!route.request().takesBody()) {
            return null;
        }
        JsonObject body = new JsonObject();
        for (Map.Entry<String, FieldRule> field : route.request().body().entrySet()) {
            boolean isAccount = refers(route, FieldRef.Place.BODY, field.getKey());
            if (isAccount || field.getValue().required()) {
                body.put(field.getKey(), value(field.getValue(), isAccount ? account : "12345678"));
            }
        }
        return body.encode();
    }

    private static Object value(FieldRule rule, String text) {
        String word = rule.words().isEmpty() ? text : rule.words().get(0);
        return switch (rule.type()) {
            case TEXT, ANY -> word;
            case INTEGER, NUMBER -> Math.max(1, rule.min());
            case FLAG -> true;
            case TEXTS -> new JsonArray().add(word);
            case LIST -> new JsonArray().add(new JsonObject().put("accounts", new JsonArray().add(text)));
            case OBJECT -> new JsonObject();
        };
    }

    private static boolean refers(RouteConfig route, FieldRef.Place place, String field) {
        return route.accounts().from().stream()
                .anyMatch(ref -> ref.place() == place && ref.path().get(0).equals(field));
    }
}
