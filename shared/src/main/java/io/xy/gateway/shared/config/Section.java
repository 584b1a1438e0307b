package io.xy.gateway.shared.config;

import io.xy.gateway.shared.config.YamlTree.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One mapping of a configuration file, read setting by setting. What is wrong is noted and a neutral value is returned,
 * so that one pass finds every problem. {@link #done} reports keys that nobody asked for.
 */
public final class Section {
    private final Reading reading;
    private final Value value;
    private final String path;
    private final Map<String, Value> entries;
    private final Set<String> known = new TreeSet<>();

    public Section(Reading reading, Value value, String path) {
        this.reading = reading;
        this.value = value;
        this.path = path;
        if (value.entries() == null && !(value.text() != null && value.text().isEmpty())) {
            reading.problem(value.where(), path, "must be a mapping (key: value)");
        }
        this.entries = value.entries() == null ? Map.of() : value.entries();
    }

    /** File, line and column of this mapping. */
    public String where() {
        return value.where();
    }

    public String path() {
        return path;
    }

    public Reading reading() {
        return reading;
    }

    /** Whether the key is written in the file. */
    public boolean has(String key) {
        return entries.containsKey(key);
    }

    /** The mapping below a key; an empty one when it is absent. */
    public Section section(String key) {
        known.add(key);
        Value below = entries.get(key);
        return new Section(reading, below == null ? YamlTree.empty(value.where()) : below, join(key));
    }

    /** The mappings of the list below a key; none when it is absent. */
    public List<Section> sections(String key) {
        known.add(key);
        Value below = entries.get(key);
        List<Section> sections = new ArrayList<>();
        if (below == null) {
            return sections;
        }
        if (below.items() == null) {
            reading.problem(below.where(), join(key), "must be a list");
            return sections;
        }
        for (Value item : below.items()) {
            sections.add(new Section(reading, item, join(key) + '[' + sections.size() + ']'));
        }
        return sections;
    }

    /** The named mappings below a key, in file order. */
    public Map<String, Section> named(String key) {
        known.add(key);
        Map<String, Section> sections = new LinkedHashMap<>();
        Value below = entries.get(key);
        if (below == null) {
            return sections;
        }
        if (below.entries() == null) {
            reading.problem(below.where(), join(key), "must be a mapping of names");
            return sections;
        }
        below.entries().forEach((name, item) -> sections.put(name, new Section(reading, item, join(key) + '.' + name)));
        return sections;
    }

    /** The raw value below a key, for free-form templates; null when it is absent. */
    public @Nullable Value raw(String key) {
        known.add(key);
        return entries.get(key);
    }

    /** The variable that is not set, so that its default stands at the key; null when there is none. */
    public @Nullable String unset(String key) {
        Value at = entries.get(key);
        if (at == null || at.items() == null) {
            return at == null ? null : at.unset();
        }
        return at.items().stream()
                .map(Value::unset)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    public TextSetting text(String key, String fallback) {
        return new TextSetting(this, key, fallback, false);
    }

    /** A text that is never shown; its variables may also name a file: {@code NAME_FILE}. */
    public TextSetting secret(String key) {
        return new TextSetting(this, key, "", true);
    }

    /** A list of texts; a variable gives them separated by commas, or as a JSON list of texts. */
    public ListSetting texts(String key, List<String> fallback) {
        return new ListSetting(this, key, fallback);
    }

    public NumberSetting integer(String key, long fallback) {
        return new NumberSetting(this, key, fallback, NumberSetting.Unit.NONE);
    }

    /** Milliseconds; written as {@code 250ms}, {@code 5s}, {@code 1m}, {@code 24h}, {@code 7d} or a bare number of ms. */
    public NumberSetting duration(String key, long fallbackMillis) {
        return new NumberSetting(this, key, fallbackMillis, NumberSetting.Unit.MILLIS);
    }

    /** Bytes; written as {@code 64KiB}, {@code 1MiB}, {@code 1GiB} or a bare number of bytes. */
    public NumberSetting size(String key, long fallbackBytes) {
        return new NumberSetting(this, key, fallbackBytes, NumberSetting.Unit.BYTES);
    }

    /** Exactly {@code true} or {@code false}: no other word counts, in files and in variables. */
    public FlagSetting flag(String key, boolean fallback) {
        return new FlagSetting(this, key, fallback);
    }

    public <E extends Enum<E>> WordSetting<E> word(String key, E fallback) {
        return new WordSetting<>(this, key, fallback);
    }

    /** Notes a problem at this mapping. */
    public void problem(String key, String message) {
        Value at = entries.get(key);
        reading.problem(at == null ? value.where() : at.where(), key.isEmpty() ? path : join(key), message);
    }

    /** Reports every key that no reader asked for. */
    public void done() {
        entries.forEach((key, entry) -> {
            if (!known.contains(key)) {
                reading.problem(entry.where(), join(key), "is not a setting" + Nearest.hint(key, known));
            }
        });
    }

    String join(String key) {
        return path.isEmpty() ? key : path + '.' + key;
    }

    /** The entry below a key, which counts as known from now on. */
    @Nullable
    Value take(String key) {
        known.add(key);
        return entries.get(key);
    }
}
