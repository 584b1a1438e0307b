package io.xy.gateway.shared.config.route;

import java.util.Map;

/**
 * What a request must be. Body fields that are not named are refused; query parameters that are not named are ignored.
 *
 * @param takesBody whether a body is read at all
 */
public record RequestRule(
        Map<String, FieldRule> path, Map<String, FieldRule> query, Map<String, FieldRule> body, boolean takesBody) {
    public RequestRule {
        path = Map.copyOf(path);
        query = Map.copyOf(query);
        body = Map.copyOf(body);
    }
}
