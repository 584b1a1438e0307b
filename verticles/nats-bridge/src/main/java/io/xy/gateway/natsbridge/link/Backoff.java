package io.xy.gateway.natsbridge.link;

import java.util.random.RandomGenerator;

/** Growing waits with full jitter, so that many gateways do not come back in step. For one thread. */
public final class Backoff {
    private final long first;
    private final long most;
    private final RandomGenerator random;
    private int failures;

    /**
     * @param first upper bound of the first wait in milliseconds
     * @param most upper bound of every wait in milliseconds
     */
    public Backoff(long first, long most, RandomGenerator random) {
        this.first = first;
        this.most = most;
        this.random = random;
    }

    /** Milliseconds to wait now; at least 1. */
    public long next() {
        long bound = Math.min(most, first << Math.min(failures, 20));
        failures++;
        return random.nextLong(1, bound + 1);
    }

    public void reset() {
        failures = 0;
    }
}
