package io.xy.gateway.httpapi.limits;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.xy.gateway.httpapi.exchange.Allowance;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;

/**
 * Lets a request on unless its caller's allowance is used up, and says what is left. Where several limits
 * count, the caller is told of the one with the least left. Belongs to one event loop.
 */
public final class Limit implements Stage, Allowance {
    /** Whom a limit counts for. */
    interface Key {
        /** A number for the caller; {@link #NOBODY} when the limit does not apply. */
        long of(Exchange exchange);
    }

    static final long NOBODY = 0;
    private static final long SECOND = 1_000_000_000;
    private static final long MILLI = 1_000_000;
    private static final CharSequence LIMIT = HttpHeaders.createOptimized("ratelimit-limit");
    private static final CharSequence REMAINING = HttpHeaders.createOptimized("ratelimit-remaining");
    private static final CharSequence RESET = HttpHeaders.createOptimized("ratelimit-reset");
    private static final CharSequence POLICY = HttpHeaders.createOptimized("ratelimit-policy");
    private static final CharSequence X_LIMIT = HttpHeaders.createOptimized("x-ratelimit-limit");
    private static final CharSequence X_REMAINING = HttpHeaders.createOptimized("x-ratelimit-remaining");
    private static final CharSequence X_RESET = HttpHeaders.createOptimized("x-ratelimit-reset");

    /** The text of a number that is often the same as before. */
    private static final class NumberText {
        private long number;
        private String text = "0";

        String of(long wanted) {
            if (wanted != number) {
                number = wanted;
                text = Long.toString(wanted);
            }
            return text;
        }
    }

    private final String name;
    private final RouteMeters.Limiter limiter;
    private final RouteMeters meters;
    private final Rate rate;
    private final RateTable table;
    private final Key key;
    private final NumberText rest = new NumberText();
    private final NumberText reset = new NumberText();

    /**
     * @param name for the caller: which limit it met
     * @param meters of the route, or the like, that it stands before
     */
    Limit(String name, RouteMeters.Limiter limiter, RouteMeters meters, Rate rate, RateTable table, Key key) {
        this.name = name;
        this.limiter = limiter;
        this.meters = meters;
        this.rate = rate;
        this.table = table;
        this.key = key;
    }

    @Override
    public void run(Exchange exchange) {
        long caller = key.of(exchange);
        if (caller == NOBODY || admits(exchange, caller)) {
            exchange.next();
        }
    }

    /** Counts the request for a caller; false when it is one too many, and was refused. */
    boolean admits(Exchange exchange, long caller) {
        long left = take(caller, exchange.startedNanos());
        exchange.counted(this, remaining(left), left);
        if (left >= 0) {
            return true;
        }
        exchange.fail(refusal(left));
        return false;
    }

    /** Counts a request; what is left of the allowance, negative when it is one too many. */
    long take(long caller, long nowNanos) {
        return table.take(caller, nowNanos, rate.interval(), rate.depth());
    }

    /**
     * Counts a refusal.
     *
     * @param left negative
     */
    Failure refusal(long left) {
        meters.limited(limiter);
        long wait = (-left + MILLI - 1) / MILLI;
        return GatewayError.RATE_LIMITED
                .notExecuted("Too many requests: " + name)
                .after(wait);
    }

    @Override
    public String setting() {
        return name + ", " + rate.policy() + "s, burst " + rate.text();
    }

    @Override
    public void tell(MultiMap headers, long left) {
        String limit = rate.text();
        String remaining = rest.of(remaining(left));
        // Seconds until the allowance is full again; when it is used up, until the next request is admitted.
        long nanos = left < 0 ? -left : rate.depth() - left;
        String seconds = reset.of((nanos + SECOND - 1) / SECOND);
        headers.set(LIMIT, limit).set(REMAINING, remaining).set(RESET, seconds).set(POLICY, rate.policy());
        headers.set(X_LIMIT, limit).set(X_REMAINING, remaining).set(X_RESET, seconds);
    }

    private long remaining(long left) {
        return left < 0 ? 0 : left / rate.interval();
    }
}
