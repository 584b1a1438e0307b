package io.xy.gateway.wsfanout.hub;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/**
 * When outboxes write: all together at the end of the event-loop turn, and under load as much later as the last flush
 * took, so that no more than half of the loop's time goes into writing and more goes into each write.
 */
final class Flushes {
    /** Longest wait between two flushes under load. */
    private static final int MAX_TICK_MILLIS = 33;

    /** Fewer than this are never worth a wait: a long flush is then an accident. */
    private static final int BUSY_OUTBOXES = 16;

    private final Vertx vertx;
    private final Context context;
    private List<Outbox> dirty = new ArrayList<>();
    private Runnable onFlushed = () -> {};
    private boolean pending;
    private long lastNanos;

    Flushes(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    void onFlushed(Runnable listener) {
        onFlushed = listener;
    }

    void schedule(Outbox outbox) {
        dirty.add(outbox);
        if (pending) {
            return;
        }
        pending = true;
        long tick = Math.min(MAX_TICK_MILLIS, lastNanos / 1_000_000);
        if (tick == 0) {
            context.runOnContext(nothing -> flush());
        } else {
            vertx.setTimer(tick, id -> flush());
        }
    }

    private void flush() {
        pending = false;
        long start = System.nanoTime();
        List<Outbox> now = dirty;
        dirty = new ArrayList<>(now.size());
        now.forEach(Outbox::flush);
        onFlushed.run();
        lastNanos = now.size() < BUSY_OUTBOXES ? 0 : System.nanoTime() - start;
    }
}
