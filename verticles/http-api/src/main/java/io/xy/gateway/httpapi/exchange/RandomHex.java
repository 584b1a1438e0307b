package io.xy.gateway.httpapi.exchange;

import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/** Hexadecimal digits that are unique but no secret. */
public final class RandomHex {
    private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int PER_WORD = 16;
    private static final int LONGEST = 64;

    /** Where a thread writes its texts, one after the other. */
    private static final FastThreadLocal<byte[]> SCRATCH = new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
            return new byte[LONGEST];
        }
    };

    private RandomHex() {}

    /**
     * The form with a digit for each {@code x} in it. From the first on, no sixteen of them are all zero.
     *
     * @param form at most 64 characters of ASCII
     */
    public static String text(String form) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        byte[] text = SCRATCH.get();
        long bits = 0;
        int digits = 0;
        for (int i = 0; i < form.length(); i++) {
            char c = form.charAt(i);
            if (c == 'x') {
                bits = digits++ % PER_WORD == 0 ? random.nextLong() | 1 : bits >>> 4;
                text[i] = DIGITS[(int) bits & 15];
            } else {
                text[i] = (byte) c;
            }
        }
        return new String(text, 0, form.length(), StandardCharsets.ISO_8859_1);
    }
}
