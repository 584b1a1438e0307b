package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of one call, bound to the method's parameters as Python binds them. An absent one is null. */
final class Arguments {
    private static final int MAX_LIST = 1_000;

    private final Map<String, Object> values;

    Arguments(Map<String, Object> values) {
        this.values = values;
    }

    String text(String name) {
        if (values.get(name) instanceof String text) {
            return text;
        }
        throw wrong(name, "a string");
    }

    String textOr(String name, String absent) {
        return values.containsKey(name) ? text(name) : absent;
    }

    boolean flag(String name) {
        if (values.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw wrong(name, "a bool");
    }

    boolean flagOr(String name, boolean absent) {
        return values.containsKey(name) ? flag(name) : absent;
    }

    @Nullable
    Long numberOrNull(String name) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw wrong(name, "a number");
    }

    /** A count of rows, from 0 to 1,000. */
    int rows(String name, int absent) {
        Long asked = numberOrNull(name);
        return asked == null ? absent : (int) Math.max(0, Math.min(MAX_LIST, asked));
    }

    /** The items of a list, at most 1,000; empty when it is absent. */
    List<Object> list(String name) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof JsonArray array)) {
            throw wrong(name, "a list");
        }
        if (array.size() > MAX_LIST) {
            throw new Refusal("ValueError", name + " has more than " + MAX_LIST + " items");
        }
        return new ArrayList<>(array.getList());
    }

    /** The texts of a list of texts. */
    JsonArray texts(String name) {
        JsonArray texts = new JsonArray();
        for (Object item : list(name)) {
            if (!(item instanceof String)) {
                throw wrong(name, "a list of strings");
            }
            texts.add(item);
        }
        return texts;
    }

    /** The text that is found under a key of an object, else the empty text. */
    static String textIn(Object object, String key) {
        Object value = object instanceof JsonObject json
                ? json.getValue(key)
                : object instanceof Map<?, ?> map ? map.get(key) : null;
        return value instanceof String text ? text : "";
    }

    private static Refusal wrong(String name, String wanted) {
        return new Refusal("TypeError", "argument '" + name + "' must be " + wanted);
    }
}
