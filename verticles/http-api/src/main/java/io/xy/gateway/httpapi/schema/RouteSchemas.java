package io.xy.gateway.httpapi.schema;

import io.xy.gateway.httpapi.checks.Violation;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.BodySchema;
import io.xy.gateway.shared.config.route.RouteConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Finds out at the start whether every schema of the routes can be used. */
public final class RouteSchemas {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final String PATH = "request.body-schema";

    private final Reading reading;
    private final BodySchema schema;
    private boolean bad;

    private RouteSchemas(Reading reading, BodySchema schema) {
        this.reading = reading;
        this.schema = schema;
    }

    /** Notes every problem of every schema, each at its own place. */
    public static void check(List<RouteConfig> routes, Reading reading) {
        for (RouteConfig route : routes) {
            BodySchema schema = route.request().schema();
            if (schema != null) {
                new RouteSchemas(reading, schema).check();
            }
        }
    }

    private void check() {
        for (Violation violation : BodyValidator.ofSchemas().violations(schema.json())) {
            problem(violation.name(), violation.detail().replaceFirst("^body( '.*')? ?", ""));
        }
        walk(schema.json(), "");
        if (!bad) {
            tryOut();
        }
    }

    /** A schema that passed so far can still refer to itself without end. */
    private void tryOut() {
        try {
            BodyValidator validator = BodyValidator.compile(schema.json());
            for (Object value : Arrays.asList(null, "", 0, true, List.of(), Map.of())) {
                validator.violations(value);
            }
        } catch (RuntimeException e) {
            problem("", "cannot be compiled: " + e.getMessage());
        } catch (StackOverflowError e) {
            problem("", "refers to itself without end");
        }
    }

    private void walk(@Nullable Object value, String pointer) {
        if (value instanceof Map<?, ?> members) {
            members.forEach((key, member) -> {
                String name = String.valueOf(key);
                String at = pointer + BodySchema.step(name);
                keyword(name, member, at);
                walk(member, at);
            });
        } else if (value instanceof List<?> items) {
            for (int i = 0; i < items.size(); i++) {
                walk(items.get(i), pointer + '/' + i);
            }
        }
    }

    private void keyword(String name, @Nullable Object value, String at) {
        if (name.equals("pattern") && value instanceof String pattern) {
            pattern(pattern, at);
        } else if (name.equals("patternProperties") && value instanceof Map<?, ?> patterns) {
            patterns.keySet().forEach(pattern -> pattern(String.valueOf(pattern), at));
        } else if (name.equals("$schema") && !DIALECT.equals(value)) {
            problem(at, "is '" + value + "'; allowed: " + DIALECT);
        } else if (name.equals("$id") || name.equals("$dynamicRef") || name.equals("$anchor")) {
            problem(at, "is not used here: schemas refer within themselves, by $ref: '#/...'");
        } else if (name.equals("$ref") && value instanceof String ref && !resolves(ref)) {
            problem(at, "is '" + ref + "', which is nothing in this schema; nothing is loaded from elsewhere");
        }
    }

    private void pattern(String pattern, String at) {
        try {
            Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            problem(at, "is not a regular expression: " + e.getDescription());
        }
    }

    private boolean resolves(String ref) {
        return ref.equals("#") || ref.startsWith("#/") && schema.places().containsKey(ref.substring(1));
    }

    private void problem(String pointer, String message) {
        bad = true;
        reading.problem(schema.place(pointer), PATH + pointer.replace('/', '.'), message);
    }
}
