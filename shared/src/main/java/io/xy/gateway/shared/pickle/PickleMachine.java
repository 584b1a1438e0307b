package io.xy.gateway.shared.pickle;

import io.xy.gateway.shared.pickle.PickleInput.Slice;
import io.xy.gateway.shared.pickle.PickleValue.Bytes;
import io.xy.gateway.shared.pickle.PickleValue.Mapping;
import io.xy.gateway.shared.pickle.PickleValue.Mark;
import io.xy.gateway.shared.pickle.PickleValue.None;
import io.xy.gateway.shared.pickle.PickleValue.Sequence;
import io.xy.gateway.shared.pickle.PickleValue.Uuid;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads one pickle, opcode by opcode; made new for each message, so that nothing leaks from one into the next.
 *
 * <p>An opcode that is not listed is refused: persistent ids, extensions, INST, OBJ, Python 2 texts, sets, buffers,
 * and what only a recursive or hand-made pickle needs (POP, DUP).
 */
final class PickleMachine {
    private final PickleInput in;
    private final PickleLimits limits;
    private final ArrayList<Object> stack = new ArrayList<>();
    private @Nullable Object[] memo = new @Nullable Object[16];
    private int memoSize;
    private int nodes;

    PickleMachine(byte[] pickle, PickleLimits limits) {
        this.in = new PickleInput(pickle);
        this.limits = limits;
    }

    /** The one value of the pickle. */
    Object run() throws PickleException {
        while (true) {
            int opcode = in.u8();
            if (opcode == '.') {
                return stop();
            }
            if (!scalar(opcode) && !container(opcode) && !memo(opcode) && !object(opcode)) {
                throw new PickleException("opcode 0x" + Integer.toHexString(opcode) + " is not allowed");
            }
        }
    }

    private Object stop() throws PickleException {
        if (stack.size() != 1 || stack.get(0) == Mark.MARK) {
            throw new PickleException("the message does not hold exactly one value");
        }
        if (in.remaining() != 0) {
            throw new PickleException("bytes follow the end of the message");
        }
        return stack.get(0);
    }

