package io.xy.gateway.httpapi.openapi;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Objects in the order in which they are written. */
final class Json {
    private Json() {}

    /**
     * @param members names and values, one after the other
     */
    static Map<String, @Nullable Object> object(Object... members) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (int i = 0; i + 1 < members.length; i += 2) {
            object.put((String) members[i], members[i + 1]);
        }
        return object;
    }

    static Map<String, @Nullable Object> ref(String kind, String name) {
        return object("$ref", "#/components/" + kind + '/' + name);
    }
}
