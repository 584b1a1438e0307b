package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Nearest;
import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree.Value;
import io.xy.gateway.shared.config.route.FieldRule.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the {@code request} of a route, and references to its fields. */
final class RequestReader {
    /** Greatest length of texts and lists that name none. */
    private static final long LENGTH = 1_000;

    private static final long NUMBER = 1L << 53;
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9-]{1,64}");

    private RequestReader() {}

    static RequestRule read(Section route, PathTemplate path, String method, Path directory) {
        Section s = route.section("request");
        Map<String, FieldRule> pathFields = fields(s, "path");
        for (String name : pathFields.keySet()) {
            if (!path.parameters().contains(name)) {
                s.problem(
                        "path",
                        "has '" + name + "', which is no parameter of " + path.text()
                                + Nearest.hint(name, path.parameters()));
            }
        }
        Map<String, FieldRule> body = fields(s, "body");
        BodySchema schema = SchemaReader.read(s, "body-schema", directory);
        if (schema != null && !body.isEmpty()) {
            s.problem("body", "is described twice: by fields and by body-schema");
        }
        RequestRule rule = new RequestRule(pathFields, fields(s, "query"), headers(s), body, schema);
        if (rule.takesBody() && method.equals("GET")) {
            s.problem(schema == null ? "body" : "body-schema", "is not possible with GET");
        }
        s.done();
        return rule;
    }

    private static Map<String, FieldRule> headers(Section s) {
        Map<String, FieldRule> headers = new LinkedHashMap<>();
        fields(s, "headers").forEach((name, rule) -> {
            String small = name.toLowerCase(Locale.ROOT);
            if (!HEADER.matcher(name).matches()) {
                s.problem("headers", "has '" + name + "'; allowed: letters, digits and dashes");
            } else if (headers.put(small, rule) != null) {
                s.problem("headers", "has '" + name + "' twice");
            }
        });
        return headers;
    }

    /** A reference such as {@code body.accounts}; null, with a problem noted, when it names nothing that is declared. */
    static @Nullable FieldRef ref(Section s, String key, String text, PathTemplate path, RequestRule request) {
        String[] parts = text.split("\\.", -1);
        Collection<String> names =
                switch (parts[0]) {
                    case "path" -> path.parameters();
                    case "query" -> request.query().keySet();
                    case "body" -> request.bodyNames();
                    default -> List.of();
                };
        if (parts.length < 2 || names.isEmpty() || !names.contains(parts[1])) {
            s.problem(
                    key,
                    "is '" + text + "'; allowed: path., query. or body. and a declared field"
                            + (parts.length < 2 ? "" : Nearest.hint(parts[1], names)));
            return null;
        }
        List<String> steps = Arrays.asList(parts).subList(1, parts.length);
        int deep = steps.indexOf(FieldRef.DEEP);
        if (deep >= 0 && deep < steps.size() - 1) {
            s.problem(key, "is '" + text + "'; ** stands only at the end");
            return null;
        }
        return new FieldRef(FieldRef.Place.valueOf(parts[0].toUpperCase(Locale.ROOT)), steps);
    }

    private static Map<String, FieldRule> fields(Section s, String key) {
        Map<String, FieldRule> fields = new LinkedHashMap<>();
        s.named(key).forEach((name, field) -> fields.put(name, field(name, field)));
        return fields;
    }

    private static FieldRule field(String name, Section s) {
        Type type = s.word("type", Type.TEXT).read("What the field holds");
        boolean required = s.flag("required", false).read("Whether its absence is refused");
        boolean number = type == Type.INTEGER || type == Type.NUMBER;
        long min = s.integer("min", number ? -NUMBER : 0)
                .range(number ? -NUMBER : 0, NUMBER)
                .read("Least length or value");
        long max = s.integer("max", number ? NUMBER : LENGTH)
                .range(number ? -NUMBER : 0, NUMBER)
                .read("Greatest length or value");
        if (min > max) {
            s.problem("min", "is " + min + ", more than max, which is " + max);
        }
        List<String> words = new ArrayList<>(s.texts("words", List.of()).read("Allowed texts"));
        Object fallback = fallback(s, type);
        s.done();
        return new FieldRule(name, type, required, min, max, words, fallback);
    }

    private static @Nullable Object fallback(Section s, Type type) {
        Value value = s.raw("default");
        if (value == null) {
            return null;
        }
        Object constant = value.text() == null ? null : TemplateReader.constant(value.text());
        boolean fits =
                switch (type) {
                    case TEXT -> constant != null;
                    case INTEGER -> constant instanceof Long;
                    case NUMBER -> constant instanceof Number;
                    case FLAG -> constant instanceof Boolean;
                    default -> false;
                };
        if (!fits) {
            s.problem("default", "does not fit the type");
            return null;
        }
        return type == Type.TEXT ? value.text() : constant;
    }
}
