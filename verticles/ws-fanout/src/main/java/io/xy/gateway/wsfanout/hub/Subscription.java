package io.xy.gateway.wsfanout.hub;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One pattern that one connection asked for. */
public final class Subscription {
    /** Where a client stopped: an epoch and the last sequence that it has. */
    public record Point(String epoch, long sequence) {}

    private final Outbox outbox;
    private final long handle;
    private final String pattern;
    private final boolean images;
    private final int history;
    private final Map<String, Point> since;
    private final boolean closeWhenFull;
    private Mode mode;
    private Tier tier;

    /**
     * @param handle the client's name for it
     * @param images whether the last value is sent first
     * @param history how many recent values are sent first, mode {@code all} only
     * @param since by subject; consumed as channels appear
     * @param closeWhenFull whether an overflow ends the connection instead of leaving a gap
     */
    public Subscription(
            Outbox outbox,
            long handle,
            String pattern,
            Mode mode,
            Tier tier,
            boolean images,
            int history,
            Map<String, Point> since,
            boolean closeWhenFull) {
        this.outbox = outbox;
        this.handle = handle;
        this.pattern = pattern;
        this.mode = mode;
        this.tier = mode == Mode.ALL ? Tier.TURN : tier;
        this.images = images;
        this.history = history;
        this.since = since.isEmpty() ? Map.of() : new HashMap<>(since);
        this.closeWhenFull = closeWhenFull;
    }

    /** A plain subscription: no resume, no history. */
    public static Subscription plain(Outbox outbox, long handle, String pattern, Mode mode, boolean images) {
        return new Subscription(outbox, handle, pattern, mode, Tier.TURN, images, 0, Map.of(), false);
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
        return images;
    }

    int history() {
        return history;
    }

    boolean closeWhenFull() {
        return closeWhenFull;
    }

    /** Where the client stopped on this subject; told once, because it is spent with the first channel. */
    @Nullable
    Point takePoint(String subject) {
        return since.isEmpty() ? null : since.remove(subject);
    }

    boolean resumes() {
        return !since.isEmpty();
    }

    void change(Mode newMode, Tier newTier) {
        mode = newMode;
        tier = newMode == Mode.ALL ? Tier.TURN : newTier;
    }
}
