package io.xy.gateway.wsfanout.hub;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a subscription wants when it cannot have every value at once. */
public enum Mode {
    /** The newest value; what it replaced is conflated. */
    LATEST,
    /** Each value in order; what does not fit is named as a gap. */
    ALL;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Mode of(String word) {
        return switch (word) {
            case "latest" -> LATEST;
            case "all" -> ALL;
            default -> null;
        };
    }
}
