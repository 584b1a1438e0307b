package io.xy.gateway.httpapi.upstream;

/**
 * Bounds repeats to a share of requests, so that an upstream in trouble is not given more work. Belongs to one event
 * loop.
 */
final class RetryBudget {
    /** What a repeat costs, in hundredths. */
    private static final int COST = 100;

    /** Repeats that can be saved up. */
    private static final int MOST = 20 * COST;

    private final int percent;
    private int saved;

    RetryBudget(int percent) {
        this.percent = percent;
        this.saved = percent == 0 ? 0 : COST;
    }

    void onRequest() {
        saved = Math.min(MOST, saved + percent);
    }

    /** Whether one more repeat may be made. */
    boolean take() {
        if (saved < COST) {
            return false;
        }
        saved -= COST;
        return true;
    }
}
