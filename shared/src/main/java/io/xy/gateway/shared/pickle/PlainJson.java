package io.xy.gateway.shared.pickle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A growing buffer of JSON text. Its methods answer whether they could write; what they cannot write is left to the caller.
 * Belongs to one thread.
 */
final class PlainJson {
    private static final long SAFE_INTEGER = 1L << 53;
    private static final int LONGEST_NUMBER = 26;
    private static final int LONGEST_ESCAPE = 6;
    private static final double PLAIN_BELOW = 1e7;
    private static final double[] TENS = {1, 10, 100, 1_000, 10_000};
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD_BYTES = 8;
    /** A one in each byte of a word. */
    private static final long ONES = 0x0101010101010101L;

    private static final long HIGH_BITS = 0x8080808080808080L;
    private static final String HEX = "0123456789abcdef";

    private byte[] bytes = new byte[4_096];
    private int length;
    private int most;

    /**
     * @param limit of bytes
     */
    void begin(int limit) {
        length = 0;
        most = limit;
    }

    int length() {
        return length;
    }

    /** Whether more was written than is allowed. */
    boolean isFull() {
        return length > most;
    }

    void shrink(int kept) {
        if (bytes.length > kept) {
            bytes = new byte[4_096];
        }
    }

    byte[] copy(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    boolean startsWith(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (i >= length || bytes[i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void set(int place, char c) {
        bytes[place] = (byte) c;
    }

    void insert(int place, String text) {
        reserve(text.length());
        System.arraycopy(bytes, place, bytes, place + text.length(), length - place);
        for (int i = 0; i < text.length(); i++) {
            bytes[place + i] = (byte) text.charAt(i);
        }
        length += text.length();
    }

    void remove(int place) {
        System.arraycopy(bytes, place + 1, bytes, place, length - place - 1);
        length--;
    }

    /** Takes the last byte back. */
    void unput() {
        length--;
    }

    boolean put(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
        return true;
    }

    boolean ascii(String text) {
        reserve(text.length());
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return true;
    }

    /** A number, or a text when a reader of JSON could lose digits. */
    boolean integer(long value) {
        if (value < -SAFE_INTEGER || value > SAFE_INTEGER) {
            return ascii('"' + Long.toString(value) + '"');
        }
        reserve(LONGEST_NUMBER);
        if (value < 0) {
            bytes[length++] = '-';
        }
        digits(Math.abs(value), 1);
        return true;
    }

    /** As {@link Double#toString} writes it; whole numbers, and amounts with up to four decimals, without its help. */
    boolean real(double value) {
        if (!Double.isFinite(value)) {
            return false;
        }
        double size = Math.abs(value);
        if (size < PLAIN_BELOW && size >= 1e-3) {
            for (int decimals = 1; decimals < TENS.length; decimals++) {
                long scaled = (long) (size * TENS[decimals] + 0.5);
                if (scaled / TENS[decimals] == size) {
                    decimal(value < 0, scaled, decimals);
                    return true;
                }
            }
        }
        if (size >= PLAIN_BELOW && size <= SAFE_INTEGER && (long) size == size) {
            scientific(value < 0, (long) size);
            return true;
        }
        return ascii(Double.toString(value));
    }

    /** The digits, of which the last ones move behind a point. */
    private void decimal(boolean negative, long scaled, int decimals) {
        reserve(LONGEST_NUMBER);
        if (negative) {
            bytes[length++] = '-';
        }
        digits(scaled, decimals + 1);
        for (int i = length; i > length - decimals; i--) {
            bytes[i] = bytes[i - 1];
        }
        bytes[length++ - decimals] = '.';
    }

    /** Whole numbers such as times: no shorter digits than its own stand for a number below 2^53. */
    private void scientific(boolean negative, long value) {
        reserve(LONGEST_NUMBER);
        if (negative) {
            bytes[length++] = '-';
        }
        int start = length;
        digits(value, 2);
        int exponent = length - start - 1;
        while (length > start + 2 && bytes[length - 1] == '0') {
            length--;
        }
        System.arraycopy(bytes, start + 1, bytes, start + 2, length - start - 1);
        bytes[start + 1] = '.';
        length++;
        bytes[length++] = 'E';
        digits(exponent, 1);
    }

    /** At least so many digits. */
    private void digits(long value, int least) {
        int count = Math.max(PlainDigits.count(value), least);
        PlainDigits.write(value, bytes, length, count);
        length += count;
    }

    /** A text in quotes; false when it is not well-formed UTF-8. */
    boolean text(byte[] from, int start, int size) {
        reserve(2L + WORD_BYTES + (long) size * LONGEST_ESCAPE);
        int end = start + size;
        int i = plain(from, start, end);
        while (i < end) {
            byte b = from[i];
            if (b >= 0x20 && b != '"' && b != '\\') {
                bytes[length++] = b;
                i++;
            } else if (b >= 0) {
                escape(b);
                i++;
            } else {
                int wide = wide(from, i, end);
                if (wide == 0) {
                    return false;
                }
                for (int j = 0; j < wide; j++) {
                    bytes[length++] = from[i++];
                }
            }
        }
        bytes[length++] = '"';
        return true;
    }

    /**
     * Writes the quote and what needs no care; tells where that ends. Eight bytes at a time, which may be more than there
     * are: what follows is written over them.
     */
    private int plain(byte[] from, int start, int end) {
        byte[] to = bytes;
        int place = length;
        to[place++] = '"';
        int i = start;
        while (i < end && i + WORD_BYTES <= from.length) {
            long word = (long) WORD.get(from, i);
            WORD.set(to, place, word);
            int plain = Math.min(Long.numberOfTrailingZeros(careful(word)) >>> 3, end - i);
            place += plain;
            i += plain;
            if (plain < WORD_BYTES) {
                length = place;
                return i;
            }
        }
        while (i < end) {
            byte b = from[i];
            if (b < 0x20 || b == '"' || b == '\\') {
                break;
            }
            to[place++] = b;
            i++;
        }
        length = place;
        return i;
    }

    /** The high bit of the first byte that is a control, a quote, a backslash or beyond ASCII; of later ones perhaps. */
    private static long careful(long word) {
        long quote = word ^ '"' * ONES;
        long backslash = word ^ '\\' * ONES;
        return (word | (word - 0x20 * ONES) & ~word | (quote - ONES) & ~quote | (backslash - ONES) & ~backslash)
                & HIGH_BITS;
    }

    private void escape(byte b) {
        bytes[length++] = '\\';
        switch (b) {
            case '"', '\\' -> bytes[length++] = b;
            case '\n' -> bytes[length++] = 'n';
            case '\r' -> bytes[length++] = 'r';
            case '\t' -> bytes[length++] = 't';
            default -> ascii("u00" + HEX.charAt(b >> 4) + HEX.charAt(b & 15));
        }
    }

    /** Bytes of the character beyond ASCII that begins here (RFC 3629, section 4); 0 when it is malformed. */
    private static int wide(byte[] from, int at, int end) {
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

    private void reserve(long more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(bytes.length * 2L, length + more));
        }
    }
}
