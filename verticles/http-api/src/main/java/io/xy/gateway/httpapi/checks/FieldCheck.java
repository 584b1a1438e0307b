package io.xy.gateway.httpapi.checks;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.httpapi.routing.Query;
import io.xy.gateway.shared.config.route.FieldRule;
import io.xy.gateway.shared.config.route.RequestRule;
import io.xy.gateway.shared.error.GatewayError;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks path, query and body against the route's rules and fills in defaults. Body fields that no rule names are
 * refused, so that nobody smuggles a field past the gateway. The body becomes a JSON tree here: only routes that take a
 * body pay for it.
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
        String wrong = path(exchange);
        if (wrong == null) {
            wrong = query(exchange);
        }
        if (wrong == null && rule.takesBody()) {
            wrong = body(exchange);
        }
        if (wrong == null) {
            exchange.next();
        } else {
            exchange.fail(GatewayError.BAD_REQUEST.notExecuted(wrong));
        }
    }

    private @Nullable String path(Exchange exchange) {
        for (Map.Entry<String, String> parameter : exchange.path().entrySet()) {
            FieldRule field = rule.path().getOrDefault(parameter.getKey(), PARAMETER);
            String wrong = FieldValues.wrong(field, parameter.getValue());
            if (wrong != null) {
                return "path parameter '" + parameter.getKey() + "' " + wrong;
            }
        }
        return null;
    }

    private @Nullable String query(Exchange exchange) {
        if (rule.query().isEmpty()) {
            return null;
        }
        Map<String, String> sent = Query.read(exchange.origin().query());
        if (sent == null) {
            return "The query is malformed or names a parameter twice";
        }
        Map<String, Object> checked = new HashMap<>();
        for (FieldRule field : rule.query().values()) {
            String text = sent.get(field.name());
            if (text == null) {
                if (field.required()) {
                    return "querystring must have required property '" + field.name() + "'";
                }
                if (field.fallback() != null) {
                    checked.put(field.name(), field.fallback());
                }
                continue;
            }
            Object value = FieldValues.ofText(field, text);
            String wrong = FieldValues.wrong(field, value);
            if (value == null || wrong != null) {
                return "query parameter '" + field.name() + "' " + wrong;
            }
            checked.put(field.name(), value);
        }
        exchange.query(checked);
        return null;
    }

    private @Nullable String body(Exchange exchange) {
        Object value;
        try {
            value = JsonText.read(exchange.body().array());
        } catch (IOException e) {
            return "The body is not valid JSON, or names a member twice";
        }
        if (!(value instanceof Map<?, ?> sent)) {
            return "body must be object";
        }
        for (Object name : sent.keySet()) {
            if (!rule.body().containsKey(String.valueOf(name))) {
                return "body must not have the unknown property '" + shown(String.valueOf(name)) + "'";
            }
        }
        Map<String, @Nullable Object> checked = new LinkedHashMap<>();
        for (FieldRule field : rule.body().values()) {
            Object given = sent.get(field.name());
            String wrong = given == null ? absent(field, checked) : FieldValues.wrong(field, given);
            if (wrong != null) {
                return given == null ? wrong : "body property '" + field.name() + "' " + wrong;
            }
            if (given != null) {
                checked.put(field.name(), given);
            }
        }
        exchange.bodyFields(checked);
        return null;
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
