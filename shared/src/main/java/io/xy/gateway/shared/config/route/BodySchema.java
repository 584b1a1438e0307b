package io.xy.gateway.shared.config.route;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A JSON Schema (2020-12) as written, before anybody compiled it.
 *
 * @param where file, line and column
 * @param json plain maps, lists, texts, numbers, truth values and nulls
 * @param places JSON pointer of each value in it (RFC 6901) → file, line and column
 */
public record BodySchema(String where, Map<String, @Nullable Object> json, Map<String, String> places) {
    public BodySchema {
        json = Collections.unmodifiableMap(new LinkedHashMap<>(json));
        places = Map.copyOf(places);
    }

    /** The names below {@code properties}. */
    public Set<String> properties() {
        Set<String> names = new TreeSet<>();
        if (json.get("properties") instanceof Map<?, ?> properties) {
            properties.keySet().forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    /** The place of the value at a pointer, or of the nearest value around it. */
    public String place(String pointer) {
        String here = pointer;
        while (!places.containsKey(here) && !here.isEmpty()) {
            here = here.substring(0, here.lastIndexOf('/'));
        }
        return places.getOrDefault(here, where);
    }

    /** A name as a step of a JSON pointer. */
    public static String step(String name) {
        return '/' + name.replace("~", "~0").replace("/", "~1");
    }
}
