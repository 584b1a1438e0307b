package io.xy.gateway.httpapi.checks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong with a request.
 *
 * @param place {@code pointer} for the body, else {@code path}, {@code query} or {@code header}
 * @param name of the parameter or header; in the body the JSON pointer (RFC 6901)
 * @param detail what is wrong, in words
 */
public record Violation(String place, String name, String detail) {
    /** More are not told. */
    public static final int MAX = 20;

    public static final String POINTER = "pointer";
    private static final int LONGEST = 300;

    public Violation {
        name = cut(name);
        detail = cut(detail);
    }

    /** Violations as further members of a problem. */
    public static Map<String, @Nullable Object> members(List<Violation> violations) {
        List<Map<String, String>> errors = new ArrayList<>();
        for (Violation violation : violations.subList(0, Math.min(MAX, violations.size()))) {
            Map<String, String> error = new LinkedHashMap<>();
            error.put(violation.place, violation.name);
            error.put("detail", violation.detail);
            errors.add(error);
        }
        return Map.of("errors", errors);
    }

    private static String cut(String text) {
        if (text.length() <= LONGEST) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
        return text.substring(0, end) + "...";
    }
}
