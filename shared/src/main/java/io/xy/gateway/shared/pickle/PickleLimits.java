package io.xy.gateway.shared.pickle;

/**
 * What one pickle may cost.
 *
 * @param depth containers within containers; at most 256, because writing recurses
 * @param nodes values, counted when they are read and again each time they are written
 * @param inputBytes length of the pickle
 * @param outputBytes length of the JSON
 * @param digits decimal digits of one number
 */
public record PickleLimits(int depth, int nodes, int inputBytes, int outputBytes, int digits) {
    /** 64 deep, 100,000 values, 4 MiB in, 8 MiB out, 1,233 digits (4,096 bits). */
    public static final PickleLimits DEFAULT = new PickleLimits(64, 100_000, 4 << 20, 8 << 20, 1_233);

    public PickleLimits {
        if (depth < 1 || depth > 256 || nodes < 1 || inputBytes < 1 || outputBytes < 1 || digits < 20) {
            throw new IllegalArgumentException("pickle limits out of range");
        }
    }
}
