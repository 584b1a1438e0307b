package io.xy.gateway.natsbridge.link;

import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/**
 * Where foreign threads enter: bounded in items and bytes, emptied on the owner's event loop by one task per batch.
 *
 * @param <T> what waits
 */
public final class LoopInbox<T> {
    /** Items per event-loop task, so that a burst does not keep everything else waiting. */
    static final int BATCH = 1_024;

    private final Context context;
    private final int capacity;
    private final long maxBytes;
    private final ToIntFunction<T> weight;
    private final Consumer<List<T>> reader;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean scheduled;

    /**
     * @param weight bytes of an item, at least what it keeps alive
     * @param reader called on the context with at most {@link #BATCH} items in the order of their arrival
     */
    public LoopInbox(Context context, int capacity, long maxBytes, ToIntFunction<T> weight, Consumer<List<T>> reader) {
        this.context = context;
        this.capacity = capacity;
        this.maxBytes = maxBytes;
        this.weight = weight;
        this.reader = reader;
    }

    /** Adds the item unless the inbox is full; any thread. */
    public boolean offer(T item) {
        return add(item, false);
    }

    /** Adds one of the few items that must not be lost, full or not; any thread. */
    public void put(T item) {
        add(item, true);
    }

    /** Whether so much would fit now; any thread. */
    boolean hasRoom(int items, int size) {
        lock.lock();
        try {
            return waiting.size() + items <= capacity && bytes + size <= maxBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Items that wait now; any thread. */
    public int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean add(T item, boolean always) {
        int size = weight.applyAsInt(item);
        boolean wake;
        lock.lock();
        try {
            if (!always && (waiting.size() >= capacity || bytes + size > maxBytes)) {
                return false;
            }
            waiting.add(item);
            bytes += size;
            wake = !scheduled;
            scheduled = true;
        } finally {
            lock.unlock();
        }
        if (wake) {
            context.runOnContext(task -> drain());
        }
        return true;
    }

    private void drain() {
        List<T> batch = new ArrayList<>(64);
        boolean more;
        lock.lock();
        try {
            for (int i = 0; i < BATCH; i++) {
                T item = waiting.poll();
                if (item == null) {
                    break;
                }
                bytes -= weight.applyAsInt(item);
                batch.add(item);
            }
            more = !waiting.isEmpty();
            scheduled = more;
        } finally {
            lock.unlock();
        }
        if (more) {
            context.runOnContext(task -> drain());
        }
        reader.accept(batch);
    }
}
