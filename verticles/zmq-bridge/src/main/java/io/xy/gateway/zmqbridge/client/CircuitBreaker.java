package io.xy.gateway.zmqbridge.client;

/**
 * Spares one service that fails: after so many failures within the window no call is sent for a while, then a single one
 * tries. What the service says is never a failure, even when it says no; only silence, a lost broker and answers that
 * cannot be read are. Belongs to one event loop, like the queue that it guards, so nothing here waits or is shared.
 */
final class CircuitBreaker {
    /** The ordinal is the number in health reports and metrics. */
    enum State {
        CLOSED,
        HALF_OPEN,
        OPEN
    }

    /** How soon to ask again while the single call decides. */
    private static final long PROBE_MILLIS = 1_000;

    private final BreakerSettings settings;
    private final Runnable onChange;
    /** Moments of the newest failures, the oldest at {@link #next} once it is full. */
    private final long[] failures;

    private int next;
    private int known;
    private State state = State.CLOSED;
    private boolean used;
    private boolean probing;
    private long opensUntil;

    /**
     * @param onChange called after each change of the state, and before the first call
     */
    CircuitBreaker(BreakerSettings settings, Runnable onChange) {
        this.settings = settings;
        this.onChange = onChange;
        this.failures = new long[settings.failures()];
    }

    State state() {
        return state;
    }

    /** Whether any call has been sent: a service that never had one is not worth a line in a report. */
    boolean used() {
        return used;
    }

    /** Whether a call may be sent now. */
    boolean admits(long now) {
        if (state == State.OPEN && now - opensUntil >= 0) {
            probing = false;
            become(State.HALF_OPEN);
        }
        return state == State.CLOSED || state == State.HALF_OPEN && !probing;
    }

    /** A call is sent. True when it is the one that decides. */
    boolean onSent() {
        if (!used) {
            used = true;
            onChange.run();
        }
        probing |= state == State.HALF_OPEN;
        return state == State.HALF_OPEN;
    }

    /**
     * A readable answer came.
     *
     * @param probe whether it is the answer to the call that decides; others were sent before and prove nothing
     */
    void onAnswer(boolean probe) {
        if (probe && state == State.HALF_OPEN) {
            known = 0;
            next = 0;
            become(State.CLOSED);
        }
    }

    /** No answer came, or none that can be read. */
    void onFailure(boolean probe, long now) {
        if (state == State.HALF_OPEN && probe) {
            open(now);
        } else if (state == State.CLOSED) {
            failures[next] = now;
            next = (next + 1) % failures.length;
            known = Math.min(known + 1, failures.length);
            // When it is full, the next place holds the oldest.
            if (known == failures.length && now - failures[next] <= settings.windowNanos()) {
                open(now);
            }
        }
    }

    /** Milliseconds until it makes sense to call again. */
    long retryAfterMillis(long now) {
        return state == State.OPEN ? Math.max(1, (opensUntil - now + 999_999) / 1_000_000) : PROBE_MILLIS;
    }

    private void open(long now) {
        opensUntil = now + settings.openNanos();
        become(State.OPEN);
    }

    private void become(State other) {
        state = other;
        onChange.run();
    }
}
