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
    /** More than a value needs which is no text: a spare byte, a number of at most 26 digits and signs, brackets. */
    private static final int ROOM = 64;

    private static final int LONGEST_ESCAPE = 6;
    private static final double PLAIN_BELOW = 1e7;
    private static final double PLAIN_FROM = 1e-3;
    private static final int[] TENS = {1, 10, 100, 1_000, 10_000};
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int WORD_BYTES = 8;
    private static final String HEX = "0123456789abcdef";

    private byte[] bytes = new byte[4_096];
    private int length;
    private int most;
    /** Beyond this length there is too little room, or none allowed. */
    private int full;

    /**
     * @param limit of bytes
     */
    void begin(int limit) {
        length = 0;
        most = limit;
        full = Math.min(most, bytes.length - ROOM);
    }

    int length() {
        return length;
    }

    /** Makes sure that a value which is no text can be written; false when more was written than is allowed. */
    boolean hasRoom() {
        return length <= full || grow();
    }

    private boolean grow() {
        reserve(ROOM);
        return length <= most;
    }

    void shrink(int kept) {
        if (bytes.length > kept) {
            bytes = new byte[4_096];
        }
    }

    byte[] copy(int from, int to) {
        return Arrays.copyOfRange(bytes, from, to);
    }

    boolean hasAt(int place, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (place + i >= length || bytes[place + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    void set(int place, char c) {
        bytes[place] = (byte) c;
    }

    void insert(int place, String text) {
        reserve(text.length() + ROOM);
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

    /** Leaves a byte that is set later. */
    void spare() {
        length++;
    }

    /** Takes the last byte back. */
    void unput() {
        length--;
    }

    void put(char c) {
        bytes[length++] = (byte) c;
    }

    boolean ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            bytes[length++] = (byte) text.charAt(i);
        }
        return true;
    }

    /**
     * A short name.
     *
     * @param name its letters, the first one in the lowest byte
     */
    boolean name(long name, int size) {
        WORD.set(bytes, length, name);
        length += size;
        return true;
    }

    /** A number, or a text when a reader of JSON could lose digits. */
    boolean integer(long value) {
        if (value < -SAFE_INTEGER || value > SAFE_INTEGER) {
            return ascii('"' + Long.toString(value) + '"');
        }
        if (value < 0) {
            bytes[length++] = '-';
        }
        length = PlainDigits.write(Math.abs(value), bytes, length);
        return true;
    }

    /** As {@link Double#toString} writes it; whole numbers, and amounts with up to four decimals, without its help. */
    boolean real(double value) {
        double size = Math.abs(value);
        if (size < PLAIN_BELOW && (size >= PLAIN_FROM || size == 0)) {
            int tenths = (int) (size * 10 + 0.5);
            if (tenths / 10.0 == size) {
                decimal(value, tenths, 1);
                return true;
            }
            return decimals(value, size);
        }
        return uncommon(value, size);
    }

    private boolean decimals(double value, double size) {
        for (int decimals = 2; decimals < TENS.length; decimals++) {
            long scaled = (long) (size * TENS[decimals] + 0.5);
            if (scaled / (double) TENS[decimals] == size) {
                if (scaled < PlainDigits.EIGHT_DIGITS) {
                    decimal(value, (int) scaled, decimals);
                } else {
                    longDecimal(value, scaled, decimals);
                }
                return true;
            }
        }
        return ascii(Double.toString(value));
    }

    private void decimal(double value, int scaled, int decimals) {
        sign(value);
        length = PlainDigits.writeDecimal(scaled, decimals, bytes, length);
    }

    private void longDecimal(double value, long scaled, int decimals) {
        sign(value);
        int point = PlainDigits.write(scaled / TENS[decimals], bytes, length);
        byte last = bytes[point - 1];
        length = PlainDigits.writeDecimal((int) (scaled % TENS[decimals]), decimals, bytes, point - 1);
        bytes[point - 1] = last;
    }

    private boolean uncommon(double value, double size) {
        if (!Double.isFinite(value)) {
            return false;
        }
        if (size >= PLAIN_BELOW && size <= SAFE_INTEGER && (long) size == size) {
            sign(value);
            scientific((long) size);
            return true;
        }
        return ascii(Double.toString(value));
    }

    private void sign(double value) {
        bytes[length] = '-';
        length += (int) (Double.doubleToRawLongBits(value) >>> Long.SIZE - 1);
    }

    /** Whole numbers such as times: no shorter digits than its own stand for a number below 2^53. */
    private void scientific(long value) {
        int start = length + 1;
        int end = PlainDigits.write(value, bytes, start);
        int exponent = end - start - 1;
        // The first digit moves in front of the point.
        bytes[start - 1] = bytes[start];
        bytes[start] = '.';
        while (end > start + 2 && bytes[end - 1] == '0') {
            end--;
        }
        bytes[end] = 'E';
        length = PlainDigits.write(exponent, bytes, end + 1);
    }

    /** A text in quotes; false when it is not well-formed UTF-8. */
    boolean text(byte[] from, int start, int size) {
        makeRoom(size);
        if (!PlainCharacters.copyPlain(from, start, size, bytes, length + 1)) {
            return escaped(from, start, start + size);
        }
        quote(size);
        return true;
    }

    /** A text in quotes that was written before, and was as long in JSON as it is in the pickle. */
    boolean again(byte[] from, int start, int size) {
        makeRoom(size);
        int place = length + 1;
        if (size <= 2 * WORD_BYTES && start + 2 * WORD_BYTES <= from.length) {
            WORD.set(bytes, place, (long) WORD.get(from, start));
            WORD.set(bytes, place + WORD_BYTES, (long) WORD.get(from, start + WORD_BYTES));
        } else {
            System.arraycopy(from, start, bytes, place, size);
        }
        quote(size);
        return true;
    }

    private void makeRoom(int size) {
        if (length + (long) size > full) {
            reserve((long) size + ROOM);
        }
    }

    private void quote(int size) {
        bytes[length] = '"';
        length += size + 2;
        bytes[length - 1] = '"';
    }

    private boolean escaped(byte[] from, int start, int end) {
        reserve(ROOM + (long) (end - start) * LONGEST_ESCAPE);
        bytes[length++] = '"';
        int i = start;
        while (i < end) {
            byte b = from[i];
            if (b >= 0x20 && b != '"' && b != '\\') {
                bytes[length++] = b;
                i++;
            } else if (b >= 0) {
                escape(b);
                i++;
            } else {
                int wide = PlainCharacters.wide(from, i, end);
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

    private void reserve(long more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.max(bytes.length * 2L, length + more));
            full = Math.min(most, bytes.length - ROOM);
        }
    }
}
