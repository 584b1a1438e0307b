package io.xy.gateway.wsfanout.hub;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pattern that one connection asked for. */
public final class Subscription {
    /** Where a client stopped: an epoch and the last sequence that it has. */
    public record Point(String epoch, long sequence) {}

    /**
     * What is sent before live values, and what happens when they do not fit.
     *
     * @param images whether the last value is sent first
     * @param history how many recent values are sent first, mode {@code all} only
     * @param since by subject, where the client stopped
     * @param closeWhenFull whether an overflow ends the connection instead of leaving a gap
     * @param maxAgeMillis values that waited until they are older are not sent; 0 for any age
     */
    public record Start(
            boolean images, int history, Map<String, Point> since, boolean closeWhenFull, long maxAgeMillis) {
        /** Live values only. */
        public static final Start LIVE = new Start(false, 0, Map.of(), false, 0);

        public Start {
            since = Map.copyOf(since);
        }
    }

    /** Flushes under load are up to 33 ms apart. */
    private static final long SHORTEST_AGE_MILLIS = 100;

    private final Outbox outbox;
    private final long handle;
    private final String pattern;
    private final Start start;
    private final Map<String, Point> since;
    private Mode mode;
    private Tier tier;

    /**
     * @param handle the client's name for it
     */
    public Subscription(Outbox outbox, long handle, String pattern, Mode mode, Tier tier, Start start) {
        this.outbox = outbox;
        this.handle = handle;
        this.pattern = pattern;
        this.mode = mode;
        this.tier = mode == Mode.ALL ? Tier.TURN : tier;
        this.start = start;
        this.since = new HashMap<>(start.since());
    }

    public Outbox outbox() {
        return outbox;
    }

    public long handle() {
        return handle;
    }

    public String pattern() {
        return pattern;
    }

    public Mode mode() {
        return mode;
    }

    public Tier tier() {
        return tier;
    }

    boolean images() {
        return start.images();
    }

    int history() {
        return start.history();
    }

    boolean closeWhenFull() {
        return start.closeWhenFull();
    }

    /** Oldest age in milliseconds of a value that waited; never so short that the rate alone uses it up. 0 for any age. */
    public long maxAgeMillis() {
        long asked = start.maxAgeMillis();
        return asked == 0 ? 0 : Math.max(asked, Math.max(SHORTEST_AGE_MILLIS, 2L * tier.periodMillis()));
    }

    /** Where the client stopped on this subject; told once, because it is spent with the first channel. */
    @Nullable
    Point takePoint(String subject) {
        return since.remove(subject);
    }

    void change(Mode newMode, Tier newTier) {
        mode = newMode;
        tier = newMode == Mode.ALL ? Tier.TURN : newTier;
    }
}
