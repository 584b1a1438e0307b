package io.xy.gateway.simulator.feed;

import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One fan-out instance that is fed from here. Sends a batch per flush while fewer than {@link #WINDOW} wait for their
 * credit; beyond that drops values, and says which before anything else comes.
 */
final class Consumer {
    static final String SOURCE = "simulator";
    static final int WINDOW = 8;
    static final int MAX_PENDING = 4_096;

    private static final long CREDIT_MILLIS = 5_000;

    private record Gap(long from, long to) {}

    private final Bus bus;
    private final String node;
    private final String key;
    private final String epoch;
    private final Map<String, Gap> gaps = new LinkedHashMap<>();
    private List<StreamRecord> pending = new ArrayList<>();
    private List<String> patterns = List.of();
    private @Nullable StreamRecord live;
    private long revision = Long.MIN_VALUE;
    private long leaseEnd;
    private long batches;
    private int uncredited;

    Consumer(Bus bus, String node, String key, String epoch) {
        this.bus = bus;
        this.node = node;
        this.key = key;
        this.epoch = epoch;
    }

    void renew(Interest interest, long nowMillis) {
        leaseEnd = nowMillis + interest.leaseMillis();
        if (interest.revision() >= revision) {
            revision = interest.revision();
            patterns = interest.patterns();
        }
    }

    boolean isExpired(long nowMillis) {
        return nowMillis > leaseEnd;
    }

    boolean isOn(String name) {
        return node.equals(name);
    }

    /** The next batch begins by saying that this source speaks since then. */
    void sayLive(long nowMillis) {
        live = StreamRecord.live(nowMillis);
    }

    void offer(StreamRecord value) {
        if (!Subjects.anyContains(patterns, value.subject())) {
            return;
        }
        if (pending.size() >= MAX_PENDING) {
            flush();
        }
        if (uncredited >= WINDOW) {
            drop(value);
        } else {
            pending.add(value);
        }
    }

    void flush() {
        if (uncredited >= WINDOW || pending.isEmpty() && gaps.isEmpty() && live == null) {
            return;
        }
        List<StreamRecord> records = records();
        pending = new ArrayList<>();
        uncredited++;
        StreamBatch batch = new StreamBatch(SOURCE, bus.node(), ++batches, records);
        // A batch that is lost is seen by its number, and a consumer that is gone by its lease.
        bus.request(Contract.STREAM_BATCH, key, batch, CREDIT_MILLIS).onComplete(done -> uncredited--);
    }

    void forgetPending() {
        pending = new ArrayList<>();
        gaps.clear();
        live = null;
    }

    /** Nothing is pending while values are dropped, so gaps come before what is. */
    private List<StreamRecord> records() {
        if (gaps.isEmpty() && live == null) {
            return pending;
        }
        List<StreamRecord> records = new ArrayList<>(pending.size() + gaps.size() + 1);
        if (live != null) {
            records.add(live);
            live = null;
        }
        long now = System.currentTimeMillis();
        gaps.forEach((subject, gap) -> records.add(StreamRecord.gap(subject, epoch, gap.from, gap.to, "slow", now)));
        gaps.clear();
        records.addAll(pending);
        return records;
    }

    private void drop(StreamRecord value) {
        Gap known = gaps.get(value.subject());
        gaps.put(value.subject(), new Gap(known == null ? value.sequence() : known.from, value.sequence()));
    }
}
