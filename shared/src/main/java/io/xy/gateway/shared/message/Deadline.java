package io.xy.gateway.shared.message;

import java.util.concurrent.TimeUnit;

/**
 * The moment after which nobody waits any more, on this process's monotonic clock.
 *
 * <p>Between nodes the remaining time travels, so that wall clocks need not agree.
 *
 * @param nanos value of {@link System#nanoTime()} at the deadline
 */
public record Deadline(long nanos) {
    public static Deadline in(long millis) {
        return after(System.nanoTime(), millis);
    }

    /**
     * @param start value of {@link System#nanoTime()}
     * @param millis after it
     */
    public static Deadline after(long start, long millis) {
        return new Deadline(start + TimeUnit.MILLISECONDS.toNanos(millis));
    }

    /** Milliseconds left, rounded up; 0 when it has passed. */
    public long remainingMillis() {
        long left = nanos - System.nanoTime();
        return left <= 0 ? 0 : (left + 999_999) / 1_000_000;
    }

    public boolean passed() {
        return nanos - System.nanoTime() <= 0;
    }

    /** The earlier of this deadline and one {@code millis} from now. */
    public Deadline atMost(long millis) {
        return earlier(in(millis));
    }

    public Deadline earlier(Deadline other) {
        return other.nanos - nanos < 0 ? other : this;
    }
}
