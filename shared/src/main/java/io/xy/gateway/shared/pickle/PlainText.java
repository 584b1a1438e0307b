package io.xy.gateway.shared.pickle;

/** Where a text stands in a pickle, in one number: its beginning, its length, and whether JSON needs no escapes for it. */
final class PlainText {
    /** In place of another value. */
    static final long NONE = -1;

    private static final long UNESCAPED = Long.MIN_VALUE;

    private PlainText() {}

    static long of(int from, int length, boolean unescaped) {
        return (long) length << Integer.SIZE | from | (unescaped ? UNESCAPED : 0);
    }

    static int from(long text) {
        return (int) text;
    }

    static int length(long text) {
        return (int) (text >>> Integer.SIZE) & Integer.MAX_VALUE;
    }

    static boolean isUnescaped(long text) {
        return text < 0;
    }
}
