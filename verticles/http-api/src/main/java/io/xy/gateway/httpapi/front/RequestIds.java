package io.xy.gateway.httpapi.front;

import io.xy.gateway.httpapi.exchange.RandomHex;
import org.jspecify.annotations.Nullable;

/** Names requests: the caller's own id when it is well formed, else a new one. */
final class RequestIds {
    private static final int MIN = 8;
    private static final int MAX = 64;
    private static final String FORM = "x".repeat(32);

    private RequestIds() {}

    static String of(@Nullable String sent) {
        return sent != null && isWellFormed(sent) ? sent : fresh();
    }

    /** 8 to 64 letters, digits and dashes: nothing that could mean something in a header or a log. */
    private static boolean isWellFormed(String id) {
        if (id.length() < MIN || id.length() > MAX) {
            return false;
        }
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-')) {
                return false;
            }
        }
        return true;
    }

    /** 32 hexadecimal digits, unique but no secret. */
    private static String fresh() {
        return RandomHex.text(FORM);
    }
}
