package io.xy.gateway.shared.pickle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The short way for pickles of plain values (texts, numbers, flags, lists, tuples, dicts) as picklers write them: JSON is
 * written while the opcodes are read, into a buffer that the thread keeps. Whatever is unusual, malformed or beyond a limit
 * is left to {@link PickleMachine}, which knows what is allowed and says what is wrong.
 *
 * <p>The text of each value on the stack begins with one spare byte, and the texts follow each other without a gap; when
 * values become members, the spare bytes become the brackets, commas and colons between them. Belongs to one thread.
 */
final class PlainPickle {
    private static final int MARK = 0;
    private static final int SCALAR = 1;
    private static final int TEXT = 2;
    /** An empty container has no text yet: it may still get members. */
    private static final int EMPTY_LIST = 3;

    private static final int EMPTY_DICT = 4;
    private static final int LIST = 5;
    private static final int DICT = 6;
    private static final int TUPLE = 7;

    /** More of them would be moved about too often. */
    private static final int MOST_EMPTY = 32;

    /** Keys are compared one by one. */
    private static final int MOST_KEYS = 64;

    private static final int KEPT_BYTES = 1 << 20;
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.BIG_ENDIAN);
    private static final ThreadLocal<PlainPickle> OWN = ThreadLocal.withInitial(PlainPickle::new);

    private final PlainJson out = new PlainJson();
    private byte[] in = new byte[0];
    private int at;
    private PickleLimits limits = PickleLimits.DEFAULT;
    private int nodes;

    private int top;
    private int[] kinds = new int[64];
    private int[] starts = new int[64];
    private int[] depths = new int[64];
    private int[] members = new int[64];
    private int[] textFrom = new int[64];
    private int[] textLength = new int[64];

    private int memoSize;
    private int[] memoFrom = new int[64];
    private int[] memoLength = new int[64];

    private PlainPickle() {}

    /** The JSON of the pickle; null when it has to be read the long way. */
    static byte @Nullable [] json(byte[] pickle, PickleLimits limits) {
        PlainPickle plain = OWN.get();
        byte[] json = plain.read(pickle, limits) ? plain.out.copy(1, plain.out.length()) : null;
        plain.forget();
        return json;
    }

    /** The JSON of an answer whose flag is the given one; null when it is another, or to be read the long way. */
    static byte @Nullable [] reply(byte[] pickle, boolean flag, PickleLimits limits) {
        PlainPickle plain = OWN.get();
        byte[] json = plain.read(pickle, limits) && plain.members[0] == 2 ? plain.second(flag) : null;
        plain.forget();
        return json;
    }

    private byte @Nullable [] second(boolean flag) {
        String start = flag ? " [true," : " [false,";
        return out.startsWith(start) ? out.copy(start.length(), out.length() - 1) : null;
    }

    private void forget() {
        in = new byte[0];
        out.shrink(KEPT_BYTES);
        if (kinds.length > KEPT_BYTES >> 4) {
            OWN.remove();
        }
    }

    private boolean read(byte[] pickle, PickleLimits allowed) {
        in = pickle;
        limits = allowed;
        at = 0;
        nodes = 0;
        top = 0;
        memoSize = 0;
        out.begin(allowed.outputBytes());
        while (at < in.length && in.length <= allowed.inputBytes()) {
            int opcode = in[at++] & 0xff;
            if (opcode == '.') {
                return at == in.length && top == 1 && kinds[0] != MARK && fillEmpty(0);
            }
            if (!step(opcode) || out.isFull()) {
                return false;
            }
        }
        return false;
    }

    private boolean step(int opcode) {
        return switch (opcode) {
            case 0x80 -> has(1) && in[at] >= 0 && in[at++] <= 5;
            case 0x95 -> has(8) && little(8) <= in.length - at;
            case '(' -> mark();
            case ']' -> push(EMPTY_LIST);
            case '}' -> push(EMPTY_DICT);
            case ')' -> push(SCALAR) && out.ascii("[]") && deepen(top - 1, 1);
            case 'a' -> top >= 2 && kinds[top - 1] != MARK && append(top - 2, top - 1);
            case 'e' -> appendSince(lastMark());
            case 's' -> top >= 3 && kinds[top - 1] != MARK && put(top - 3, top - 2);
            case 'u' -> putSince(lastMark());
            case 0x85, 0x86, 0x87 -> tuple(top - (opcode - 0x84), top - (opcode - 0x84));
            case 't' -> tupleSince(lastMark());
            case 0x94 -> remember(memoSize);
            case 'q' -> has(1) && remember(in[at++] & 0xff);
            case 'r' -> has(4) && remember((int) little(4));
            case 'h' -> has(1) && recall(in[at++] & 0xff);
            case 'j' -> has(4) && recall((int) little(4));
            default -> scalar(opcode);
        };
    }

    private boolean scalar(int opcode) {
        return switch (opcode) {
            case 'N' -> push(SCALAR) && out.ascii("null");
            case 0x88 -> push(SCALAR) && out.ascii("true");
            case 0x89 -> push(SCALAR) && out.ascii("false");
            case 'K' -> has(1) && push(SCALAR) && out.integer(in[at++] & 0xff);
            case 'M' -> has(2) && push(SCALAR) && out.integer(little(2));
            case 'J' -> has(4) && push(SCALAR) && out.integer((int) little(4));
            case 0x8a -> has(1) && longInteger(in[at++] & 0xff);
            case 'G' -> has(8) && push(SCALAR) && out.real(float64());
            case 0x8c -> has(1) && text(in[at++] & 0xff);
            case 'X' -> has(4) && text((int) little(4));
            default -> false;
        };
    }

    private boolean has(int bytes) {
        return bytes <= in.length - at;
    }

    private long little(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in[at++] & 0xffL) << (8 * i);
        }
        return value;
    }

    private double float64() {
        at += 8;
        return (double) FLOAT.get(in, at - 8);
    }

    /** Two's complement of up to eight bytes. */
    private boolean longInteger(int bytes) {
        if (bytes > 8 || !has(bytes)) {
            return false;
        }
        int unused = 64 - 8 * bytes;
        long value = bytes == 0 ? 0 : little(bytes) << unused >> unused;
        return push(SCALAR) && out.integer(value);
    }

    private boolean text(int length) {
        if (length < 0 || !has(length)) {
            return false;
        }
        int from = at;
        at += length;
        return text(from, length);
    }

    private boolean text(int from, int length) {
        if (!push(TEXT)) {
            return false;
        }
        textFrom[top - 1] = from;
        textLength[top - 1] = length;
        return out.text(in, from, length);
    }

    private boolean remember(int index) {
        if (index != memoSize || index >= limits.nodes() || top == 0 || kinds[top - 1] == MARK) {
            return false;
        }
        if (memoSize == memoFrom.length) {
            memoFrom = Arrays.copyOf(memoFrom, memoSize * 2);
            memoLength = Arrays.copyOf(memoLength, memoSize * 2);
        }
        memoFrom[memoSize] = kinds[top - 1] == TEXT ? textFrom[top - 1] : -1;
        memoLength[memoSize++] = textLength[top - 1];
        return true;
    }

    /** Texts only: another value that comes twice is unusual. */
    private boolean recall(int index) {
        return index >= 0 && index < memoSize && memoFrom[index] >= 0 && text(memoFrom[index], memoLength[index]);
    }

    private boolean mark() {
        grow();
        kinds[top] = MARK;
        starts[top++] = out.length();
        return true;
    }

    private boolean push(int kind) {
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

    private boolean appendSince(int mark) {
        return append(mark - 1, mark + 1);
    }

    private boolean putSince(int mark) {
        return put(mark - 1, mark + 1);
    }

    private boolean tupleSince(int mark) {
        return tuple(mark + 1, mark);
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
        for (int i = first + 1; i < top; i++) {
            out.set(starts[i], ',');
        }
        return end(list, first, LIST, ']');
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
        if (!hasOwnKeys(first) || !fillEmpty(first)) {
            return false;
        }
        for (int i = first; i < top; i += 2) {
            out.set(starts[i], i == first ? '{' : ',');
            out.set(starts[i + 1], ':');
        }
        return end(dict, first, DICT, '}');
    }

    /** Whether the keys are texts, each there once. */
    private boolean hasOwnKeys(int first) {
        for (int i = first; i < top; i += 2) {
            if (kinds[i] != TEXT || kinds[i + 1] == MARK) {
                return false;
            }
            for (int j = first; j < i; j += 2) {
                if (textLength[i] == textLength[j] && isSame(textFrom[i], textFrom[j], textLength[i])) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isSame(int a, int b, int length) {
        return Arrays.equals(in, a, a + length, in, b, b + length);
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
        for (int i = first; i < top; i++) {
            out.set(starts[i] + 1, i == first ? '[' : ',');
        }
        int depth = deepest(first);
        top = base;
        if (!push(TUPLE)) {
            return false;
        }
        out.unput();
        starts[base] = start;
        members[base] = count;
        return out.put(']') && deepen(base, depth + 1);
    }

    private boolean end(int container, int first, int kind, char bracket) {
        int depth = deepest(first);
        members[container] += top - first;
        kinds[container] = kind;
        top = container + 1;
        return out.put(bracket) && deepen(container, depth + 1);
    }

    private int deepest(int first) {
        int deepest = 0;
        for (int i = first; i < top; i++) {
            deepest = Math.max(deepest, depths[i]);
        }
        return deepest;
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
