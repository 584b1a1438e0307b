package io.xy.gateway.httpapi.front;

import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Names requests: the caller's own id when it is well formed, else a new one. */
final class RequestIds {
    private static final int MIN = 8;
    private static final int MAX = 64;
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

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
        char[] text = new char[32];
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int half = 0; half < 2; half++) {
            long bits = random.nextLong();
            for (int i = 0; i < 16; i++) {
                text[half * 16 + i] = DIGITS[(int) (bits >>> (i * 4)) & 15];
            }
        }
        return new String(text);
    }
}
