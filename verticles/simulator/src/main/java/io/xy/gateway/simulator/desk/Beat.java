package io.xy.gateway.simulator.desk;

/** Says when the next round of something is due; rounds that were missed are not made up for. */
final class Beat {
    private final long intervalMillis;
    private long next;

    Beat(long intervalMillis, long now) {
        this.intervalMillis = intervalMillis;
        this.next = now + intervalMillis;
    }

    boolean isDue(long now) {
        if (now < next) {
            return false;
        }
        next = now + intervalMillis;
        return true;
    }
}
