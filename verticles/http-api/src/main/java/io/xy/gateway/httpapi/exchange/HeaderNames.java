package io.xy.gateway.httpapi.exchange;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Names of headers that were seen lately: whoever sends many messages repeats them, and a name that is known needs no
 * copy. Names in the same place put each other out and long ones are not kept, so that it never holds more than 8 KB of
 * them. Belongs to one event loop.
 */
public final class HeaderNames {
    private static final int PLACES = 128;
    private static final int LONGEST = 64;

    private final @Nullable AsciiString[] seen = new AsciiString[PLACES];

    /** The name in these bytes, in the case in which it was sent. */
    public AsciiString of(byte[] bytes, int start, int length) {
        if (length > LONGEST) {
            return new AsciiString(bytes, start, length, true);
        }
        int hash = length;
        for (int i = start; i < start + length; i++) {
            hash = hash * 31 + bytes[i];
        }
        int place = (hash ^ hash >>> 16) & PLACES - 1;
        AsciiString known = seen[place];
        if (known != null && isIn(bytes, start, length, known)) {
            return known;
        }
        AsciiString name = new AsciiString(bytes, start, length, true);
        seen[place] = name;
        return name;
    }

    private static boolean isIn(byte[] bytes, int start, int length, AsciiString known) {
        return known.length() == length && Arrays.equals(known.array(), 0, length, bytes, start, start + length);
    }
}
