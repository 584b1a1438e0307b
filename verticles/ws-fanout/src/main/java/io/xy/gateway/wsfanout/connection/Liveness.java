package io.xy.gateway.wsfanout.connection;

/** Whether a peer is still there: any frame counts, and a quiet one is pinged (RFC 6455 section 5.5.2). */
final class Liveness {
    private static final long QUIET_MILLIS = 20_000;
    private static final long GONE_MILLIS = 60_000;

    private long heardAt;
    private boolean pinged;

    Liveness(long nowMillis) {
        heardAt = nowMillis;
    }

    void heard(long nowMillis) {
        heardAt = nowMillis;
        pinged = false;
    }

    /** True once per silence: a ping is due. */
    boolean shouldPing(long nowMillis) {
        if (pinged || nowMillis - heardAt < QUIET_MILLIS) {
            return false;
        }
        pinged = true;
        return true;
    }

    boolean isGone(long nowMillis) {
        return nowMillis - heardAt >= GONE_MILLIS;
    }
}
