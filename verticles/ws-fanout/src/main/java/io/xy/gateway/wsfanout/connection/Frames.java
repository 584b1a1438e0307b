package io.xy.gateway.wsfanout.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds server frames (RFC 6455, unmasked, so a frame is the same for every receiver) of batches of records. Within one
 * flush of a loop connections with the same batch get the same buffer. Belongs to one event loop.
 */
public final class Frames {
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    private static final int FIN = 0x80;

    /** A batch by identity of its records, which are built once per value. */
    private static final class Batch {
        final byte[][] records;
        private final int hash;

        Batch(byte[][] records) {
            this.records = records;
            int sum = 1;
            for (byte[] record : records) {
                sum = 31 * sum + System.identityHashCode(record);
            }
            this.hash = sum;
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public boolean equals(Object other) {
            if (!(other instanceof Batch that) || that.records.length != records.length) {
                return false;
            }
            for (int i = 0; i < records.length; i++) {
                if (records[i] != that.records[i]) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Map<Batch, ByteBuf> shared = new HashMap<>();
    private long built;
    private long builtRecords;
    private long written;

    /** Frames of records built so far; what is shared counts once. */
    public long built() {
        return built;
    }

    /** Records in those. */
    long builtRecords() {
        return builtRecords;
    }

    /** Frames of records given to sockets. */
    long written() {
        return written;
    }

    /** The frame {@code [r1,r2,…]}; the caller owns one reference. */
    ByteBuf batch(ByteBufAllocator allocator, List<byte[]> records) {
        Batch batch = new Batch(records.toArray(new byte[0][]));
        written++;
        ByteBuf known = shared.get(batch);
        if (known == null) {
            known = build(allocator, batch.records);
            shared.put(batch, known);
        }
        return known.retainedDuplicate();
    }

    /** Lets go of what the flush has shared. */
    public void endOfFlush() {
        shared.values().forEach(ByteBuf::release);
        shared.clear();
    }

    /** One frame around the bytes. */
    static ByteBuf frame(ByteBufAllocator allocator, int opcode, byte[] bytes) {
        ByteBuf frame = allocator.buffer(bytes.length + 10);
        header(frame, opcode, bytes.length);
        return frame.writeBytes(bytes);
    }

    private ByteBuf build(ByteBufAllocator allocator, byte[][] records) {
        built++;
        builtRecords += records.length;
        int length = records.length + 1;
        for (byte[] record : records) {
            length += record.length;
        }
        ByteBuf frame = allocator.buffer(length + 10);
        header(frame, TEXT, length);
        for (int i = 0; i < records.length; i++) {
            frame.writeByte(i == 0 ? '[' : ',').writeBytes(records[i]);
        }
        return frame.writeByte(']');
    }

    private static void header(ByteBuf frame, int opcode, int length) {
        frame.writeByte(FIN | opcode);
        if (length < 126) {
            frame.writeByte(length);
        } else if (length <= 0xffff) {
            frame.writeByte(126).writeShort(length);
        } else {
            frame.writeByte(127).writeLong(length);
        }
    }
}
