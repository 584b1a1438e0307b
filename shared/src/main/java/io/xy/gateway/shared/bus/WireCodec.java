package io.xy.gateway.shared.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * Passes the same reference in process; between nodes writes version, length and fields.
 *
 * <p>Decoding never throws: a decoder that throws on a reply loses the call for ever, because the bus has already
 * forgotten its timer. What cannot be read becomes a {@link ReplyException} value, which the bus hands to the caller as
 * a failure.
 *
 * @param <M> the message record
 */
final class WireCodec<M> implements MessageCodec<M, Object> {
    /** Layout of all messages of this release. A changed layout raises it and keeps golden bytes of the old one. */
    static final int VERSION = 1;

    private final String name;
    private final BiConsumer<WireWriter, M> writer;
    private final Function<WireReader, M> reader;
    private final boolean strict;

    WireCodec(String name, BiConsumer<WireWriter, M> writer, Function<WireReader, M> reader, boolean strict) {
        this.name = name;
        this.writer = writer;
        this.reader = reader;
        this.strict = strict;
    }

    @Override
    public void encodeToWire(Buffer buffer, M message) {
        int start = buffer.length();
        buffer.appendByte((byte) VERSION).appendInt(0);
        writer.accept(new WireWriter(buffer), message);
        buffer.setInt(start + 1, buffer.length() - start - 5);
    }

    @Override
    public Object decodeFromWire(int position, Buffer buffer) {
        if (buffer.length() - position < 5) {
            return unreadable("is cut short");
        }
        int version = buffer.getByte(position) & 0xff;
        if (version != VERSION) {
            return unreadable("has layout version " + version);
        }
        int length = buffer.getInt(position + 1);
        if (length < 0 || length > buffer.length() - position - 5) {
            return unreadable("has a wrong length");
        }
        WireReader fields = new WireReader(buffer, position + 5, length);
        M message = reader.apply(fields);
        return fields.broken() ? unreadable("is damaged") : message;
    }

    @Override
    public Object transform(M message) {
        if (!strict) {
            return message;
        }
        Buffer wire = Buffer.buffer();
        encodeToWire(wire, message);
        return decodeFromWire(0, wire);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }

    private ReplyException unreadable(String how) {
        return new ReplyException(ReplyFailure.ERROR, 0, "message " + name + " " + how);
    }
}
