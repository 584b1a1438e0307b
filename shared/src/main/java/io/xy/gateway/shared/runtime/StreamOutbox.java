package io.xy.gateway.shared.runtime;

import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What goes from a source to one fan-out instance: numbered batches, and no more on the way than its window. Beyond the
 * window only the newest value of each subject is kept; when credit comes, it goes out behind a gap that names what was
 * skipped. Belongs to the event loop of the source.
 *
 * <p>Holds at most one record for each subject that the source numbers; beyond a number of subjects or bytes only the gap.
 */
public final class StreamOutbox {
    private static final int MAX_RECORDS = 512;
    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_HELD = 65_536;
    private static final long MAX_HELD_BYTES = 8 << 20;
    private static final long CREDIT_MILLIS = 5_000;
    private static final String SKIPPED = "slow";

    private static final class Held {
        final long from;
        StreamRecord last;

        Held(long from, StreamRecord last) {
            this.from = from;
            this.last = last;
        }
    }

    private final Bus bus;
    private final String source;
    private final String key;
    private final int window;
    private final Runnable onGone;
    private final Map<String, Held> held = new LinkedHashMap<>();
    private List<StreamRecord> batch = new ArrayList<>();
    private long batchBytes;
    private long heldBytes;
    private long number;
    private int underway;
    private long skipped;

    /**
     * @param source its name as in {@code xy.stream.interest.<source>}
     * @param key of the consumer's address
     * @param window batches that may be on the way without credit
     * @param onGone told when nobody listens at the consumer's address
     */
    public StreamOutbox(Bus bus, String source, String key, int window, Runnable onGone) {
        this.bus = bus;
        this.source = source;
        this.key = key;
        this.window = window;
        this.onGone = onGone;
    }

    /** Values that were overtaken by newer ones while there was no credit. */
    public long skipped() {
        return skipped;
    }

    /** Adds a value or gap of one subject; goes out with {@link #flush}, or earlier when much has been added. */
    public void add(StreamRecord record) {
        if (underway >= window || !held.isEmpty()) {
            hold(record);
        } else {
            append(record);
        }
    }

    /** Sends a state of the whole source at once, credit or not: there are few of them. */
    public void state(StreamRecord record) {
        batch.add(record);
        send();
    }

    /** Sends what was added. */
    public void flush() {
        if (!batch.isEmpty()) {
            send();
        }
    }

    /** Forgets what waits for credit and belongs to an epoch that is over. */
    public void forgetHeld(Predicate<String> over) {
        held.values().removeIf(each -> over.test(each.last.epoch()));
        heldBytes = 0;
        for (Held each : held.values()) {
            heldBytes += each.last.payload().length();
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
        StreamBatch message = new StreamBatch(source, bus.node(), ++number, batch);
        batch = new ArrayList<>();
        batchBytes = 0;
        underway++;
        bus.request(Contract.STREAM_BATCH, key, message, CREDIT_MILLIS).onComplete(done -> {
            underway--;
            if (done.failed() && isNobody(done.cause())) {
                onGone.run();
            } else {
                release();
            }
        });
    }

    private static boolean isNobody(Throwable cause) {
        return GatewayException.failureOf(cause).error() == GatewayError.NO_SERVICE;
    }

    private void hold(StreamRecord record) {
        Held before = held.get(record.subject());
        if (before != null) {
            heldBytes -= before.last.payload().length();
            if (before.last.kind() == Kind.VALUE) {
                skipped++;
            }
        }
        StreamRecord kept = fits(record, before != null) ? record : withoutPayload(record);
        heldBytes += kept.payload().length();
        if (before == null || !before.last.epoch().equals(record.epoch())) {
            long from = record.kind() == Kind.GAP ? record.from() : record.sequence();
            held.put(record.subject(), new Held(from, kept));
        } else {
            before.last = kept;
        }
    }

    private boolean fits(StreamRecord record, boolean known) {
        return (known || held.size() < MAX_HELD) && heldBytes + record.payload().length() <= MAX_HELD_BYTES;
    }

    private StreamRecord withoutPayload(StreamRecord record) {
        if (record.kind() == Kind.GAP) {
            return record;
        }
        skipped++;
        return new StreamRecord(
                Kind.GAP,
                record.subject(),
                record.epoch(),
                record.sequence(),
                record.sequence(),
                record.timestamp(),
                SKIPPED,
                Payload.EMPTY);
    }

    /** Credit came: what was held goes out as far as the window allows. */
    private void release() {
        Iterator<Held> each = held.values().iterator();
        while (underway < window && each.hasNext()) {
            Held next = each.next();
            each.remove();
            heldBytes -= next.last.payload().length();
            emit(next.from, next.last);
        }
        flush();
    }

    private void emit(long from, StreamRecord last) {
        boolean value = last.kind() == Kind.VALUE;
        long to = value ? last.sequence() - 1 : last.sequence();
        if (from <= to) {
            append(StreamRecord.gap(last.subject(), last.epoch(), from, to, SKIPPED, last.timestamp()));
        }
        if (value) {
            append(last);
        }
    }
}
