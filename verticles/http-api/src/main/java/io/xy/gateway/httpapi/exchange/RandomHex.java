package io.xy.gateway.httpapi.exchange;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Hexadecimal digits that are unique but no secret. */
public final class RandomHex {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int PER_WORD = 16;

    private RandomHex() {}

    /**
     * Writes sixteen digits for each word, never all zero.
     *
     * @param at place of the first digit
     */
    public static void fill(byte[] text, int at, int words) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int word = 0; word < words; word++) {
            long bits = random.nextLong() | 1;
            for (int i = 0; i < PER_WORD; i++) {
                text[at + word * PER_WORD + i] = DIGITS[(int) (bits >>> (i * 4)) & 15];
            }
        }
    }

    public static String text(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1);
    }
}
