package io.xy.gateway.shared.pickle;

import io.xy.gateway.shared.pickle.PickleInput.Slice;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Texts of a pickle, decoded strictly, and the numbers that protocol 0 writes as text. */
final class PickleText {
    private static final Pattern INTEGER = Pattern.compile("[+-]?\\d{1,10000}");
    private static final Pattern FLOAT = Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*+)?|\\.\\d+)(?:[eE][+-]?\\d{1,4})?");

    private PickleText() {}

    /** Refuses malformed bytes and lone surrogates, which Python lets through. */
    static String utf8(Slice slice) throws PickleException {
        for (int i = 0; i < slice.length(); i++) {
            if (slice.u8(i) > 0x7f) {
                return wide(slice);
            }
        }
        return slice.ascii();
    }

    private static String wide(Slice slice) throws PickleException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(slice.array(), slice.from(), slice.length()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new PickleException("a text is not well-formed UTF-8");
        }
    }

    /** Python's raw-unicode-escape: Latin-1 with {@code \}{@code uXXXX} and {@code \}{@code UXXXXXXXX}. */
    static String escaped(Slice line) throws PickleException {
        StringBuilder text = new StringBuilder(line.length());
        int i = 0;
        while (i < line.length()) {
            char c = (char) line.u8(i);
            char kind = c == '\\' && i + 1 < line.length() ? (char) line.u8(i + 1) : ' ';
            int digits = kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
            if (digits == 0) {
                text.append(c);
                i++;
            } else {
                text.appendCodePoint(codePoint(line, i + 2, digits));
                i += 2 + digits;
            }
        }
        String result = text.toString();
        if (hasLoneSurrogate(result)) {
            throw new PickleException("a text has a lone surrogate");
        }
        return result;
    }

    private static int codePoint(Slice line, int from, int digits) throws PickleException {
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = i < line.length() ? Character.digit(line.u8(i), 16) : -1;
            if (digit < 0) {
                throw new PickleException("an escape is incomplete");
            }
            value = value << 4 | digit;
        }
        if (value > Character.MAX_CODE_POINT) {
            throw new PickleException("an escape is out of range");
        }
        return (int) value;
    }

    static boolean hasLoneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return true;
                }
                i++;
            }
        }
        return false;
    }

    /** A {@code Long} when it fits, else a {@code BigInteger}. */
    static Object integer(String text) throws PickleException {
        if (!INTEGER.matcher(text).matches()) {
            throw new PickleException("a number is not understood");
        }
        BigInteger number = new BigInteger(text);
        return number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
    }

    static double float64(Slice line) throws PickleException {
        String text = line.ascii();
        if (!FLOAT.matcher(text).matches()) {
            throw new PickleException("a number is not understood");
        }
        return Double.parseDouble(text);
    }
}
