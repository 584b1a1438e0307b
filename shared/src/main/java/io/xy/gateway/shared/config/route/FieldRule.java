package io.xy.gateway.shared.config.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one field of a request must be.
 *
 * @param min least length of a text or list, least value of a number
 * @param max greatest length of a text or list, greatest value of a number
 * @param words allowed texts; empty allows all
 * @param fallback used when the field is absent; null when there is none
 */
public record FieldRule(
        String name,
        Type type,
        boolean required,
        long min,
        long max,
        List<String> words,
        @Nullable Object fallback) {
    public enum Type {
        TEXT,
        INTEGER,
        NUMBER,
        FLAG,
        /** A list of texts; in a query one text with commas. */
        TEXTS,
        LIST,
        OBJECT,
        ANY
    }

    public FieldRule {
        words = List.copyOf(words);
    }
}
