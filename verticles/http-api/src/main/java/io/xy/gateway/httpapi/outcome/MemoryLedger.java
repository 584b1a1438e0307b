package io.xy.gateway.httpapi.outcome;

import io.vertx.core.Future;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.shared.config.OutcomesConfig;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ledger of a node that is alone. Shared by its instances and safe on any thread. Bounded in claims and in bytes of
 * answers: a full ledger takes no further claims, and an answer for which there is no room is left out, but no claim
 * whose call may have run goes before its time.
 */
public final class MemoryLedger implements OutcomeLedger {
    /**
     * @param until when it is forgotten, on the clock of the ledger
     */
    private record Kept(Entry entry, long until) {}

    private final OutcomesConfig config;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    /** The oldest claim first, because all are kept for the same time. */
    private final Map<String, Kept> entries = new LinkedHashMap<>();

    /** Claims of calls that were not executed, which make room for others. */
    private final Set<String> idle = new LinkedHashSet<>();

    private long bytes;

    /**
     * @param clock milliseconds on a clock that only goes forward
     */
    public MemoryLedger(OutcomesConfig config, LongSupplier clock) {
        this.config = config;
        this.clock = clock;
    }

    @Override
    public Future<Claim> claim(String name, Entry entry) {
        lock.lock();
        try {
            expire();
            Kept held = entries.get(name);
            if (held != null && !mayRepeat(held.entry, entry)) {
                return Future.succeededFuture(new Claim.Held(held.entry));
            }
            remove(name);
            if (entries.size() >= config.entries() && !makeRoom()) {
                return Future.succeededFuture(new Claim.Full());
            }
            entries.put(name, new Kept(entry, clock.getAsLong() + config.keepMillis()));
            return Future.succeededFuture(new Claim.Granted());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Future<Void> settle(String name, String requestId, State state, @Nullable Answer answer) {
        lock.lock();
        try {
            Kept held = entries.get(name);
            if (held != null && held.entry.isOpen() && held.entry.requestId().equals(requestId)) {
                put(name, held, state, answer);
            }
            return Future.succeededFuture();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Future<@Nullable Entry> find(String name) {
        lock.lock();
        try {
            expire();
            Kept held = entries.get(name);
            return Future.succeededFuture(held == null ? null : held.entry);
        } finally {
            lock.unlock();
        }
    }

    /** Claims that are kept now. */
    public int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    private void put(String name, Kept held, State state, @Nullable Answer answer) {
        bytes -= weight(held.entry.answer());
        boolean fits = bytes + weight(answer) <= config.answerBytes();
        Entry settled = held.entry.settled(state, fits ? answer : null);
        bytes += weight(settled.answer());
        entries.put(name, new Kept(settled, held.until));
        if (state == State.NOT_EXECUTED) {
            idle.add(name);
        }
    }

    private static boolean mayRepeat(Entry held, Entry entry) {
        return held.state() == State.NOT_EXECUTED && held.fingerprint().equals(entry.fingerprint());
    }

    private boolean makeRoom() {
        Iterator<String> oldest = idle.iterator();
        if (!oldest.hasNext()) {
            return false;
        }
        remove(oldest.next());
        return true;
    }

    private void expire() {
        long now = clock.getAsLong();
        Iterator<Map.Entry<String, Kept>> oldest = entries.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<String, Kept> next = oldest.next();
            if (next.getValue().until - now > 0) {
                return;
            }
            bytes -= weight(next.getValue().entry.answer());
            idle.remove(next.getKey());
            oldest.remove();
        }
    }

    private void remove(String name) {
        Kept gone = entries.remove(name);
        idle.remove(name);
        if (gone != null) {
            bytes -= weight(gone.entry.answer());
        }
    }

    private static long weight(@Nullable Answer answer) {
        return answer == null ? 0 : answer.body().length();
    }
}
