package io.xy.gateway.simulator.desk;

import java.util.function.LongSupplier;

/**
 * The desk's time and how fast things go on. Intervals in milliseconds.
 *
 * @param source milliseconds since 1970
 * @param algorithmMillis between two steps of running algorithms
 * @param accountMillis between two reports of balances
 * @param executionMillis between two steps of an execution
 */
public record DeskClock(LongSupplier source, long algorithmMillis, long accountMillis, long executionMillis) {
    /** The pace of the desk's own mock. */
    public static final DeskClock REAL = new DeskClock(System::currentTimeMillis, 5_000, 5_000, 500);

    long now() {
        return source.getAsLong();
    }
}
