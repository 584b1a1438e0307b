package io.xy.gateway.wsfanout.hub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one connection: answers first, then the data in order. Bounded: answers by the queue limit, values of
 * mode {@code all} by messages and bytes, everything else by one mark per subject.
 */
public final class Outbox {
    /** A connection that took nothing for so long while something waits counts as slow. */
    static final long SLOW_MILLIS = 1_000;
    /** And after so long it is given up. Longer than a browser freezes a tab before it resumes it. */
    static final long HOPELESS_MILLIS = 120_000;

    /** A first state may be so many times as long as the queue for live values. */
    static final int FIRST_STATE = 16;

    private final Hub hub;
    private final Sink sink;
    private final ArrayDeque<byte[]> urgent = new ArrayDeque<>();
    private final ArrayDeque<Entry> ordered = new ArrayDeque<>();
    private final Map<Channel, Binding> bindings = new HashMap<>();
    private int messages;
    private long bytes;
    private long blockedSince;
    private boolean reportedSlow;
    private boolean scheduled;
    private boolean closed;
    private boolean givenUp;

    public Outbox(Hub hub, Sink sink) {
        this.hub = hub;
        this.sink = sink;
    }

    /** Queues an answer or control record, ahead of all data. */
    public void urgent(byte[] record) {
        if (closed) {
            return;
        }
        if (urgent.size() >= hub.limits().queueMessages()) {
            giveUp();
            return;
        }
        urgent.add(record);
        schedule();
    }

    /** Queues a record that must not overtake the data before it. */
    public void ordered(byte[] record) {
        add(new Note(record));
    }

    /** Number of values that wait in mode {@code all}. */
    public int size() {
        return messages;
    }

    /** The transport takes data again. */
    public void onWritable() {
        if (!isEmpty()) {
            schedule();
        }
    }

    /** Ends the connection: it cannot keep up and nothing may be dropped. */
    public void giveUp() {
        if (!closed && !givenUp) {
            givenUp = true;
            sink.tooSlow();
        }
    }

    /** Drops everything; nothing is written any more. */
    public void close() {
        closed = true;
        urgent.clear();
        ordered.clear();
        messages = 0;
        bytes = 0;
    }

    /** Writes as much as the transport takes. */
    public void flush() {
        scheduled = false;
        if (closed) {
            return;
        }
        boolean moved = false;
        while (!closed && !isEmpty() && sink.isWritable()) {
            writeNext();
            moved = true;
        }
        if (!closed) {
            sink.flush();
        }
        if (isEmpty()) {
            blockedSince = 0;
            reportedSlow = false;
        } else if (moved || blockedSince == 0) {
            blockedSince = System.currentTimeMillis();
        }
    }

    /** Looks whether the connection is slow or hopeless; called now and then. */
    public void watch(long nowMillis) {
        if (closed || blockedSince == 0) {
            return;
        }
        long blocked = nowMillis - blockedSince;
        if (blocked >= HOPELESS_MILLIS) {
            giveUp();
        } else if (blocked >= SLOW_MILLIS && !reportedSlow) {
            reportedSlow = true;
            hub.figures().slow++;
        }
    }

    void add(Entry entry) {
        if (closed) {
            return;
        }
        if (entry instanceof Delivery delivery) {
            messages++;
            bytes += delivery.value().cost();
        }
        ordered.add(entry);
        schedule();
    }

    /** Lets a mark that waits already come after everything that waits now. */
    void moveToEnd(Binding mark) {
        if (ordered.remove(mark)) {
            ordered.add(mark);
        }
    }

    /**
     * @param initial part of a first state
     */
    boolean isFullFor(Value value, boolean initial) {
        long times = initial ? FIRST_STATE : 1;
        return messages >= times * hub.limits().queueMessages()
                || bytes + value.cost() > times * hub.limits().queueBytes();
    }

    /** Whether so much waits that nothing more may be subscribed: who only asks and never reads would fill the memory. */
    boolean isBehind() {
        return ordered.size() >= FIRST_STATE * hub.limits().queueMessages();
    }

    /** Since when nothing was taken while something waits, in milliseconds; 0 when nothing waits. */
    public long blockedMillis(long nowMillis) {
        return blockedSince == 0 ? 0 : Math.max(0, nowMillis - blockedSince);
    }

    /** Everything that waits here: values, marks, gaps and answers. */
    public int entries() {
        return ordered.size() + urgent.size();
    }

    public long bytes() {
        return bytes;
    }

    @Nullable
    Binding binding(Channel channel) {
        return bindings.get(channel);
    }

    Map<Channel, Binding> bindings() {
        return bindings;
    }

    private boolean isEmpty() {
        return urgent.isEmpty() && ordered.isEmpty();
    }

    private void schedule() {
        if (!scheduled) {
            scheduled = true;
            hub.schedule(this);
        }
    }

    private void writeNext() {
        byte[] record = urgent.poll();
        if (record != null) {
            sink.record(record);
            return;
        }
        switch (ordered.remove()) {
            case Binding binding -> binding.emit(sink);
            case Delivery delivery -> {
                messages--;
                bytes -= delivery.value().cost();
                delivery.binding().emit(delivery, sink);
            }
            case Gap gap -> gap.binding.emit(gap, sink);
            case Note note -> sink.record(note.bytes());
        }
    }
}
