package io.xy.gateway.shared.pickle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Decimal digits of numbers, eight at a time and without a loop: most numbers are short. */
final class PlainDigits {
    /** Digits that are written at once, more than there may be: there has to be room for them. */
    static final int AT_ONCE = 8;

    /** The least number that has more digits than are written at once. */
    static final int EIGHT_DIGITS = 100_000_000;

    private static final long ZEROS = 0x3030303030303030L;
    private static final VarHandle WORD = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private PlainDigits() {}

    /**
     * Writes a number with as many digits as it has.
     *
     * @param value from 0 to 10^16 - 1
     * @return where the digits end
     */
    static int write(long value, byte[] to, int at) {
        if (value < EIGHT_DIGITS) {
            long digits = eight((int) value);
            // The last one stays when all are zero.
            int zeros = Long.numberOfTrailingZeros(digits | 1L << Long.SIZE - 1) / Byte.SIZE;
            WORD.set(to, at, (digits | ZEROS) >>> zeros * Byte.SIZE);
            return at + AT_ONCE - zeros;
        }
        int end = write(value / EIGHT_DIGITS, to, at);
        WORD.set(to, end, eight((int) (value % EIGHT_DIGITS)) | ZEROS);
        return end + AT_ONCE;
    }

    /**
     * Writes a number whose last digits stand behind a point, at least one before it.
     *
     * @param value from 0 to 10^8 - 1
     * @param decimals how many digits stand behind the point, from 1 to 7
     * @return where the digits end
     */
    static int writeDecimal(int value, int decimals, byte[] to, int at) {
        long digits = eight(value);
        int zeros = Math.min(Long.numberOfTrailingZeros(digits) / Byte.SIZE, AT_ONCE - 1 - decimals);
        int point = AT_ONCE - decimals - zeros;
        long text = (digits | ZEROS) >>> zeros * Byte.SIZE;
        WORD.set(to, at, text);
        WORD.set(to, at + point + 1, text >>> point * Byte.SIZE);
        to[at + point] = '.';
        return at + point + 1 + decimals;
    }

    /** The digits of a number below 10^8, from the lowest byte on: halves, quarters and eighths of it side by side. */
    private static long eight(int value) {
        int high = value / 10_000;
        long halves = high | (long) (value - high * 10_000) << 32;
        long hundreds = (halves * 10_486 >>> 20) & 0x7f_0000_007fL;
        long quarters = hundreds | halves - hundreds * 100 << 16;
        long tens = (quarters * 103 >>> 10) & 0x000f_000f_000f_000fL;
        return tens | quarters - tens * 10 << 8;
    }
}
