package io.xy.gateway.shared.pickle;

/** A value on the stack, in one number: its kind, how deep it is as a container, and where its text begins. */
final class PlainValue {
    static final int MARK = 0;
    static final int SCALAR = 1;
    static final int TEXT = 2;
    /** An empty container has no text yet: it may still get members. */
    static final int EMPTY_LIST = 3;

    static final int EMPTY_DICT = 4;

    static final int LIST = 5;
    static final int DICT = 6;
    static final int TUPLE = 7;
    static final int KIND_BITS = 3;

    private PlainValue() {}

    static int kind(long value) {
        return (int) value & (1 << KIND_BITS) - 1;
    }

    static int depth(long value) {
        return (int) value >> KIND_BITS;
    }

    static int start(long value) {
        return (int) (value >> Integer.SIZE);
    }

    static long of(int start, int depth, int kind) {
        return (long) start << Integer.SIZE | depth << KIND_BITS | kind;
    }
}
