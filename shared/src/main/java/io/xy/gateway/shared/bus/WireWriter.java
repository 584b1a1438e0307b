package io.xy.gateway.shared.bus;

import io.vertx.core.buffer.Buffer;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes fields in the order in which {@link WireReader} reads them; numbers are big-endian, texts UTF-8. */
final class WireWriter {
    private final Buffer buffer;

    WireWriter(Buffer buffer) {
        this.buffer = buffer;
    }

    WireWriter u8(int value) {
        buffer.appendByte((byte) value);
        return this;
    }

    WireWriter i32(int value) {
        buffer.appendInt(value);
        return this;
    }

    WireWriter i64(long value) {
        buffer.appendLong(value);
        return this;
    }

    WireWriter bool(boolean value) {
        return u8(value ? 1 : 0);
    }

    WireWriter text(String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        buffer.appendInt(bytes.length).appendBytes(bytes);
        return this;
    }

    WireWriter payload(Payload value) {
        buffer.appendInt(value.length()).appendBytes(value.array());
        return this;
    }

    WireWriter word(Enum<?> value) {
        return u8(value.ordinal());
    }

    /** The time that is left, because clocks of nodes differ. */
    WireWriter deadline(Deadline value) {
        return i64(value.remainingMillis());
    }

    WireWriter failure(@Nullable Failure value) {
        if (value == null) {
            return bool(false);
        }
        // By code, not by ordinal: nodes of different versions know different errors.
        return bool(true)
                .text(value.error().code())
                .word(value.outcome())
                .text(value.detail())
                .i64(value.retryAfterMillis());
    }

    <T> WireWriter list(List<T> values, BiConsumer<WireWriter, T> each) {
        i32(values.size());
        for (T value : values) {
            each.accept(this, value);
        }
        return this;
    }
}
