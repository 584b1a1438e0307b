package io.xy.gateway.shared.pickle;

import java.util.Arrays;

/** Tells keys of a dict from each other where they stand in a pickle. */
final class PlainKeys {
    private PlainKeys() {}

    /**
     * Whether the keys are texts, none of them there twice, and their values are values.
     *
     * @param kinds of what stands on the stack
     * @param from where the texts begin
     * @param first place of the first key; between two keys there is a value
     */
    static boolean areDistinctTexts(byte[] in, int[] kinds, int[] from, int[] length, int first, int end) {
        long seen = 0;
        for (int i = first; i < end; i += 2) {
            if (kinds[i] != PlainStack.TEXT || kinds[i + 1] == PlainStack.MARK) {
                return false;
            }
            // Only keys with the same bit can be the same.
            long bit = 1L << in[from[i] + length[i] / 2] * 31 + length[i];
            if ((seen & bit) != 0 && isAmong(in, from, length, first, i)) {
                return false;
            }
            seen |= bit;
        }
        return true;
    }

    private static boolean isAmong(byte[] in, int[] from, int[] length, int first, int key) {
        for (int i = first; i < key; i += 2) {
            if (length[i] == length[key]
                    && Arrays.equals(in, from[i], from[i] + length[i], in, from[key], from[key] + length[key])) {
                return true;
            }
        }
        return false;
    }
}
