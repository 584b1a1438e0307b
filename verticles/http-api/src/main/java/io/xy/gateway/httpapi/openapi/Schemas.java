package io.xy.gateway.httpapi.openapi;

import static io.xy.gateway.httpapi.openapi.Json.object;

import io.xy.gateway.shared.config.route.BodySchema;
import io.xy.gateway.shared.config.route.FieldRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON Schemas (2020-12) for what routes say about their requests. */
final class Schemas {
    private static final long LONGEST_ITEM = 128;

    private Schemas() {}

    /** The schema of one field. */
    static Map<String, @Nullable Object> of(FieldRule rule) {
        Map<String, @Nullable Object> schema =
                switch (rule.type()) {
                    case TEXT -> rule.words().isEmpty() ? text(rule.min(), rule.max()) : words(rule);
                    case INTEGER -> object("type", "integer", "minimum", rule.min(), "maximum", rule.max());
                    case NUMBER -> object("type", "number", "minimum", rule.min(), "maximum", rule.max());
                    case FLAG -> object("type", "boolean");
                    case TEXTS -> list(rule, rule.words().isEmpty() ? text(1, LONGEST_ITEM) : words(rule));
                    case LIST -> list(rule, object());
                    case OBJECT -> object("type", "object");
                    case ANY -> object();
                };
        if (rule.fallback() != null) {
            schema.put("default", rule.fallback());
        }
        return schema;
    }

    /** The schema of a body that is described by fields: no others are taken. */
    static Map<String, @Nullable Object> of(Map<String, FieldRule> body) {
        Map<String, @Nullable Object> properties = new LinkedHashMap<>();
        List<String> required = new ArrayList<>();
        body.forEach((name, rule) -> {
            properties.put(name, of(rule));
            if (rule.required()) {
                required.add(name);
            }
        });
        Map<String, @Nullable Object> schema = object("type", "object", "properties", properties);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        schema.put("additionalProperties", false);
        return schema;
    }

    /**
     * A route's own schema at its place in the document.
     *
     * @param place as a JSON pointer: what the schema says about itself is said from there
     */
    static Map<String, @Nullable Object> of(BodySchema schema, String place) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        schema.json().forEach((name, value) -> {
            if (!name.equals("$schema")) {
                copy.put(name, moved(name, value, place));
            }
        });
        return copy;
    }

    private static @Nullable Object moved(String name, @Nullable Object value, String place) {
        if (name.equals("$ref") && value instanceof String ref && ref.startsWith("#")) {
            return place + ref.substring(1);
        }
        if (value instanceof Map<?, ?> members) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            members.forEach((key, member) -> copy.put(String.valueOf(key), moved(String.valueOf(key), member, place)));
            return copy;
        }
        if (value instanceof List<?> items) {
            List<@Nullable Object> copy = new ArrayList<>();
            items.forEach(item -> copy.add(moved("", item, place)));
            return copy;
        }
        return value;
    }

    private static Map<String, @Nullable Object> text(long min, long max) {
        return object("type", "string", "minLength", min, "maxLength", max);
    }

    private static Map<String, @Nullable Object> words(FieldRule rule) {
        return object("type", "string", "enum", rule.words());
    }

    private static Map<String, @Nullable Object> list(FieldRule rule, Map<String, @Nullable Object> items) {
        return object("type", "array", "items", items, "minItems", rule.min(), "maxItems", rule.max());
    }
}
