package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One subject on one hub: its number, last value, recent values and who gets them. Exists from the subject's first value
 * until nobody is interested any more.
 */
public final class Channel {
    /**
     * Why the last value may be old.
     *
     * @param since milliseconds since 1970
     */
    public record Stale(String reason, long since) {}

    private final Hub hub;
    private final int number;
    private final String subject;
    private final long staleMillis;
    private final ArrayDeque<Value> ring = new ArrayDeque<>(2);
    private final List<Binding> bindings = new ArrayList<>(2);
    private final List<Cohort> cohorts = new ArrayList<>(1);
    private String source;
    private Value last;
    private long nextSequence;
    private long heardAt;
    private boolean linked;
    private boolean suspect;
    private @Nullable Stale stale;
    private byte @Nullable [] bindRecord;
    private byte @Nullable [] stateRecord;

    /**
     * @param first its first value
     * @param nowMillis when it came
     * @param staleMillis silence after which the value counts as old; 0 for never
     */
    Channel(Hub hub, int number, String source, StreamRecord first, long nowMillis, long staleMillis) {
        this.hub = hub;
        this.number = number;
        this.subject = first.subject();
        this.staleMillis = staleMillis;
        this.source = source;
        this.heardAt = nowMillis;
        this.last = new Value(this, first.epoch(), first.sequence(), first.timestamp(), first.payload(), 0);
        this.nextSequence = first.sequence() + 1;
        this.linked = isShared(first.epoch());
        keep(last);
    }

    Hub hub() {
        return hub;
    }

    public int number() {
        return number;
    }

    public String subject() {
        return subject;
    }

    public Value last() {
        return last;
    }

    public String epoch() {
        return last.epoch();
    }

    /** Why the last value may be old; null while it is live. */
    public @Nullable Stale stale() {
        return stale;
    }

    /** The {@code b} record, built once per epoch. */
    public byte[] bindRecord(String epoch) {
        if (!epoch.equals(epoch())) {
            return Records.bind(number, subject, epoch, linked);
        }
        byte[] built = bindRecord;
        if (built == null) {
            built = Records.bind(number, subject, epoch, linked);
            bindRecord = built;
        }
        return built;
    }

    /** The {@code t} record of the present state. */
    public byte[] stateRecord() {
        byte[] built = stateRecord;
        if (built == null) {
            Stale old = stale;
            built = old == null
                    ? Records.live(number, last.timestamp())
                    : Records.stale(number, old.reason(), old.since());
            stateRecord = built;
        }
        return built;
    }

    String source() {
        return source;
    }

    long staleMillis() {
        return staleMillis;
    }

    long heardAt() {
        return heardAt;
    }

    long nextSequence() {
        return nextSequence;
    }

    List<Binding> bindings() {
        return bindings;
    }

    List<Cohort> cohorts() {
        return cohorts;
    }

    /** Something comes that is no plain value: from now on it concerns each connection by itself. */
    void scatter() {
        for (int i = cohorts.size() - 1; i >= 0; i--) {
            cohorts.get(i).dissolve();
        }
    }

    void heard(String from, long nowMillis) {
        source = from;
        heardAt = nowMillis;
    }

    /** Takes a value that follows the last one, or begins another epoch. */
    Value take(String epoch, long sequence, long timestamp, Payload payload) {
        // One reference per epoch, so that comparing epochs is comparing references.
        String known = epoch.equals(last.epoch()) ? last.epoch() : epoch;
        long previous = 0;
        if (!known.equals(last.epoch())) {
            scatter();
            forgetRing();
            bindRecord = null;
            linked |= isShared(epoch);
        } else if (linked) {
            previous = nextSequence - 1;
        }
        last = new Value(this, known, sequence, timestamp, payload, previous);
        nextSequence = sequence + 1;
        suspect = false;
        keep(last);
        return last;
    }

    /** Sequences do not grow by one: from now on each value names the one before it. */
    void link() {
        if (!linked) {
            scatter();
            linked = true;
            bindRecord = null;
            bindings.forEach(Binding::rename);
        }
    }

    /** Something of the source was lost on the way; a hole in the sequence is then a loss. */
    void suspect() {
        suspect = true;
    }

    boolean isSuspect() {
        return suspect;
    }

    boolean isLinked() {
        return linked;
    }

    /** Whether a stream keeps what this channel no longer has. */
    boolean isStored() {
        return isShared(epoch()) && hub.isKept(subject);
    }

    /** Whether nothing is missing between the given sequence and what is kept here. */
    boolean reachesBackTo(long sequence) {
        List<Value> values = after(sequence);
        return values.isEmpty() ? nextSequence <= sequence + 1 : values.get(0).previous() <= sequence;
    }

    int kept() {
        return ring.size();
    }

    /** A value of the present epoch from before what is kept. */
    Value stored(StreamRecord record, long previous) {
        return new Value(this, epoch(), record.sequence(), record.timestamp(), record.payload(), linked ? previous : 0);
    }

    void skipTo(long sequence) {
        nextSequence = sequence;
    }

    /** The kept values after the given sequence, oldest first. */
    List<Value> after(long sequence) {
        List<Value> values = new ArrayList<>();
        for (Value value : ring) {
            if (value.sequence() > sequence) {
                values.add(value);
            }
        }
        return values;
    }

    /** The most recent values, oldest first. */
    List<Value> recent(int count) {
        List<Value> values = new ArrayList<>(Math.min(count, ring.size()));
        int skip = ring.size() - count;
        for (Value value : ring) {
            if (skip-- <= 0) {
                values.add(value);
            }
        }
        return values;
    }

    void stale(String reason, long since) {
        if (stale == null) {
            scatter();
            stale = new Stale(reason, since);
            stateRecord = null;
            bindings.forEach(Binding::onState);
        }
    }

    void live() {
        if (stale != null) {
            scatter();
            stale = null;
            stateRecord = null;
            bindings.forEach(Binding::onState);
        }
    }

    void forgetRing() {
        for (Iterator<Value> each = ring.iterator(); each.hasNext(); ) {
            hub.ringBytes(-each.next().cost());
            each.remove();
        }
    }

    /** Whether the sequence counts the messages of many subjects: a JetStream stream's does. */
    private static boolean isShared(String epoch) {
        return epoch.startsWith("js:");
    }

    private void keep(Value value) {
        ring.addLast(value);
        hub.ringBytes(value.cost());
        while (ring.size() > hub.limits().ringMessages() || ring.size() > 1 && hub.isRingFull()) {
            hub.ringBytes(-ring.removeFirst().cost());
        }
    }
}
