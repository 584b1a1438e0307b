package io.xy.gateway.shared.pickle;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleInput.Slice;
import io.xy.gateway.shared.pickle.PickleValue.Bytes;
import io.xy.gateway.shared.pickle.PickleValue.Mapping;
import io.xy.gateway.shared.pickle.PickleValue.None;
import io.xy.gateway.shared.pickle.PickleValue.Sequence;
import io.xy.gateway.shared.pickle.PickleValue.Span;
import io.xy.gateway.shared.pickle.PickleValue.Uuid;
import io.xy.gateway.shared.pickle.PickleValue.Zone;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * Writes what was read as JSON bytes. A value that the memo repeats is counted, and paid for, each time that it is
 * written: a small pickle cannot grow into a large answer.
 */
final class PickleJson {
    private static final long SAFE_INTEGER = 1L << 53;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final PickleLimits limits;
    private byte[] out;
    private int length;
    private int nodes;

    private PickleJson(PickleLimits limits) {
        this.limits = limits;
        this.out = new byte[Math.min(256, limits.outputBytes())];
    }

    static Payload write(Object value, PickleLimits limits) throws PickleException {
        PickleJson json = new PickleJson(limits);
        json.value(value, 0);
        return Payload.of(Arrays.copyOf(json.out, json.length));
    }

    private void value(Object value, int depth) throws PickleException {
        if (++nodes > limits.nodes()) {
            throw new PickleException("the message expands to too many values");
        }
        switch (value) {
            case None none -> ascii("null");
            case Boolean flag -> ascii(flag ? "true" : "false");
            case Long number -> integer(number);
            case BigInteger number -> big(number);
            case Double number -> real(number);
            case String text -> text(text);
            case Bytes bytes -> base64(bytes.slice());
            case Sequence sequence -> array(sequence, depth + 1);
            case Mapping mapping -> object(mapping, depth + 1);
            case Span span -> seconds(span);
            case Zone zone -> text(zone.offset());
            case Uuid uuid -> text(PickleConstructor.text(uuid));
            default -> throw new PickleException("a name is used as a value");
        }
    }

    private void array(Sequence sequence, int depth) throws PickleException {
        enter(sequence.open, depth);
        sequence.open = true;
        put('[');
        for (int i = 0; i < sequence.items.size(); i++) {
            if (i > 0) {
                put(',');
            }
            value(sequence.items.get(i), depth);
        }
        put(']');
        sequence.open = false;
    }

    private void object(Mapping mapping, int depth) throws PickleException {
        enter(mapping.open, depth);
        mapping.open = true;
        put('{');
        boolean first = true;
        for (Map.Entry<String, Object> member : mapping.members.entrySet()) {
            if (!first) {
                put(',');
            }
            first = false;
            text(member.getKey());
            put(':');
            value(member.getValue(), depth);
        }
        put('}');
        mapping.open = false;
    }

    private void enter(boolean open, int depth) throws PickleException {
        if (open) {
            throw new PickleException("a value contains itself");
        }
        if (depth > limits.depth()) {
            throw new PickleException("the message is nested too deeply");
        }
    }

    private void integer(long number) throws PickleException {
        boolean safe = number >= -SAFE_INTEGER && number <= SAFE_INTEGER;
        if (safe) {
            ascii(Long.toString(number));
        } else {
            text(Long.toString(number));
        }
    }

    private void big(BigInteger number) throws PickleException {
        // A pickle may write a small number in a long form.
        if (number.bitLength() < Long.SIZE) {
            integer(number.longValue());
        } else {
            String digits = number.toString();
            if (digits.length() > limits.digits() + 1) {
                throw new PickleException("a number is too long");
            }
            text(digits);
        }
    }

    private void real(double number) throws PickleException {
        if (!Double.isFinite(number)) {
            throw new PickleException("JSON has no infinity and no NaN");
        }
        ascii(Double.toString(number));
    }

    /** A timedelta as seconds: exact, because it is written in decimal. */
    private void seconds(Span span) throws PickleException {
        long micros = span.micros();
        long seconds = span.totalSeconds();
        if (seconds < 0 && micros > 0) {
            seconds++;
            micros = 1_000_000 - micros;
            ascii(seconds == 0 ? "-0" : Long.toString(seconds));
        } else {
            ascii(Long.toString(seconds));
        }
        if (micros > 0) {
            put('.');
            ascii(Long.toString(1_000_000 + micros).substring(1));
        }
    }

    private void base64(Slice slice) throws PickleException {
        reserve(2 + (slice.length() + 2) / 3 * 4L);
        put('"');
        byte[] encoded = Base64.getEncoder().encode(slice.copy());
        System.arraycopy(encoded, 0, out, length, encoded.length);
        length += encoded.length;
        put('"');
    }

    private void text(String text) throws PickleException {
        put('"');
        int size = text.length();
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x80) {
                if (c == '"' || c == '\\') {
                    put('\\');
                }
                put(c);
            } else if (c < 0x20) {
                control(c);
            } else if (c < 0x800) {
                put(0xc0 | c >> 6);
                put(0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                put(0xe0 | c >> 12);
                put(0x80 | c >> 6 & 0x3f);
                put(0x80 | c & 0x3f);
            } else {
                int point = text.codePointAt(i++);
                put(0xf0 | point >> 18);
                put(0x80 | point >> 12 & 0x3f);
                put(0x80 | point >> 6 & 0x3f);
                put(0x80 | point & 0x3f);
            }
        }
        put('"');
    }

    private void control(char c) throws PickleException {
        switch (c) {
            case '\n' -> ascii("\\n");
            case '\r' -> ascii("\\r");
            case '\t' -> ascii("\\t");
            default -> {
                ascii("\\u00");
                put(HEX[c >> 4]);
                put(HEX[c & 0xf]);
            }
        }
    }

    private void ascii(String text) throws PickleException {
        for (int i = 0; i < text.length(); i++) {
            put(text.charAt(i));
        }
    }

    private void put(int octet) throws PickleException {
        if (length == out.length) {
            reserve(1);
        }
        out[length++] = (byte) octet;
    }

    private void reserve(long more) throws PickleException {
        if (length + more > limits.outputBytes()) {
            throw new PickleException("the message expands to too many bytes");
        }
        if (length + more > out.length) {
            long size = Math.max(out.length * 2L, length + more);
            out = Arrays.copyOf(out, (int) Math.min(size, limits.outputBytes()));
        }
    }
}
