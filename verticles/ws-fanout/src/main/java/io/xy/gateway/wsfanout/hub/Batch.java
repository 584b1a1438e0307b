package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values in order that several connections get alike, with what the first of them has made of it for the others. */
public final class Batch {
    private final List<Value> values = new ArrayList<>();
    private @Nullable Object frames;
    private long bytes;

    Batch() {}

    public int size() {
        return values.size();
    }

    public Value get(int index) {
        return values.get(index);
    }

    /** What is written for these values. */
    public @Nullable Object frames() {
        return frames;
    }

    public void frames(Object built) {
        frames = built;
    }

    long bytes() {
        return bytes;
    }

    void add(Value value) {
        values.add(value);
        bytes += value.cost();
    }

    void clear() {
        values.clear();
        frames = null;
        bytes = 0;
    }
}
