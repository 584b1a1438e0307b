package io.xy.gateway.shared.config;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.xy.gateway.shared.config.YamlTree.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A list of texts being read. */
public final class ListSetting {
    private final Section section;
    private final String key;
    private final List<String> fallback;
    private List<String> variables = List.of();
    private @Nullable Pattern form;
    private String allowed = "";

    ListSetting(Section section, String key, List<String> fallback) {
        this.section = section;
        this.key = key;
        this.fallback = List.copyOf(fallback);
    }

    public ListSetting env(String... names) {
        variables = List.of(names);
        return this;
    }

    /** Each element must match. */
    public ListSetting form(String regex, String allowed) {
        this.form = Pattern.compile(regex);
        this.allowed = allowed;
        return this;
    }

    public List<String> read(String description) {
        SettingReader reader = new SettingReader(section, key, variables);
        reader.describe("list", String.join(",", fallback), allowed, description);
        Value raw = section.raw(key);
        SettingReader.Found found =
                variables.stream().anyMatch(this::isSet) || raw == null || raw.items() == null ? reader.find() : null;
        List<String> values;
        String where;
        if (found != null) {
            values = split(found.text());
            where = found.where();
        } else if (raw != null && raw.items() != null) {
            values = texts(raw.items());
            where = raw.where();
        } else {
            return fallback;
        }
        for (String value : values) {
            if (form != null && !form.matcher(value).matches()) {
                reader.problem(where, "has '" + value + "'; allowed: " + allowed);
            }
        }
        return List.copyOf(values);
    }

    private boolean isSet(String name) {
        return section.reading().variable(name) != null || section.reading().variable(name + "_FILE") != null;
    }

    private List<String> texts(List<Value> items) {
        List<String> values = new ArrayList<>();
        for (Value item : items) {
            if (item.text() == null) {
                section.reading().problem(item.where(), section.join(key), "must be a list of texts");
            } else {
                values.add(item.text());
            }
        }
        return values;
    }

    private static List<String> split(String text) {
        List<String> values = new ArrayList<>();
        if (text.startsWith("[")) {
            try {
                for (Object item : new JsonArray(text)) {
                    values.add(String.valueOf(item));
                }
                return values;
            } catch (DecodeException e) {
                values.clear();
            }
        }
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                values.add(part.strip());
            }
        }
        return values;
    }
}
