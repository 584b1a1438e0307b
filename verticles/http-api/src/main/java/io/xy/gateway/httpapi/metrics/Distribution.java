package io.xy.gateway.httpapi.metrics;

/** A histogram that one event loop writes. The last cell is the sum of all values. */
final class Distribution {
    private final long[] bounds;
    private final Cells cells;

    /**
     * @param bounds ascending, inclusive; not changed any more
     */
    Distribution(long[] bounds) {
        this.bounds = bounds;
        this.cells = new Cells(bounds.length + 2);
    }

    void record(long value) {
        int bucket = 0;
        while (bucket < bounds.length && value > bounds[bucket]) {
            bucket++;
        }
        cells.add(bucket, 1);
        cells.add(bounds.length + 1, value);
    }

    /** Adds the counts per bucket, the one without an upper bound included; returns the sum of all values. */
    long addTo(long[] counts) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += cells.get(i);
        }
        return cells.get(bounds.length + 1);
    }
}
