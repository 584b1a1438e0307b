package io.xy.gateway.shared.pickle;

import java.util.Arrays;

/**
 * The values that a plain pickle has on its stack, as JSON text.
 *
 * <p>The text of each value begins with one spare byte, and the texts follow each other without a gap; when values become
 * members, the spare bytes become the brackets, commas and colons between them. Methods answer false for what is unusual,
 * malformed or beyond a limit. Belongs to one thread.
 */
final class PlainStack {
    static final int MARK = 0;
    static final int SCALAR = 1;
    static final int TEXT = 2;
    /** An empty container has no text yet: it may still get members. */
    static final int EMPTY_LIST = 3;

    static final int EMPTY_DICT = 4;
    private static final int LIST = 5;
    private static final int DICT = 6;
    private static final int TUPLE = 7;

    /** More of them would be moved about too often. */
    private static final int MOST_EMPTY = 32;

    /** Keys are compared one by one. */
    private static final int MOST_KEYS = 64;

    private final PlainJson out;
    private byte[] in = new byte[0];
    private PickleLimits limits = PickleLimits.DEFAULT;
    private int nodes;

    private int top;
    private int[] kinds = new int[64];
    private int[] starts = new int[64];
    private int[] depths = new int[64];
    private int[] members = new int[64];
    private int[] textFrom = new int[64];
    private int[] textLength = new int[64];

    /**
     * @param out where the texts stand
     */
    PlainStack(PlainJson out) {
        this.out = out;
    }

    void begin(byte[] pickle, PickleLimits allowed) {
        in = pickle;
        limits = allowed;
        nodes = 0;
        top = 0;
    }

    /** Whether nothing but one whole value is left; its text is finished then. */
    boolean finish() {
        return top == 1 && kinds[0] != MARK && fillEmpty(0);
    }

    /** Members of the value that is left. */
    int members() {
        return members[0];
    }

    /** Places that the stack has grown to. */
    int capacity() {
        return kinds.length;
    }

    boolean hasValue() {
        return top > 0 && kinds[top - 1] != MARK;
    }

    /** Where the text on top of the stack stands in the pickle; -1 when there is another value. */
    int textFrom() {
        return kinds[top - 1] == TEXT ? textFrom[top - 1] : -1;
    }

    int textLength() {
        return textLength[top - 1];
    }

    boolean text(int from, int length) {
        if (!push(TEXT)) {
            return false;
        }
        textFrom[top - 1] = from;
        textLength[top - 1] = length;
        return out.text(in, from, length);
    }

    boolean emptyTuple() {
        return push(SCALAR) && out.ascii("[]") && deepen(top - 1, 1);
    }

    /** The value on top goes into the list below it. */
    boolean append() {
        return top >= 2 && hasValue() && append(top - 2, top - 1);
    }

    /** The two values on top go into the dict below them. */
    boolean put() {
        return top >= 3 && hasValue() && put(top - 3, top - 2);
    }

    boolean appendSinceMark() {
        int mark = lastMark();
        return append(mark - 1, mark + 1);
    }

    boolean putSinceMark() {
        int mark = lastMark();
        return put(mark - 1, mark + 1);
    }

    boolean tuple(int count) {
        return tuple(top - count, top - count);
    }

    boolean tupleSinceMark() {
        int mark = lastMark();
        return tuple(mark + 1, mark);
    }

    boolean mark() {
        grow();
        kinds[top] = MARK;
        starts[top++] = out.length();
        return true;
    }

    boolean push(int kind) {
        if (++nodes > limits.nodes()) {
            return false;
        }
        grow();
        kinds[top] = kind;
        starts[top] = out.length();
        depths[top] = 0;
        members[top++] = 0;
        out.put(' ');
        return true;
    }

    private void grow() {
        if (top == kinds.length) {
            int size = top * 2;
            kinds = Arrays.copyOf(kinds, size);
            starts = Arrays.copyOf(starts, size);
            depths = Arrays.copyOf(depths, size);
            members = Arrays.copyOf(members, size);
            textFrom = Arrays.copyOf(textFrom, size);
            textLength = Arrays.copyOf(textLength, size);
        }
    }

