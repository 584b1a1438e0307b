package io.xy.gateway.wsfanout.hub;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * When outboxes and cohorts write: all together at the end of the event-loop turn, and under load so far apart that a
 * third of the loop's time is left beside writing; then more goes into each write, which is what costs. Values that come
 * seldom never wait. A flush of many goes over several turns, so that those who are late in it get what comes meanwhile.
 */
final class Flushes {
    /** Longest time between two flushes under load. */
    private static final long MAX_TICK_NANOS = 33_000_000;

    /** The time between two flushes is the duration of the last one, divided by this. */
    private static final int PAUSE_DIVISOR = 2;

    /** Fewer than this are never worth a wait: a long flush is then an accident. */
    private static final int BUSY_CONNECTIONS = 16;

    /** So many are written in one turn of the event loop; what comes between two turns goes to the others in this round. */
    static final int SLICE = 64;

    private final Vertx vertx;
    private final Context context;
    private List<Writer> dirty = new ArrayList<>();
    private LongConsumer onFlushed = nanos -> {};
    private List<Writer> round = new ArrayList<>();
    private int next;
    private int connections;
    private long spentNanos;
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

    void schedule(Writer writer) {
        dirty.add(writer);
        if (!pending) {
            await();
        }
    }

    private void await() {
        pending = true;
        long wait = dueNanos - System.nanoTime();
        if (wait <= 0) {
            context.runOnContext(nothing -> begin());
        } else {
            vertx.setTimer(1 + wait / 1_000_000, id -> begin());
        }
    }

    /** Those that have something now, in the order in which they got it. */
    private void begin() {
        List<Writer> written = round;
        round = dirty;
        dirty = written;
        next = 0;
        connections = 0;
        spentNanos = 0;
        go();
    }

    private void go() {
        long start = System.nanoTime();
        try {
            int until = connections + SLICE;
            while (connections < until && next < round.size()) {
                Writer writer = round.get(next++);
                connections += writer.connections();
                writer.write();
            }
        } finally {
            long end = System.nanoTime();
            spentNanos += end - start;
            if (next < round.size()) {
                context.runOnContext(nothing -> go());
            } else {
                end(end);
            }
        }
    }

    private void end(long nowNanos) {
        round.clear();
        boolean busy = connections >= BUSY_CONNECTIONS;
        dueNanos = busy ? nowNanos + Math.min(MAX_TICK_NANOS, spentNanos / PAUSE_DIVISOR) : nowNanos;
        pending = false;
        if (!dirty.isEmpty()) {
            await();
        }
        onFlushed.accept(spentNanos);
    }
}
