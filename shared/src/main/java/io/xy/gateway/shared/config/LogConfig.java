package io.xy.gateway.shared.config;

import java.util.Locale;

/** Logging. */
public record LogConfig(Level level, Format format) {
    public enum Level {
        ERROR,
        WARN,
        INFO,
        DEBUG
    }

    public enum Format {
        /** For people. */
        PRETTY,
        /** One JSON object per line. */
        JSON
    }

    static LogConfig read(Section s, Profile profile) {
        LogConfig config = new LogConfig(
                level(s),
                s.word("format", profile == Profile.PRODUCTION ? Format.JSON : Format.PRETTY)
                        .env("LOG_FORMAT")
                        .read("For people or for machines"));
        s.done();
        return config;
    }

    private static Level level(Section s) {
        String variable = s.reading().variable("LOG_LEVEL");
        // Python services write INFO where Node services write info.
        if (variable != null && !variable.equals(variable.toLowerCase(Locale.ROOT))) {
            for (Level level : Level.values()) {
                if (level.name().equals(variable)) {
                    s.word("level", level).read("Least severe level that is written");
                    return level;
                }
            }
        }
        return s.word("level", Level.INFO).env("LOG_LEVEL").read("Least severe level that is written");
    }
}
