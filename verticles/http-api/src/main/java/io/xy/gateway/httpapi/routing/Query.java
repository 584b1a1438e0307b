package io.xy.gateway.httpapi.routing;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads query strings: {@code &} separates, a name may come once, at most {@link #MAX} parameters. */
public final class Query {
    /** Most parameters of a request. */
    static final int MAX = 100;

    private Query() {}

    /** The parameters; null when the query breaks a rule. */
    public static @Nullable Map<String, String> read(String query) {
        if (query.isEmpty()) {
            return Map.of();
        }
        Map<String, String> parameters = new HashMap<>();
        int start = 0;
        while (start <= query.length()) {
            int and = query.indexOf('&', start);
            int end = and < 0 ? query.length() : and;
            if (end > start && !add(parameters, query, start, end)) {
                return null;
            }
            start = end + 1;
        }
        return parameters;
    }

    private static boolean add(Map<String, String> parameters, String query, int start, int end) {
        int equals = query.indexOf('=', start);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        String name = Percent.decode(query, start, nameEnd, true);
        String value = nameEnd == end ? "" : Percent.decode(query, nameEnd + 1, end, true);
        return name != null
                && value != null
                && isPlain(value)
                && parameters.size() < MAX
                && parameters.put(name, value) == null;
    }

    private static boolean isPlain(String value) {
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
