package io.xy.gateway.shared.pickle;

import java.util.Arrays;

/** Tells keys of a dict from each other where they stand in a pickle. */
final class PlainKeys {
    private PlainKeys() {}

    /**
     * Whether the keys are texts, and none of them there twice.
     *
     * @param values what stands on the stack
     * @param texts where the texts stand
     * @param first place of the first key; between two keys there is a value
     */
    static boolean areDistinctTexts(byte[] in, long[] values, long[] texts, int first, int end) {
        long seen = 0;
        for (int i = first; i < end; i += 2) {
            if (PlainValue.kind(values[i]) != PlainValue.TEXT) {
                return false;
            }
            // Only keys with the same bit can be the same.
            int length = PlainText.length(texts[i]);
            long bit = 1L << in[PlainText.from(texts[i]) + (length >> 1)] * 31 + length;
            if ((seen & bit) != 0 && isAmong(in, texts, first, i)) {
                return false;
            }
            seen |= bit;
        }
        return true;
    }

    private static boolean isAmong(byte[] in, long[] texts, int first, int key) {
        int from = PlainText.from(texts[key]);
        int to = from + PlainText.length(texts[key]);
        for (int i = first; i < key; i += 2) {
            int other = PlainText.from(texts[i]);
            if (Arrays.equals(in, other, other + PlainText.length(texts[i]), in, from, to)) {
                return true;
            }
        }
        return false;
    }
}
