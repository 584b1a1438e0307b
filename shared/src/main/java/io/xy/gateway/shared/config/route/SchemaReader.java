package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.Section;
import io.xy.gateway.shared.config.YamlTree;
import io.xy.gateway.shared.config.YamlTree.Value;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON Schema that stands in a route, or in a file of its own that the route names. Whether it is a good one is
 * decided where it is compiled.
 */
final class SchemaReader {
    private static final Pattern FILE = Pattern.compile("([A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*");

    private final Map<String, String> places = new HashMap<>();

    private SchemaReader() {}

    /**
     * @param directory in which files are looked for
     * @return null when there is none, or, with a problem noted, when it is not a mapping
     */
    static @Nullable BodySchema read(Section s, String key, Path directory) {
        Value value = s.raw(key);
        if (value == null) {
            return null;
        }
        String file = value.text();
        if (file != null) {
            Path path = directory.resolve(FILE.matcher(file).matches() ? file : "");
            if (!Files.isRegularFile(path)) {
                s.problem(key, "is '" + file + "', which is no file below the configuration directory");
                return null;
            }
            value = YamlTree.read(path, file, s.reading());
        }
        if (value.entries() == null) {
            s.problem(key, "must be a JSON Schema, or the name of a file that holds one");
            return null;
        }
        SchemaReader reader = new SchemaReader();
        Map<String, @Nullable Object> json = reader.members(value.entries(), "");
        reader.places.put("", value.where());
        return new BodySchema(value.where(), json, reader.places);
    }

    private @Nullable Object convert(Value value, String pointer) {
        places.put(pointer, value.where());
        if (value.entries() != null) {
            return members(value.entries(), pointer);
        }
        if (value.items() != null) {
            List<@Nullable Object> items = new ArrayList<>();
            for (Value item : value.items()) {
                items.add(convert(item, pointer + '/' + items.size()));
            }
            return items;
        }
        String text = value.text() == null ? "" : value.text();
        return value.quoted() ? text : TemplateReader.constant(text);
    }

    private Map<String, @Nullable Object> members(Map<String, Value> entries, String pointer) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        entries.forEach((name, value) -> members.put(name, convert(value, pointer + BodySchema.step(name))));
        return members;
    }
}
