package io.xy.gateway.wsfanout.protocol;

/** Admits a steady rate with a burst. Belongs to one event loop; the caller brings the time. */
public final class TokenBucket {
    private final double perMilli;
    private final double burst;
    private double tokens;
    private long lastMillis;

    /**
     * @param perSecond steady rate, above 0
     * @param burst most that may come at once, at least 1
     */
    public TokenBucket(int perSecond, int burst, long nowMillis) {
        this.perMilli = perSecond / 1_000.0;
        this.burst = burst;
        this.tokens = burst;
        this.lastMillis = nowMillis;
    }

    public boolean take(long nowMillis) {
        if (nowMillis > lastMillis) {
            tokens = Math.min(burst, tokens + (nowMillis - lastMillis) * perMilli);
            lastMillis = nowMillis;
        }
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
