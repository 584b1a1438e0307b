package io.xy.gateway.shared.pickle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The short way for pickles of plain values (texts, numbers, flags, lists, tuples, dicts) as picklers write them: JSON is
 * written while the opcodes are read, into a buffer that the thread keeps. Whatever is unusual, malformed or beyond a limit
 * is left to {@link PickleMachine}, which knows what is allowed and says what is wrong. Belongs to one thread.
 */
final class PlainPickle {
    private static final byte[] NOTHING = new byte[0];
    private static final int KEPT_BYTES = 1 << 20;
    private static final int MEMOIZE = 0x94;
    private static final long TRUE = 0x65757274;
    private static final long FALSE = 0x65736c6166L;
    private static final long NULL = 0x6c6c756e;
    private static final VarHandle FLOAT = MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final ThreadLocal<PlainPickle> OWN = ThreadLocal.withInitial(PlainPickle::new);

    private final PlainJson out = new PlainJson();
    private final PlainStack stack = new PlainStack(out);
    private byte[] in = NOTHING;
    private int at;
    /** Entries of the memo. */
    private int most;

    private int memoSize;
    /** The texts, see {@link PlainText}. */
    private long[] memo = new long[64];

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
        byte[] json = plain.read(pickle, limits) && plain.stack.members() == 2 ? plain.second(flag) : null;
        plain.forget();
        return json;
    }

    private byte @Nullable [] second(boolean flag) {
        String start = flag ? "[true," : "[false,";
        return out.hasAt(1, start) ? out.copy(1 + start.length(), out.length() - 1) : null;
    }

    private void forget() {
        in = NOTHING;
        stack.begin(NOTHING, PickleLimits.DEFAULT);
        out.shrink(KEPT_BYTES);
        if (stack.capacity() > KEPT_BYTES >> 4) {
            OWN.remove();
        }
    }

    private boolean read(byte[] pickle, PickleLimits allowed) {
        in = pickle;
        most = allowed.nodes();
        at = 0;
        memoSize = 0;
        stack.begin(pickle, allowed);
        out.begin(allowed.outputBytes());
        return in.length <= allowed.inputBytes() && values();
    }

    /** One loop with one switch: the compiler takes into it what every value needs, and nothing is called but the rest. */
    private boolean values() {
        int end = in.length;
        while (at < end && out.hasRoom()) {
            int opcode = in[at++] & 0xff;
            boolean usual =
                    switch (opcode) {
                        case 'h' -> has(1) && recall(in[at++] & 0xff);
                        case 0x8c -> has(1) && text(in[at++] & 0xff);
                        case 'G' -> has(8) && stack.push(PlainValue.SCALAR) && out.real(float64());
                        case 'K' -> has(1) && integer(in[at++] & 0xff);
                        case 'M' -> has(2) && integer(int16());
                        case 'J' -> has(4) && integer(int32());
                        case 0x88 -> name(TRUE, 4);
                        case 0x89 -> name(FALSE, 5);
                        case 'N' -> name(NULL, 4);
                        case '(' -> stack.mark();
                        case ']' -> stack.open(PlainValue.EMPTY_LIST);
                        case '}' -> stack.open(PlainValue.EMPTY_DICT);
                        case MEMOIZE -> remember(memoSize);
                        case 'e' -> stack.appendSinceMark();
                        case 'u' -> stack.putSinceMark();
                        default -> less(opcode);
                    };
            if (!usual) {
                return opcode == '.' && at == end && stack.finish() && out.hasRoom();
            }
        }
        return false;
    }

    /** What comes less often, or from other protocols. */
    private boolean less(int opcode) {
        return switch (opcode) {
            case 0x80 -> has(1) && in[at] >= 0 && in[at++] <= 5;
            case 0x95 -> has(8) && little(8) <= in.length - at;
            case ')' -> stack.emptyTuple();
            case 'a' -> stack.append();
            case 's' -> stack.put();
            case 0x85, 0x86, 0x87 -> stack.tuple(opcode - 0x84);
            case 't' -> stack.tupleSinceMark();
            case 'q' -> has(1) && remember(in[at++] & 0xff);
            case 'r' -> has(4) && remember(int32());
            case 'j' -> has(4) && recall(int32());
            case 0x8a -> has(1) && longInteger(in[at++] & 0xff);
            case 'X' -> has(4) && text(int32());
            default -> false;
        };
    }

    private boolean name(long name, int size) {
        return stack.push(PlainValue.SCALAR) && out.name(name, size);
    }

    private boolean integer(long value) {
        return stack.push(PlainValue.SCALAR) && out.integer(value);
    }

    private boolean has(int bytes) {
        return bytes <= in.length - at;
    }

    private int int16() {
        at += 2;
        return (short) SHORT.get(in, at - 2) & 0xffff;
    }

    private int int32() {
        at += 4;
        return (int) INT.get(in, at - 4);
    }

    private double float64() {
        at += 8;
        return (double) FLOAT.get(in, at - 8);
    }

    private long little(int bytes) {
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in[at++] & 0xffL) << (8 * i);
        }
        return value;
    }

    /** Two's complement of up to eight bytes. */
    private boolean longInteger(int bytes) {
        if (bytes > 8 || !has(bytes)) {
            return false;
        }
        int unused = 64 - 8 * bytes;
        long value = bytes == 0 ? 0 : little(bytes) << unused >> unused;
        return integer(value);
    }

    private boolean text(int length) {
        if (length < 0 || !has(length)) {
            return false;
        }
        int from = at;
        at += length;
        if (!stack.text(from, length)) {
            return false;
        }
        if (at < in.length && (in[at] & 0xff) == MEMOIZE) {
            // Picklers of protocol 4 remember every text.
            at++;
            return remember(memoSize);
        }
        return true;
    }

    private boolean remember(int index) {
        if (index != memoSize || index >= most || !stack.hasValue()) {
            return false;
        }
        if (memoSize == memo.length) {
            memo = Arrays.copyOf(memo, memoSize * 2);
        }
        memo[memoSize++] = stack.text();
        return true;
    }

    /** Texts only: another value that comes twice is unusual. */
    private boolean recall(int index) {
        return index >= 0 && index < memoSize && memo[index] != PlainText.NONE && stack.text(memo[index]);
    }
}
