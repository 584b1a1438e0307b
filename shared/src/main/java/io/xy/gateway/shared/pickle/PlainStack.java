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
    /** More of them would be moved about too often. */
    private static final int MOST_EMPTY = 32;

    /** Keys are compared one by one. */
    private static final int MOST_KEYS = 64;

    private final PlainJson out;
    private byte[] in = new byte[0];
    private int mostDepth;
    private int nodesLeft;

    private int top;
    private int lastMark;
    private int lastEmpty;
    /** See {@link PlainValue}. */
    private long[] values = new long[64];
    /** Of a text: see {@link PlainText}. Of a mark and an empty container: the one before. Of other containers: how many members. */
    private long[] facts = new long[64];

    /**
     * @param out where the texts stand
     */
    PlainStack(PlainJson out) {
        this.out = out;
    }

    void begin(byte[] pickle, PickleLimits allowed) {
        in = pickle;
        mostDepth = allowed.depth();
        nodesLeft = allowed.nodes();
        top = 0;
        lastMark = -1;
        lastEmpty = -1;
    }

    /** Whether nothing but one whole value is left; its text is finished then. */
    boolean finish() {
        return top == 1 && lastMark < 0 && fillEmpty(0);
    }

    /** Members of the list or tuple that is left. */
    long members() {
        int kind = PlainValue.kind(values[0]);
        return kind == PlainValue.LIST || kind == PlainValue.TUPLE ? facts[0] : 0;
    }

    /** Places that the stack has grown to. */
    int capacity() {
        return values.length;
    }

    boolean hasValue() {
        return top - 1 > lastMark;
    }

    /** The text on top of the stack, see {@link PlainText}. */
    long text() {
        return PlainValue.kind(values[top - 1]) == PlainValue.TEXT ? facts[top - 1] : PlainText.NONE;
    }

    boolean text(int from, int length) {
        if (!push(PlainValue.TEXT)) {
            return false;
        }
        int start = out.length();
        boolean done = out.text(in, from, length);
        facts[top - 1] = PlainText.of(from, length, out.length() == start + length + 2);
        return done;
    }

    /** A text that came before. */
    boolean text(long text) {
        if (!push(PlainValue.TEXT)) {
            return false;
        }
        facts[top - 1] = text;
        int from = PlainText.from(text);
        int length = PlainText.length(text);
        return PlainText.isUnescaped(text) ? out.again(in, from, length) : out.text(in, from, length);
    }

    boolean emptyTuple() {
        return push(PlainValue.SCALAR) && out.ascii("[]") && deepen(top - 1, PlainValue.SCALAR, 1);
    }

    /** A container that has no members so far. */
    boolean open(int kind) {
        if (!push(kind)) {
            return false;
        }
        facts[top - 1] = lastEmpty;
        lastEmpty = top - 1;
        return true;
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
        int mark = unmark();
        return append(mark - 1, mark + 1);
    }

    boolean putSinceMark() {
        int mark = unmark();
        return put(mark - 1, mark + 1);
    }

    boolean tuple(int count) {
        return top - count > lastMark && tuple(top - count, top - count);
    }

    boolean tupleSinceMark() {
        int mark = unmark();
        return mark >= 0 && tuple(mark + 1, mark);
    }

    boolean mark() {
        grow();
        values[top] = PlainValue.of(out.length(), 0, PlainValue.MARK);
        facts[top] = lastMark;
        lastMark = top++;
        return true;
    }

    private int unmark() {
        int mark = lastMark;
        lastMark = mark < 0 ? mark : (int) facts[mark];
        return mark;
    }

    boolean push(int kind) {
        if (--nodesLeft < 0) {
            return false;
        }
        grow();
        values[top++] = PlainValue.of(out.length(), 0, kind);
        out.spare();
        return true;
    }

    private void grow() {
        if (top == values.length) {
            int size = top * 2;
            values = Arrays.copyOf(values, size);
            facts = Arrays.copyOf(facts, size);
        }
    }

    private boolean append(int list, int first) {
        int kind = list < 0 ? PlainValue.MARK : PlainValue.kind(values[list]);
        if (kind != PlainValue.EMPTY_LIST && kind != PlainValue.LIST) {
            return false;
        }
        if (first == top) {
            top = list + 1;
            return true;
        }
        if (!fillEmpty(first)) {
            return false;
        }
        int depth = 0;
        int before = 0;
        int place = PlainValue.start(values[first]);
        if (kind == PlainValue.EMPTY_LIST) {
            lastEmpty = (int) facts[list];
            out.set(place, '[');
        } else {
            // Another batch: the bracket that ended the list becomes a comma, and the spare byte goes.
            depth = PlainValue.depth(values[list]) - 1;
            before = (int) facts[list];
            out.set(place - 1, ',');
            out.remove(place);
            shift(first + 1, -1);
        }
        depth = Math.max(depth, PlainValue.depth(values[first]));
        for (int i = first + 1; i < top; i++) {
            out.set(PlainValue.start(values[i]), ',');
            depth = Math.max(depth, PlainValue.depth(values[i]));
        }
        facts[list] = before + top - first;
        return end(list, PlainValue.LIST, depth + 1, ']');
    }

    private boolean put(int dict, int first) {
        int count = top - first;
        if (dict < 0
                || PlainValue.kind(values[dict]) != PlainValue.EMPTY_DICT
                || count % 2 != 0
                || count > 2 * MOST_KEYS) {
            return false;
        }
        if (count == 0) {
            top = dict + 1;
            return true;
        }
        if (!PlainKeys.areDistinctTexts(in, values, facts, first, top) || !fillEmpty(first)) {
            return false;
        }
        lastEmpty = (int) facts[dict];
        int depth = 0;
        for (int i = first; i < top; i += 2) {
            out.set(PlainValue.start(values[i]), ',');
            out.set(PlainValue.start(values[i + 1]), ':');
            depth = Math.max(depth, PlainValue.depth(values[i + 1]));
        }
        out.set(PlainValue.start(values[first]), '{');
        return end(dict, PlainValue.DICT, depth + 1, '}');
    }

    /**
     * @param base where the stack is cut: the first member, or the mark before it
     */
    private boolean tuple(int first, int base) {
        int count = top - first;
        if (count == 0) {
            top = base;
            return emptyTuple();
        }
        if (!fillEmpty(first)) {
            return false;
        }
        int start = PlainValue.start(values[base]);
        // Its own spare byte comes before those of its members.
        out.insert(start, " ");
        int depth = 0;
        for (int i = first; i < top; i++) {
            out.set(PlainValue.start(values[i]) + 1, i == first ? '[' : ',');
            depth = Math.max(depth, PlainValue.depth(values[i]));
        }
        top = base;
        if (!push(PlainValue.TUPLE)) {
            return false;
        }
        out.unput();
        values[base] = PlainValue.of(start, 0, PlainValue.TUPLE);
        facts[base] = count;
        return end(base, PlainValue.TUPLE, depth + 1, ']');
    }

    private boolean end(int container, int kind, int depth, char bracket) {
        top = container + 1;
        out.put(bracket);
        return deepen(container, kind, depth);
    }

    private boolean deepen(int container, int kind, int depth) {
        values[container] = PlainValue.of(PlainValue.start(values[container]), depth, kind);
        return depth <= mostDepth;
    }

    /** Writes the brackets of containers that stayed empty: from now on they are members. */
    private boolean fillEmpty(int first) {
        int filled = 0;
        while (lastEmpty >= first) {
            if (++filled > MOST_EMPTY) {
                return false;
            }
            int empty = lastEmpty;
            lastEmpty = (int) facts[empty];
            out.insert(
                    PlainValue.start(values[empty]) + 1,
                    PlainValue.kind(values[empty]) == PlainValue.EMPTY_LIST ? "[]" : "{}");
            shift(empty + 1, 2);
            deepen(empty, PlainValue.SCALAR, 1);
        }
        return true;
    }

    private void shift(int first, int by) {
        for (int i = first; i < top; i++) {
            values[i] += (long) by << Integer.SIZE;
        }
    }
}