    private int lastMark() {
        int mark = top - 1;
        while (mark >= 0 && kinds[mark] != MARK) {
            mark--;
        }
        return mark;
    }

    private boolean append(int list, int first) {
        if (list < 0 || kinds[list] != EMPTY_LIST && kinds[list] != LIST) {
            return false;
        }
        if (first == top) {
            top = list + 1;
            return true;
        }
        if (!fillEmpty(first)) {
            return false;
        }
        if (kinds[list] == LIST) {
            // Another batch: the bracket that ended the list becomes a comma, and the spare byte goes.
            out.set(starts[first] - 1, ',');
            out.remove(starts[first]);
            shift(first + 1, -1);
        } else {
            out.set(starts[first], '[');
        }
        int depth = depths[first];
        for (int i = first + 1; i < top; i++) {
            out.set(starts[i], ',');
            depth = Math.max(depth, depths[i]);
        }
        return end(list, top - first, depth, LIST, ']');
    }

    private boolean put(int dict, int first) {
        int count = top - first;
        if (dict < 0 || kinds[dict] != EMPTY_DICT || count % 2 != 0 || count > 2 * MOST_KEYS) {
            return false;
        }
        if (count == 0) {
            top = dict + 1;
            return true;
        }
        if (!PlainKeys.areDistinctTexts(in, kinds, textFrom, textLength, first, top) || !fillEmpty(first)) {
            return false;
        }
        int depth = 0;
        for (int i = first; i < top; i += 2) {
            out.set(starts[i], i == first ? '{' : ',');
            out.set(starts[i + 1], ':');
            depth = Math.max(depth, depths[i + 1]);
        }
        return end(dict, count, depth, DICT, '}');
    }

    /**
     * @param base where the stack is cut: the first member, or the mark before it
     */
    private boolean tuple(int first, int base) {
        if (first < 0 || base < 0) {
            return false;
        }
        int count = top - first;
        if (count == 0) {
            top = base;
            return push(SCALAR) && out.ascii("[]") && deepen(base, 1);
        }
        for (int i = first; i < top; i++) {
            if (kinds[i] == MARK) {
                return false;
            }
        }
        if (!fillEmpty(first)) {
            return false;
        }
        int start = starts[base];
        // Its own spare byte comes before those of its members.
        out.insert(start, " ");
        int depth = 0;
        for (int i = first; i < top; i++) {
            out.set(starts[i] + 1, i == first ? '[' : ',');
            depth = Math.max(depth, depths[i]);
        }
        top = base;
        if (!push(TUPLE)) {
            return false;
        }
        out.unput();
        starts[base] = start;
        members[base] = count;
        return out.put(']') && deepen(base, depth + 1);
    }

    private boolean end(int container, int count, int depth, int kind, char bracket) {
        members[container] += count;
        kinds[container] = kind;
        top = container + 1;
        return out.put(bracket) && deepen(container, depth + 1);
    }

    private boolean deepen(int container, int depth) {
        depths[container] = Math.max(depths[container], depth);
        return depths[container] <= limits.depth();
    }

    /** Writes the brackets of containers that stayed empty: from now on they are members. */
    private boolean fillEmpty(int first) {
        int filled = 0;
        for (int i = top - 1; i >= first; i--) {
            if (kinds[i] == EMPTY_LIST || kinds[i] == EMPTY_DICT) {
                if (++filled > MOST_EMPTY) {
                    return false;
                }
                out.insert(starts[i] + 1, kinds[i] == EMPTY_LIST ? "[]" : "{}");
                shift(i + 1, 2);
                kinds[i] = SCALAR;
                if (!deepen(i, 1)) {
                    return false;
                }
            }
        }
        return true;
    }

    private void shift(int first, int by) {
        for (int i = first; i < top; i++) {
            starts[i] += by;
        }
    }
}
