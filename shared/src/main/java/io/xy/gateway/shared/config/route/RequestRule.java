package io.xy.gateway.shared.config.route;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request must be. Body fields that are not named are refused; query parameters and headers that are not named
 * are not looked at.
 *
 * @param headers under their names in small letters
 * @param body fields of the body, when it is described that way
 * @param schema of the body, when it is described that way; null when it is not
 */
public record RequestRule(
        Map<String, FieldRule> path,
        Map<String, FieldRule> query,
        Map<String, FieldRule> headers,
        Map<String, FieldRule> body,
        @Nullable BodySchema schema) {
    public RequestRule {
        path = Map.copyOf(path);
        query = ordered(query);
        headers = ordered(headers);
        body = ordered(body);
    }

    /** Whether a body is read at all. */
    public boolean takesBody() {
        return !body.isEmpty() || schema != null;
    }

    /** The members of the body that templates and other rules may name. */
    public Collection<String> bodyNames() {
        return schema == null ? body.keySet() : schema.properties();
    }

    private static Map<String, FieldRule> ordered(Map<String, FieldRule> fields) {
        return Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
