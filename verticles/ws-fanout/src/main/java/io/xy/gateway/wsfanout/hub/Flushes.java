package io.xy.gateway.wsfanout.hub;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When outboxes write: all together at the end of the event-loop turn, and under load so far apart that a third of the
 * loop's time is left beside writing; then more goes into each write, which is what costs. Values that come seldom never
 * wait.
 */
final class Flushes {
    /** Longest time between two flushes under load. */
    private static final long MAX_TICK_NANOS = 33_000_000;

    /** The time between two flushes is the duration of the last one, divided by this. */
    private static final int PAUSE_DIVISOR = 2;

    /** Fewer than this are never worth a wait: a long flush is then an accident. */
    private static final int BUSY_OUTBOXES = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Flushes.class);

    private final Vertx vertx;
    private final Context context;
    private List<Outbox> dirty = new ArrayList<>();
    private LongConsumer onFlushed = nanos -> {};
    private boolean pending;
    /** Not before this the next flush, on the clock of {@link System#nanoTime}. */
    private long dueNanos = System.nanoTime();

    Flushes(Vertx vertx) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    void onFlushed(LongConsumer listener) {
        onFlushed = listener;
    }

    void schedule(Outbox outbox) {
        dirty.add(outbox);
        if (pending) {
            return;
        }
        pending = true;
        long wait = dueNanos - System.nanoTime();
        if (wait <= 0) {
            context.runOnContext(nothing -> flush());
        } else {
            vertx.setTimer(1 + wait / 1_000_000, id -> flush());
        }
    }

    private void flush() {
        pending = false;
        long start = System.nanoTime();
        List<Outbox> now = dirty;
        dirty = new ArrayList<>(now.size());
        now.forEach(Flushes::flush);
        long end = System.nanoTime();
        onFlushed.accept(end - start);
        dueNanos = now.size() < BUSY_OUTBOXES ? end : end + Math.min(MAX_TICK_NANOS, (end - start) / PAUSE_DIVISOR);
    }

    /** Whatever is wrong with one connection ends that connection; the others get their values. */
    private static void flush(Outbox outbox) {
        try {
            outbox.flush();
        } catch (RuntimeException e) {
            LOG.error("a connection could not be written to", e);
            outbox.giveUp();
        }
    }
}
