package io.xy.gateway.httpapi.limits;

import io.xy.gateway.shared.config.LimitRule;

/**
 * A limit as the algorithm counts it. Immutable.
 *
 * @param text requests that may come at once, as the header says it
 * @param interval nanoseconds in which the allowance grows by one request
 * @param depth nanoseconds that a full allowance is worth
 * @param policy as the header says it: requests, window in seconds
 */
record Rate(String text, long interval, long depth, String policy) {
    private static final long NANOS = 1_000_000;

    static Rate of(LimitRule rule) {
        long interval = Math.max(1, rule.windowMillis() * NANOS / rule.max());
        long seconds = Math.max(1, (rule.windowMillis() + 999) / 1_000);
        return new Rate(Long.toString(rule.burst()), interval, interval * rule.burst(), rule.max() + ";w=" + seconds);
    }
}
