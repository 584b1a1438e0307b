package io.xy.gateway.shared.pickle;

import java.util.HashMap;
import java.util.Map;

/**
 * The only names that a pickle may mention. Each stands for a value that {@link PickleConstructor} builds itself; the
 * last four are how protocols 0 to 2 spell bytes and UUIDs.
 */
enum PickleName {
    DATETIME("datetime datetime"),
    DATE("datetime date"),
    TIME("datetime time"),
    TIMEDELTA("datetime timedelta"),
    TIMEZONE("datetime timezone"),
    DECIMAL("decimal Decimal"),
    UUID("uuid UUID"),
    ORDERED_DICT("collections OrderedDict"),
    LATIN1_BYTES("_codecs encode"),
    EMPTY_BYTES("__builtin__ bytes"),
    RECONSTRUCTOR("copy_reg _reconstructor"),
    OBJECT("__builtin__ object");

    private static final Map<String, PickleName> BY_NAME = new HashMap<>();

    static {
        for (PickleName name : values()) {
            BY_NAME.put(name.text, name);
        }
    }

    private final String text;

    PickleName(String text) {
        this.text = text;
    }

    static PickleName of(String module, String name) throws PickleException {
        PickleName known = BY_NAME.get(module + ' ' + name);
        if (known == null) {
            throw PickleException.unknownName();
        }
        return known;
    }
}