    private boolean scalar(int opcode) throws PickleException {
        switch (opcode) {
            case 'N' -> push(None.NONE);
            case 0x88 -> push(Boolean.TRUE);
            case 0x89 -> push(Boolean.FALSE);
            case 'K' -> push((long) in.u8());
            case 'M' -> push((long) in.u16());
            case 'J' -> push((long) in.i32());
            case 0x8a -> push(in.integer(in.u8(), limits.digits()));
            case 0x8b -> push(in.integer(in.u31(), limits.digits()));
            case 'G' -> push(in.float64());
            case 0x8c -> push(PickleText.utf8(in.slice(in.u8())));
            case 'X' -> push(PickleText.utf8(in.slice(in.u31())));
            case 0x8d -> push(PickleText.utf8(in.slice(in.length8())));
            case 'C' -> push(new Bytes(in.slice(in.u8())));
            case 'B' -> push(new Bytes(in.slice(in.u31())));
            case 0x8e, 0x96 -> push(new Bytes(in.slice(in.length8())));
            case 'I' -> push(textInteger(in.line(limits.digits() + 2)));
            case 'L' -> push(textLong(in.line(limits.digits() + 3)));
            case 'F' -> push(PickleText.float64(in.line(64)));
            case 'V' -> push(PickleText.escaped(in.line(in.remaining())));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean container(int opcode) throws PickleException {
        switch (opcode) {
            case '(' -> stack.add(Mark.MARK);
            case ']' -> push(Sequence.list());
            case '}' -> push(new Mapping());
            case ')' -> push(new Sequence(List.of(), true));
            case 0x85 -> push(tuple(1));
            case 0x86 -> push(tuple(2));
            case 0x87 -> push(tuple(3));
            case 't' -> push(new Sequence(sinceMark(), true));
            case 'l' -> push(new Sequence(sinceMark(), false));
            case 'd' -> {
                List<Object> pairs = sinceMark();
                Mapping mapping = new Mapping();
                put(mapping, pairs);
                push(mapping);
            }
            case 'a' -> {
                Object item = pop();
                list(peek()).add(item);
            }
            case 'e' -> {
                List<Object> items = sinceMark();
                list(peek()).addAll(items);
            }
            case 's' -> {
                Object value = pop();
                Object key = pop();
                put(mapping(peek()), List.of(key, value));
            }
            case 'u' -> {
                List<Object> pairs = sinceMark();
                put(mapping(peek()), pairs);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean memo(int opcode) throws PickleException {
        switch (opcode) {
            case 0x94 -> remember(memoSize);
            case 'q' -> remember(in.u8());
            case 'r' -> remember(in.u31());
            case 'p' -> remember(index(in.line(10)));
            case 'h' -> recall(in.u8());
            case 'j' -> recall(in.u31());
            case 'g' -> recall(index(in.line(10)));
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean object(int opcode) throws PickleException {
        switch (opcode) {
            case 0x80 -> {
                if (in.u8() > 5) {
                    throw new PickleException("the protocol is newer than 5");
                }
            }
            case 0x95 -> in.length8();
            case 'c' -> {
                String module = in.line(64).ascii();
                push(PickleName.of(module, in.line(64).ascii()));
            }
            case 0x93 -> {
                Object name = pop();
                Object module = pop();
                if (!(name instanceof String n) || !(module instanceof String m)) {
                    throw new PickleException("a name is not a text");
                }
                push(PickleName.of(m, n));
            }
            case 'R' -> {
                Object arguments = pop();
                push(PickleConstructor.reduce(pop(), arguments, limits));
            }
            case 0x81 -> {
                Object arguments = pop();
                push(PickleConstructor.create(pop(), arguments));
            }
            case 'b' -> {
                Object state = pop();
                PickleConstructor.build(peek(), state);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void push(Object value) throws PickleException {
        if (++nodes > limits.nodes()) {
            throw new PickleException("the message holds too many values");
        }
        stack.add(value);
    }

    private Object pop() throws PickleException {
        Object value = peek();
        stack.remove(stack.size() - 1);
        return value;
    }

    private Object peek() throws PickleException {
        if (stack.isEmpty() || stack.get(stack.size() - 1) == Mark.MARK) {
            throw new PickleException("a value is missing");
        }
        return stack.get(stack.size() - 1);
    }

    private List<Object> sinceMark() throws PickleException {
        int mark = stack.lastIndexOf(Mark.MARK);
        if (mark < 0) {
            throw new PickleException("a mark is missing");
        }
        List<Object> top = stack.subList(mark, stack.size());
        List<Object> items = new ArrayList<>(top.subList(1, top.size()));
        top.clear();
        return items;
    }

    private Sequence tuple(int size) throws PickleException {
        Object[] items = new Object[size];
        for (int i = size - 1; i >= 0; i--) {
            items[i] = pop();
        }
        return new Sequence(List.of(items), true);
    }

    private static List<Object> list(Object target) throws PickleException {
        if (target instanceof Sequence sequence && !sequence.tuple) {
            return sequence.items;
        }
        throw new PickleException("something is appended to what is no list");
    }

    private static Mapping mapping(Object target) throws PickleException {
        if (target instanceof Mapping mapping) {
            return mapping;
        }
        throw new PickleException("something is put into what is no dict");
    }

    private static void put(Mapping mapping, List<Object> pairs) throws PickleException {
        if (pairs.size() % 2 != 0) {
            throw new PickleException("a dict has a key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            if (mapping.members.put(key(pairs.get(i)), pairs.get(i + 1)) != null) {
                throw new PickleException("a dict has a key twice");
            }
        }
    }

    private static String key(Object key) throws PickleException {
        return switch (key) {
            case String text -> text;
            case Long number -> number.toString();
            case Boolean flag -> flag.toString();
            case BigInteger number -> number.toString();
            case None none -> "null";
            case Uuid uuid -> PickleConstructor.text(uuid);
            default -> throw new PickleException("a dict has a key that is no scalar");
        };
    }

    private void remember(int index) throws PickleException {
        if (index >= limits.nodes()) {
            throw new PickleException("the memo is too large");
        }
        if (index >= memo.length) {
            memo = Arrays.copyOf(memo, Math.max(index + 1, memo.length * 2));
        }
        if (memo[index] == null) {
            memoSize++;
        }
        memo[index] = peek();
    }

    private void recall(int index) throws PickleException {
        Object value = index < memo.length ? memo[index] : null;
        if (value == null) {
            throw new PickleException("the memo has no such entry");
        }
        push(value);
    }

    private static int index(Slice line) throws PickleException {
        return PickleText.integer(line.ascii()) instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE
                ? number.intValue()
                : Integer.MAX_VALUE;
    }

    private static Object textInteger(Slice line) throws PickleException {
        String text = line.ascii();
        return switch (text) {
            case "00" -> Boolean.FALSE;
            case "01" -> Boolean.TRUE;
            default -> PickleText.integer(text);
        };
    }

    private static Object textLong(Slice line) throws PickleException {
        String text = line.ascii();
        return PickleText.integer(text.endsWith("L") ? text.substring(0, text.length() - 1) : text);
    }
}
