package io.xy.gateway.httpapi.routing;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Percent-decoding (RFC 3986), once and strictly: what is not well formed UTF-8 is nothing. */
final class Percent {
    private Percent() {}

    /**
     * @param plusIsBlank as in a query
     * @return null when an escape or its UTF-8 is malformed, or a raw character is not ASCII
     */
    static @Nullable String decode(String text, int start, int end, boolean plusIsBlank) {
        if (isPlain(text, start, end, plusIsBlank)) {
            return text.substring(start, end);
        }
        byte[] bytes = new byte[end - start];
        int length = 0;
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c > 0x7e) {
                return null;
            }
            if (c == '%') {
                boolean whole = i + 2 < end;
                int high = whole ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = whole ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = (byte) (c == '+' && plusIsBlank ? ' ' : c);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, length))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Whether there is nothing to decode. */
    private static boolean isPlain(String text, int start, int end, boolean plusIsBlank) {
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c > 0x7e || c == '%' || c == '+' && plusIsBlank) {
                return false;
            }
        }
        return true;
    }
}
