package io.xy.gateway.simulator.feed;

import io.vertx.core.Context;
import io.xy.gateway.simulator.desk.DeskEvent;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The way of the desk's events from the workers' threads to the event loop: a bounded queue and one task for all that
 * gathered, however many there are.
 */
public final class EventInbox {
    private static final int CAPACITY = 1_024;

    private final ArrayBlockingQueue<DeskEvent> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final AtomicLong refused = new AtomicLong();
    private final Context context;
    private final Feed feed;

    public EventInbox(Context context, Feed feed) {
        this.context = context;
        this.feed = feed;
    }

    /** Enter here on a worker's thread. A full inbox loses the event and counts it. */
    public void put(DeskEvent event) {
        if (!queue.offer(event)) {
            refused.incrementAndGet();
        }
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(nothing -> drain());
        }
    }

    public long refused() {
        return refused.get();
    }

    private void drain() {
        // Before reading, so that no event is left behind unseen.
        scheduled.set(false);
        feed.chooseWay();
        for (DeskEvent event = queue.poll(); event != null; event = queue.poll()) {
            feed.offer(event.subject(), event.payload(), event.timestamp());
        }
        feed.flush();
    }
}
