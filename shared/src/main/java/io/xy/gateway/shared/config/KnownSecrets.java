package io.xy.gateway.shared.config;

import java.util.Locale;

/** Secrets that stand in public examples or look like placeholders: no protection at all. */
final class KnownSecrets {
    private static final String[] MARKS = {
        "change-me",
        "changeme",
        "change-this",
        "your-secret",
        "your_secret",
        "default",
        "example",
        "placeholder",
        "development"
    };

    private KnownSecrets() {}

    static boolean contains(String secret) {
        String lower = secret.toLowerCase(Locale.ROOT);
        for (String mark : MARKS) {
            if (lower.contains(mark)) {
                return true;
            }
        }
        return !secret.isEmpty() && secret.chars().distinct().count() < 8;
    }
}
