package io.xy.gateway.httpapi.checks;

import io.xy.gateway.shared.config.route.FieldRule;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Judges single values by their rules. */
final class FieldValues {
    private FieldValues() {}

    /** What is wrong with the value, to be put behind its name; null when it is right. */
    static @Nullable String wrong(FieldRule rule, @Nullable Object value) {
        return switch (rule.type()) {
            case TEXT -> value instanceof String text ? wrongText(rule, text) : "must be string";
            case INTEGER ->
                value instanceof Integer || value instanceof Long
                        ? wrongNumber(rule, BigDecimal.valueOf(((Number) value).longValue()))
                        : "must be integer";
            case NUMBER -> decimal(value) == null ? "must be number" : wrongNumber(rule, decimal(value));
            case FLAG -> value instanceof Boolean ? null : "must be boolean";
            case TEXTS -> wrongTexts(rule, value);
            case LIST -> value instanceof List<?> list ? wrongLength(rule, list.size(), "items") : "must be array";
            case OBJECT -> value instanceof Map ? null : "must be object";
            case ANY -> null;
        };
    }

    /** The value that a text from a query stands for; null when it stands for none of the type. */
    static @Nullable Object ofText(FieldRule rule, String text) {
        return switch (rule.type()) {
            case TEXT, ANY -> text;
            case INTEGER -> text.matches("-?[0-9]{1,18}") ? Long.valueOf(text) : null;
            case NUMBER -> text.matches("-?[0-9]{1,18}(\\.[0-9]{1,18})?") ? new BigDecimal(text) : null;
            case FLAG -> text.equals("true") || text.equals("false") ? Boolean.valueOf(text) : null;
            case TEXTS -> split(text);
            case LIST, OBJECT -> null;
        };
    }

    private static List<String> split(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        return parts;
    }

    private static @Nullable String wrongText(FieldRule rule, String text) {
        if (!rule.words().isEmpty() && !rule.words().contains(text)) {
            return "must be one of " + String.join(", ", rule.words());
        }
        return wrongLength(rule, text.codePointCount(0, text.length()), "characters");
    }

    private static @Nullable String wrongTexts(FieldRule rule, @Nullable Object value) {
        if (!(value instanceof List<?> list)) {
            return "must be array";
        }
        for (Object item : list) {
            if (!(item instanceof String text) || text.isEmpty() || text.length() > 128) {
                return "must hold only strings of 1 to 128 characters";
            }
            if (!rule.words().isEmpty() && !rule.words().contains(text)) {
                return "must hold only " + String.join(", ", rule.words());
            }
        }
        return wrongLength(rule, list.size(), "items");
    }

    private static @Nullable String wrongLength(FieldRule rule, int length, String unit) {
        if (length < rule.min()) {
            return "must NOT have fewer than " + rule.min() + ' ' + unit;
        }
        return length > rule.max() ? "must NOT have more than " + rule.max() + ' ' + unit : null;
    }

    private static @Nullable String wrongNumber(FieldRule rule, @Nullable BigDecimal value) {
        if (value == null || value.compareTo(BigDecimal.valueOf(rule.min())) < 0) {
            return "must be >= " + rule.min();
        }
        return value.compareTo(BigDecimal.valueOf(rule.max())) > 0 ? "must be <= " + rule.max() : null;
    }

    private static @Nullable BigDecimal decimal(@Nullable Object value) {
        return switch (value) {
            case Integer number -> BigDecimal.valueOf(number);
            case Long number -> BigDecimal.valueOf(number);
            case BigInteger number -> new BigDecimal(number);
            case BigDecimal number -> number;
            case null, default -> null;
        };
    }
}
