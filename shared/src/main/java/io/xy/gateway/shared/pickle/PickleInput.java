package io.xy.gateway.shared.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A cursor over one pickle. Every length is compared with what is left before anything is allocated for it. */
final class PickleInput {
    private final byte[] bytes;
    private int at;

    PickleInput(byte[] bytes) {
        this.bytes = bytes;
    }

    int remaining() {
        return bytes.length - at;
    }

    int u8() throws PickleException {
        need(1);
        return bytes[at++] & 0xff;
    }

    int u16() throws PickleException {
        return u8() | u8() << 8;
    }

    int i32() throws PickleException {
        need(4);
        return u16() | u16() << 16;
    }

    /** An unsigned 4-byte number that has to be a possible index or length. */
    int u31() throws PickleException {
        int value = i32();
        if (value < 0) {
            throw new PickleException("a length or index is negative or beyond 2^31");
        }
        return value;
    }

    /** An unsigned 8-byte length that cannot be longer than what is left. */
    int length8() throws PickleException {
        need(8);
        long low = i32() & 0xffff_ffffL;
        long high = i32() & 0xffff_ffffL;
        if (high != 0 || low > remaining()) {
            throw new PickleException("an announced length exceeds the message");
        }
        return (int) low;
    }

    double float64() throws PickleException {
        need(8);
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            bits = bits << 8 | u8();
        }
        return Double.longBitsToDouble(bits);
    }

    /** The next bytes, not copied. */
    Slice slice(int length) throws PickleException {
        need(length);
        Slice slice = new Slice(bytes, at, length);
        at += length;
        return slice;
    }

    /** Two's complement, least significant byte first. */
    Object integer(int length, int digits) throws PickleException {
        // 10 bits are a little more than 3 digits.
        if (length > digits * 10L / 24 + 1) {
            throw new PickleException("a number is too long");
        }
        need(length);
        if (length <= 8) {
            long value = 0;
            for (int i = length - 1; i >= 0; i--) {
                value = i == length - 1 ? bytes[at + i] : value << 8 | bytes[at + i] & 0xff;
            }
            at += length;
            return value;
        }
        byte[] reversed = new byte[length];
        for (int i = 0; i < length; i++) {
            reversed[length - 1 - i] = bytes[at + i];
        }
        at += length;
        return new BigInteger(reversed);
    }

    /** The bytes up to the next line feed, which is skipped. */
    Slice line(int most) throws PickleException {
        int end = at;
        int limit = (int) Math.min(bytes.length, (long) at + most);
        while (end < limit && bytes[end] != '\n') {
            end++;
        }
        if (end >= bytes.length || bytes[end] != '\n') {
            throw new PickleException("a line has no end");
        }
        Slice slice = new Slice(bytes, at, end - at);
        at = end + 1;
        return slice;
    }

    private void need(int length) throws PickleException {
        if (length < 0 || length > remaining()) {
            throw new PickleException("the message ends too early");
        }
    }

    /** Some bytes of the pickle; to be read only. */
    record Slice(byte[] array, int from, int length) {
        byte[] copy() {
            return Arrays.copyOfRange(array, from, from + length);
        }

        int u8(int index) {
            return array[from + index] & 0xff;
        }

        String ascii() {
            return new String(array, from, length, StandardCharsets.ISO_8859_1);
        }
    }
}
