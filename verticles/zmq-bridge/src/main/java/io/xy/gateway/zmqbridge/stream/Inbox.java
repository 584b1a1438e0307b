package io.xy.gateway.zmqbridge.stream;

import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Where the subscriber thread enters the event loop: bounded in values and bytes, emptied by one task per batch. */
final class Inbox {
    private static final int BATCH = 1_024;
    private static final int OVERHEAD = 96;

    private final Context context;
    private final int capacity;
    private final long maxBytes;
    private final Consumer<List<SourceEvent>> reader;
    private final ConcurrentLinkedQueue<SourceEvent> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();

    /**
     * @param capacity values that may wait
     * @param reader called on the context
     */
    Inbox(Context context, int capacity, long maxBytes, Consumer<List<SourceEvent>> reader) {
        this.context = context;
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.reader = reader;
    }

    int size() {
        return size.get();
    }

    /** False when it is full; states of connections always fit, there are few. */
    boolean offer(SourceEvent event) {
        int weight = weight(event);
        boolean full = size.get() >= capacity || bytes.get() + weight > maxBytes;
        if (full && event instanceof SourceEvent.Value) {
            return false;
        }
        size.incrementAndGet();
        bytes.addAndGet(weight);
        waiting.add(event);
        wake();
        return true;
    }

    private void wake() {
        if (scheduled.compareAndSet(false, true)) {
            context.runOnContext(task -> drain());
        }
    }

    private void drain() {
        scheduled.set(false);
        List<SourceEvent> batch = new ArrayList<>(64);
        while (batch.size() < BATCH) {
            SourceEvent event = waiting.poll();
            if (event == null) {
                break;
            }
            size.decrementAndGet();
            bytes.addAndGet(-weight(event));
            batch.add(event);
        }
        if (!waiting.isEmpty()) {
            wake();
        }
        reader.accept(batch);
    }

    private static int weight(SourceEvent event) {
        return event instanceof SourceEvent.Value value
                ? OVERHEAD + value.payload().length()
                : OVERHEAD;
    }
}
