package io.xy.gateway.shared.pickle;

import java.nio.charset.StandardCharsets;

/** Decimal digits of numbers, two at a time. */
final class PlainDigits {
    private static final byte[] PAIRS = pairs();
    /** The least number with one digit more than its index tells. */
    private static final long[] POWERS = powers();

    private PlainDigits() {}

    /**
     * How many digits a number has.
     *
     * @param value from 0 to 10^17
     */
    static int count(long value) {
        // 1233 / 4096 is the logarithm of 2, nearly; it is one too small at worst.
        int about = (Long.SIZE - Long.numberOfLeadingZeros(value | 1)) * 1_233 >> 12;
        return value >= POWERS[about] ? about + 1 : Math.max(about, 1);
    }

    /** Writes a number with so many digits, zeros in front. */
    static void write(long value, byte[] to, int at, int count) {
        int place = at + count;
        long high = value;
        while (high > Integer.MAX_VALUE) {
            place -= 2;
            pair((int) (high % 100), to, place);
            high /= 100;
        }
        // Division of ints is a multiplication.
        int rest = (int) high;
        while (place >= at + 2) {
            place -= 2;
            pair(rest % 100, to, place);
            rest /= 100;
        }
        if (place > at) {
            to[at] = (byte) ('0' + rest);
        }
    }

    private static void pair(int value, byte[] to, int place) {
        to[place] = PAIRS[2 * value];
        to[place + 1] = PAIRS[2 * value + 1];
    }

    private static byte[] pairs() {
        StringBuilder pairs = new StringBuilder(200);
        for (int i = 0; i < 100; i++) {
            pairs.append(i / 10).append(i % 10);
        }
        return pairs.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static long[] powers() {
        long[] powers = new long[19];
        powers[0] = 1;
        for (int i = 1; i < powers.length; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
