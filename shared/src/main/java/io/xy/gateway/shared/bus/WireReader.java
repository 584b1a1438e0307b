package io.xy.gateway.shared.bus;

import io.vertx.core.buffer.Buffer;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link WireWriter} wrote. Never throws and never reads past the end: the first thing that does not fit
 * makes the reader {@link #broken()}, and every later field is a neutral value.
 */
final class WireReader {
    /** A list in a message never holds more; a larger count is damage. */
    private static final int MAX_ELEMENTS = 200_000;

    private final Buffer buffer;
    private final int end;
    private int position;
    private boolean broken;

    WireReader(Buffer buffer, int position, int length) {
        this.buffer = buffer;
        this.position = position;
        this.end = Math.min(buffer.length(), position + Math.max(0, length));
    }

    boolean broken() {
        return broken;
    }

    int position() {
        return position;
    }

    int u8() {
        return has(1) ? buffer.getByte(position++) & 0xff : 0;
    }

    int i32() {
        if (!has(4)) {
            return 0;
        }
        int value = buffer.getInt(position);
        position += 4;
        return value;
    }

    long i64() {
        if (!has(8)) {
            return 0;
        }
        long value = buffer.getLong(position);
        position += 8;
        return value;
    }

    boolean bool() {
        return u8() == 1;
    }

    String text() {
        byte[] bytes = bytes();
        return new String(bytes, StandardCharsets.UTF_8);
    }

    Payload payload() {
        return Payload.of(bytes());
    }

    <E extends Enum<E>> E word(E[] values) {
        int ordinal = u8();
        if (ordinal >= values.length) {
            broken = true;
            return values[0];
        }
        return values[ordinal];
    }

    Deadline deadline() {
        return Deadline.in(Math.max(0, i64()));
    }

    @Nullable
    Failure failure() {
        if (!bool()) {
            return null;
        }
        GatewayError error = GatewayError.of(text());
        Outcome outcome = word(Outcome.values());
        String detail = text();
        long after = i64();
        return new Failure(error == null ? GatewayError.INTERNAL : error, outcome, detail, after);
    }

    <T> List<T> list(Function<WireReader, T> each) {
        int count = i32();
        if (count < 0 || count > MAX_ELEMENTS || count > end - position) {
            broken = broken || count != 0;
            return List.of();
        }
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count && !broken; i++) {
            values.add(each.apply(this));
        }
        return values;
    }

    private byte[] bytes() {
        int length = i32();
        if (length < 0 || !has(length)) {
            broken = true;
            return new byte[0];
        }
        byte[] bytes = buffer.getBytes(position, position + length);
        position += length;
        return bytes;
    }

    private boolean has(int count) {
        if (broken || end - position < count) {
            broken = true;
            return false;
        }
        return true;
    }
}
