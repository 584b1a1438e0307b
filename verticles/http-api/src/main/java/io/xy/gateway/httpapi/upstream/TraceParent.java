package io.xy.gateway.httpapi.upstream;

import io.xy.gateway.httpapi.exchange.RandomHex;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The trace context of a request (W3C Trace Context, level 1): the caller's when it is well formed, else a new one. */
final class TraceParent {
    private static final int LENGTH = 55;
    private static final String FRESH = "00-" + "x".repeat(32) + "-" + "x".repeat(16) + "-00";
    private static final Pattern FORM =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}");

    private TraceParent() {}

    static boolean isWellFormed(@Nullable String sent) {
        return sent != null && sent.length() == LENGTH && FORM.matcher(sent).matches();
    }

    /** A new one, which says nothing about whether it is recorded. */
    static String fresh() {
        return RandomHex.text(FRESH);
    }
}
