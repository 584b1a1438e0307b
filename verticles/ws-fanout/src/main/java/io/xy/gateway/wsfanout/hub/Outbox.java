package io.xy.gateway.wsfanout.hub;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one connection: answers first, then the data in order. Bounded: answers by the queue limit, values of
 * mode {@code all} by messages and bytes, everything else by one mark per subject.
 */
public final class Outbox implements Writer {
    /** A first state may be so many times as long as the queue for live values. */
    static final int FIRST_STATE = 16;

    /** After so many flushes on its own a connection may join a cohort: who answers and asks all the time stays out. */
    static final int APART = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);

    private final Hub hub;
    private final Sink sink;
    private final ArrayDeque<byte[]> urgent = new ArrayDeque<>();
    private final ArrayDeque<Entry> ordered = new ArrayDeque<>();
    private final Stall stall = new Stall();
    private final Map<Channel, Binding> bindings = new HashMap<>();
    private int messages;
    private long bytes;
    private boolean scheduled;
    private boolean closed;
    private boolean givenUp;
    private @Nullable Cohort cohort;
    /** How many values the cohort had had before. */
    private long joinedAt;

    private int apart = APART;

    public Outbox(Hub hub, Sink sink) {
        this.hub = hub;
        this.sink = sink;
    }

    /** Queues an answer or control record, ahead of all data. */
    public void urgent(byte[] record) {
        if (closed) {
            return;
        }
        leave();
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
        return messages + shared();
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
        leave();
        urgent.clear();
        ordered.clear();
        messages = 0;
        bytes = 0;
    }

    /** Writes as much as the transport takes. */
    public void flush() {
        leave();
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
            stall.end();
            rest();
        } else {
            stall.goOn(moved);
        }
    }

    /** Looks whether the connection is slow or hopeless; called now and then. */
    public void watch(long nowMillis) {
        if (closed) {
            return;
        }
        if (stall.isHopeless(nowMillis)) {
            giveUp();
        } else if (stall.isNewlySlow(nowMillis)) {
            hub.figures().slow++;
        }
    }

    void add(Entry entry) {
        if (closed) {
            return;
        }
        leave();
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
        return ordered.size() + shared() >= FIRST_STATE * hub.limits().queueMessages();
    }

    /** Since when nothing was taken while something waits, in milliseconds; 0 when nothing waits. */
    public long blockedMillis(long nowMillis) {
        return stall.millis(nowMillis);
    }

    /** Everything that waits here: values, marks, gaps and answers. */
    public int entries() {
        return ordered.size() + urgent.size() + shared();
    }

    public long bytes() {
        return cohort == null ? bytes : cohort.batch().bytes();
    }

    @Nullable
    Binding binding(Channel channel) {
        return bindings.get(channel);
    }

    Map<Channel, Binding> bindings() {
        return bindings;
    }

    boolean isMember() {
        return cohort != null;
    }

    boolean isIn(Cohort other) {
        return cohort == other;
    }

    long joinedAt() {
        return joinedAt;
    }

    void joined(Cohort by) {
        cohort = by;
        joinedAt = by.values();
    }

    /** Goes its own way from now on, with what waits for it in the cohort. Before anything of its own. */
    void leave() {
        if (cohort != null) {
            leave(cohort, cohort.firstFor(joinedAt));
        }
    }

    private void leave(Cohort left, int first) {
        cohort = null;
        apart = APART;
        left.remove(this);
        Batch batch = left.batch();
        for (int i = first; i < batch.size(); i++) {
            Binding binding = bindings.get(batch.get(i).channel());
            if (binding != null) {
                binding.onValue(batch.get(i));
            }
        }
    }

    /** Whether plain values are all that this connection waits for, and they would be the same bytes for others. */
    boolean isAtRest() {
        if (closed || givenUp || scheduled || !isEmpty() || bindings.isEmpty() || !(sink instanceof SharingSink)) {
            return false;
        }
        for (Binding binding : bindings.values()) {
            if (!binding.isAtRest()) {
                return false;
            }
        }
        return true;
    }

    private void rest() {
        if (--apart <= 0) {
            apart = APART;
            if (isAtRest()) {
                hub.cohorts().take(this);
            }
        }
    }

    @Override
    public void write() {
        try {
            flush();
        } catch (RuntimeException e) {
            broke(e);
        }
    }

    /** Writes what waits in the cohort; what the transport does not take waits here then. */
    void writeShared(Batch batch) {
        try {
            int taken = sink instanceof SharingSink sharing && sink.isWritable() ? sharing.values(batch) : 0;
            hub.figures().sent(batch, taken);
            if (taken == batch.size()) {
                sink.flush();
            } else if (cohort != null) {
                leave(cohort, taken);
                flush();
            }
        } catch (RuntimeException e) {
            broke(e);
        }
    }

    private void broke(RuntimeException e) {
        LOG.error("a connection could not be written to", e);
        giveUp();
    }

    private int shared() {
        return cohort == null ? 0 : cohort.batch().size() - cohort.firstFor(joinedAt);
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
