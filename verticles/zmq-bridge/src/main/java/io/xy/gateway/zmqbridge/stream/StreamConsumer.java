package io.xy.gateway.zmqbridge.stream;

import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One fan-out instance: what it wants, and numbered batches to it, no more on the way than its window. Beyond that only
 * the newest value of each subject waits, and goes out behind a gap that names what was skipped.
 */
final class StreamConsumer {
    private static final String SOURCE = "zmq";
    private static final String SLOW = "slow";
    private static final int MAX_RECORDS = 512;
    private static final int MAX_HELD = 65_536;
    private static final long MAX_BYTES = 1 << 20;
    private static final long CREDIT_MILLIS = 5_000;

    /** The newest value, and the first number that is missing before it. */
    private record Held(long from, StreamRecord newest) {}

    final String key;
    final String node;
    long leaseEnd;
    long revision = -1;
    private final Bus bus;
    private final int window;
    private final Consumer<StreamConsumer> onGone;
    private final Set<String> subjects = new HashSet<>();
    private final List<String> patterns = new ArrayList<>();
    private final Map<String, Held> held = new LinkedHashMap<>();
    private List<StreamRecord> batch = new ArrayList<>();
    private long batchBytes;
    private long number;
    private int underway;
    private long skipped;

    /**
     * @param window batches on the way without credit
     * @param onGone told when nobody listens at the consumer's address
     */
    StreamConsumer(Bus bus, Interest interest, int window, Consumer<StreamConsumer> onGone) {
        this.bus = bus;
        this.key = interest.consumer();
        this.node = interest.node();
        this.window = window;
        this.onGone = onGone;
    }

    void want(List<String> wanted) {
        subjects.clear();
        patterns.clear();
        for (String each : wanted) {
            if (Subjects.isSubject(each)) {
                subjects.add(each);
            } else if (Subjects.isPattern(each)) {
                patterns.add(each);
            }
        }
    }

    boolean wants(String subject) {
        return subjects.contains(subject) || Subjects.anyContains(patterns, subject);
    }

    /** Values that were overtaken by newer ones while there was no credit. */
    long skipped() {
        return skipped;
    }

    void add(StreamRecord record) {
        if (underway < window && held.isEmpty()) {
            append(record);
        } else {
            hold(record);
        }
    }

    /** A state of the whole source goes at once, credit or not: there are few of them. */
    void state(StreamRecord record) {
        batch.add(record);
        send();
    }

    void flush() {
        if (!batch.isEmpty()) {
            send();
        }
    }

    /** What waits belongs to an epoch that is over. */
    void forgetHeld() {
        skipped += held.size();
        held.clear();
    }

    private void hold(StreamRecord record) {
        Held before = held.get(record.subject());
        long first = record.kind() == Kind.GAP ? record.from() : record.sequence();
        if (before == null && held.size() >= MAX_HELD) {
            skipped++;
        } else if (before == null || !before.newest.epoch().equals(record.epoch())) {
            held.put(record.subject(), new Held(first, record));
        } else {
            skipped++;
            held.put(record.subject(), new Held(before.from, record));
        }
    }

    private void append(StreamRecord record) {
        batch.add(record);
        batchBytes += 64 + record.payload().length();
        if (batch.size() >= MAX_RECORDS || batchBytes >= MAX_BYTES) {
            send();
        }
    }

    private void send() {
        StreamBatch message = new StreamBatch(SOURCE, bus.node(), ++number, batch);
        batch = new ArrayList<>();
        batchBytes = 0;
        underway++;
        bus.request(Contract.STREAM_BATCH, key, message, CREDIT_MILLIS).onComplete(done -> {
            underway--;
            if (done.failed() && GatewayException.failureOf(done.cause()).error() == GatewayError.NO_SERVICE) {
                onGone.accept(this);
            } else {
                release();
            }
        });
    }

    private void release() {
        Iterator<Held> each = held.values().iterator();
        while (underway < window && each.hasNext()) {
            Held next = each.next();
            each.remove();
            StreamRecord newest = next.newest;
            long to = newest.kind() == Kind.GAP ? newest.sequence() : newest.sequence() - 1;
            if (next.from <= to) {
                append(StreamRecord.gap(newest.subject(), newest.epoch(), next.from, to, SLOW, newest.timestamp()));
            }
            if (newest.kind() == Kind.VALUE) {
                append(newest);
            }
        }
        flush();
    }
}
