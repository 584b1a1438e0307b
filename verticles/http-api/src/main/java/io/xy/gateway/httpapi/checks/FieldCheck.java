package io.xy.gateway.httpapi.checks;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.routing.Query;
import io.xy.gateway.shared.config.route.BodySchema;
import io.xy.gateway.shared.config.route.FieldRule;
import io.xy.gateway.shared.config.route.RequestRule;
import io.xy.gateway.shared.error.GatewayError;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks path, query, headers and the fields of the body against the route's rules and fills in defaults. Body fields
 * that no rule names are refused, so that nobody smuggles a field past the gateway. The body becomes a JSON tree here:
 * only routes that take a body pay for it.
 */
public final class FieldCheck implements Stage {
    private static final FieldRule PARAMETER =
            new FieldRule("parameter", FieldRule.Type.TEXT, true, 1, 128, List.of(), null);

    private final RequestRule rule;

    public FieldCheck(RequestRule rule) {
        this.rule = rule;
    }

    @Override
    public void run(Exchange exchange) {
        List<Violation> wrong = new ArrayList<>(0);
        path(exchange, wrong);
        query(exchange, wrong);
        headers(exchange, wrong);
        if (!rule.body().isEmpty()) {
            body(exchange, wrong);
        }
        if (wrong.isEmpty()) {
            exchange.next();
        } else {
            refuse(exchange, wrong);
        }
    }

    @Override
    public String setting() {
        StringBuilder text = new StringBuilder("path");
        tell(text, "query", rule.query());
        tell(text, "headers", rule.headers());
        tell(text, "body", rule.body());
        return text.toString();
    }

    private static void tell(StringBuilder text, String place, Map<String, FieldRule> rules) {
        if (!rules.isEmpty()) {
            text.append(", ").append(place).append(' ').append(rules.keySet());
        }
    }

    /** Fails the exchange with everything that is wrong; the first of it is the detail. */
    public static void refuse(Exchange exchange, List<Violation> wrong) {
        exchange.fail(GatewayError.BAD_REQUEST.notExecuted(wrong.get(0).detail()), Violation.members(wrong));
    }

    private void path(Exchange exchange, List<Violation> wrong) {
        for (Map.Entry<String, String> parameter : exchange.path().entrySet()) {
            FieldRule field = rule.path().getOrDefault(parameter.getKey(), PARAMETER);
            String reason = FieldValues.wrong(field, parameter.getValue());
            if (reason != null) {
                wrong.add(new Violation(
                        "path", parameter.getKey(), "path parameter '" + parameter.getKey() + "' " + reason));
            }
        }
    }

    private void query(Exchange exchange, List<Violation> wrong) {
        if (rule.query().isEmpty()) {
            return;
        }
        Map<String, String> sent = Query.read(exchange.origin().query());
        if (sent == null) {
            wrong.add(new Violation("query", "", "The query is malformed or names a parameter twice"));
            return;
        }
        Map<String, Object> checked = new HashMap<>();
        for (FieldRule field : rule.query().values()) {
            String text = sent.get(field.name());
            if (text != null) {
                Object value = FieldValues.ofText(field, text);
                String reason = FieldValues.wrong(field, value);
                if (value == null || reason != null) {
                    wrong.add(new Violation("query", field.name(), "query parameter '" + field.name() + "' " + reason));
                } else {
                    checked.put(field.name(), value);
                }
            } else if (field.required()) {
                wrong.add(new Violation(
                        "query", field.name(), "querystring must have required property '" + field.name() + "'"));
            } else if (field.fallback() != null) {
                checked.put(field.name(), field.fallback());
            }
        }
        exchange.query(checked);
    }

    /** Calls by the bus have no headers, and so nothing to say in them. */
    private void headers(Exchange exchange, List<Violation> wrong) {
        HttpServerRequest http = exchange.origin().http();
        if (rule.headers().isEmpty() || http == null) {
            return;
        }
        MultiMap sent = http.headers();
        rule.headers().forEach((name, field) -> {
            List<String> values = sent.getAll(name);
            String reason = values.isEmpty()
                    ? field.required() ? "is required" : null
                    : values.size() > 1
                            ? "must be sent once"
                            : FieldValues.wrong(field, FieldValues.ofText(field, values.get(0)));
            if (reason != null) {
                wrong.add(new Violation("header", name, "header '" + name + "' " + reason));
            }
        });
    }

    private void body(Exchange exchange, List<Violation> wrong) {
        Object value;
        try {
            value = JsonBody.read(exchange);
        } catch (IOException e) {
            wrong.add(JsonBody.malformed());
            return;
        }
        if (!(value instanceof Map<?, ?> sent)) {
            wrong.add(new Violation(Violation.POINTER, "", "body must be object"));
            return;
        }
        for (Object name : sent.keySet()) {
            if (!rule.body().containsKey(String.valueOf(name)) && wrong.size() < Violation.MAX) {
                String text = shown(String.valueOf(name));
                wrong.add(new Violation(
                        Violation.POINTER,
                        BodySchema.step(text),
                        "body must not have the unknown property '" + text + "'"));
            }
        }
        Map<String, @Nullable Object> checked = new LinkedHashMap<>();
        for (FieldRule field : rule.body().values()) {
            Object given = sent.get(field.name());
            String reason = given == null ? absent(field, checked) : FieldValues.wrong(field, given);
            if (reason != null) {
                wrong.add(new Violation(
                        Violation.POINTER,
                        BodySchema.step(field.name()),
                        given == null ? reason : "body property '" + field.name() + "' " + reason));
            } else if (given != null) {
                checked.put(field.name(), given);
            }
        }
        exchange.bodyFields(checked);
    }

    private static @Nullable String absent(FieldRule field, Map<String, @Nullable Object> checked) {
        if (field.required()) {
            return "body must have required property '" + field.name() + "'";
        }
        if (field.fallback() != null) {
            checked.put(field.name(), field.fallback());
        }
        return null;
    }

    private static String shown(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "...";
    }
}
