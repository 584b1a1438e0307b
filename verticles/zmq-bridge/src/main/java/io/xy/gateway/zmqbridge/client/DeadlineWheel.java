package io.xy.gateway.zmqbridge.client;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Moments of many calls, 8 ms apart: adding, removing and looking cost the same however many there are. */
final class DeadlineWheel {
    static final long TICK_MILLIS = 8;
    private static final long TICK_NANOS = TICK_MILLIS * 1_000_000;
    private static final int SLOTS = 4_096;

    private final List<@Nullable Set<Call>> slots = new ArrayList<>(SLOTS);
    private final ToLongFunction<Call> moment;
    private long seen;
    private int size;

    /**
     * @param moment of a call, in {@link System#nanoTime()}; must not change while the call is in the wheel
     */
    DeadlineWheel(long nanos, ToLongFunction<Call> moment) {
        this.moment = moment;
        for (int i = 0; i < SLOTS; i++) {
            slots.add(null);
        }
        seen = Math.floorDiv(nanos, TICK_NANOS);
    }

    int size() {
        return size;
    }

    void add(Call call) {
        int slot = slot(tick(call));
        Set<Call> calls = slots.get(slot);
        if (calls == null) {
            calls = new HashSet<>();
            slots.set(slot, calls);
        }
        if (calls.add(call)) {
            size++;
        }
    }

    void remove(Call call) {
        Set<Call> calls = slots.get(slot(tick(call)));
        if (calls != null && calls.remove(call)) {
            size--;
        }
    }

    List<Call> all() {
        List<Call> all = new ArrayList<>(size);
        for (Set<Call> calls : slots) {
            if (calls != null) {
                all.addAll(calls);
            }
        }
        return all;
    }

    /** Gives the calls whose moment has passed, each once. */
    void advance(long nanos, Consumer<Call> passed) {
        long now = Math.floorDiv(nanos, TICK_NANOS);
        long from = Math.max(seen, now - SLOTS);
        seen = now;
        for (long tick = from; tick < now && size > 0; tick++) {
            Set<Call> calls = slots.get(slot(tick));
            if (calls == null || calls.isEmpty()) {
                continue;
            }
            for (Call call : List.copyOf(calls)) {
                // A moment further away than one turn of the wheel stays for the next turn.
                if (moment.applyAsLong(call) - nanos <= 0) {
                    calls.remove(call);
                    size--;
                    passed.accept(call);
                }
            }
        }
    }

    private long tick(Call call) {
        return Math.floorDiv(moment.applyAsLong(call), TICK_NANOS);
    }

    private static int slot(long tick) {
        return (int) Math.floorMod(tick, SLOTS);
    }
}
