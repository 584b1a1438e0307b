package io.xy.gateway.httpapi.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Numbers that one event loop writes and anybody may read: no locked instruction on the way of a request, no torn or
 * forgotten value in a scrape.
 */
final class Cells {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values;

    Cells(int size) {
        values = new long[size];
    }

    void add(int index, long amount) {
        CELL.setOpaque(values, index, values[index] + amount);
    }

    /** Safe on any thread. */
    long get(int index) {
        return (long) CELL.getOpaque(values, index);
    }

    int size() {
        return values.length;
    }
}
