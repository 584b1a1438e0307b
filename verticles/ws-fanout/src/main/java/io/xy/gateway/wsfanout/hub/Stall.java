package io.xy.gateway.wsfanout.hub;

/** Since when a connection takes nothing although something waits for it. */
final class Stall {
    /** A connection that took nothing for so long while something waits counts as slow. */
    static final long SLOW_MILLIS = 1_000;
    /** And after so long it is given up. Longer than a browser freezes a tab before it resumes it. */
    static final long HOPELESS_MILLIS = 120_000;

    private long since;
    private boolean reported;

    /** Nothing waits any more. */
    void end() {
        since = 0;
        reported = false;
    }

    /**
     * Something still waits.
     *
     * @param moved whether something was taken
     */
    void goOn(boolean moved) {
        if (moved || since == 0) {
            since = System.currentTimeMillis();
        }
    }

    /** In milliseconds; 0 when nothing waits. */
    long millis(long nowMillis) {
        return since == 0 ? 0 : Math.max(0, nowMillis - since);
    }

    boolean isHopeless(long nowMillis) {
        return millis(nowMillis) >= HOPELESS_MILLIS;
    }

    /** True once per stall. */
    boolean isNewlySlow(long nowMillis) {
        if (reported || millis(nowMillis) < SLOW_MILLIS) {
            return false;
        }
        reported = true;
        return true;
    }
}
