package io.xy.gateway.shared.pickle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Characters of texts: which JSON takes as they are, and which are well-formed beyond ASCII. */
final class PlainCharacters {
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD_BYTES = 8;
    /** A one in each byte of a word. */
    private static final long ONES = 0x0101010101010101L;

    private static final long HIGH_BITS = 0x8080808080808080L;

    private PlainCharacters() {}

    /**
     * Copies what needs no care, and tells whether this is all. Eight bytes at a time, which may be more than there are:
     * what follows is written over them.
     */
    static boolean copyPlain(byte[] from, int start, int size, byte[] to, int place) {
        if (start + WORD_BYTES > from.length) {
            return false;
        }
        long care = careful(from, start, to, place);
        if (size < WORD_BYTES) {
            return (care & (1L << size * Byte.SIZE) - 1) == 0;
        }
        int last = size - WORD_BYTES;
        for (int i = WORD_BYTES; i < last; i += WORD_BYTES) {
            care |= careful(from, start + i, to, place + i);
        }
        // Some of the last eight bytes are copied twice.
        return (care | careful(from, start + last, to, place + last)) == 0;
    }

    /**
     * Copies eight bytes; the high bit of the first byte that is a control, a quote, a backslash or beyond ASCII, and of
     * later ones perhaps.
     */
    private static long careful(byte[] from, int start, byte[] to, int place) {
        long word = (long) WORD.get(from, start);
        WORD.set(to, place, word);
        long quote = word ^ '"' * ONES;
        long backslash = word ^ '\\' * ONES;
        return (word | (word - 0x20 * ONES) & ~word | (quote - ONES) & ~quote | (backslash - ONES) & ~backslash)
                & HIGH_BITS;
    }

    /** Bytes of the character beyond ASCII that begins here (RFC 3629, section 4); 0 when it is malformed. */
    static int wide(byte[] from, int at, int end) {
        int first = from[at] & 0xff;
        int size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
        if (first < 0xc2 || first > 0xf4 || at + size > end) {
            return 0;
        }
        int second = from[at + 1] & 0xff;
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > most) {
            return 0;
        }
        for (int i = 2; i < size; i++) {
            if ((from[at + i] & 0xc0) != 0x80) {
                return 0;
            }
        }
        return size;
    }
}
