package io.xy.gateway.wsfanout.connection;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.xy.gateway.wsfanout.hub.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds server frames (RFC 6455, unmasked, so a frame is the same for every receiver) of batches of records. Within one
 * flush of a loop connections with the same batch get the same buffer. Belongs to one event loop.
 */
public final class Frames {
    /** Bytes of records in one frame at most, unless one record is longer: what fits into one TLS record. */
    static final int FRAME_BYTES = 16_000;

    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    private static final int FIN = 0x80;

    /** Records by identity: they are built once per value. */
    private static final class Key {
        final byte[][] records;
        private final int hash;

        Key(byte[][] records) {
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
            if (!(other instanceof Key that) || that.records.length != records.length) {
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

    /** Its duplicates are recycled, unlike those of the allocator that sockets have. */
    private static final ByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

    /**
     * One frame of a batch.
     *
     * @param bytes owned by these frames, until the flush ends
     * @param values of the batch in it
     */
    record Part(ByteBuf bytes, int values) {}

    private final Map<Key, ByteBuf> shared = new HashMap<>();
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
    ByteBuf batch(List<byte[]> records) {
        return share(known(records.toArray(new byte[0][])));
    }

    /** The frames of a batch, in order; made for the first connection of a cohort, and the others get the same. */
    Part[] parts(Batch batch) {
        if (batch.frames() instanceof Part[] made) {
            return made;
        }
        List<Part> parts = new ArrayList<>(1);
        int from = 0;
        int length = 0;
        for (int i = 0; i < batch.size(); i++) {
            int next = batch.get(i).record().length;
            if (length + next > FRAME_BYTES && i > from) {
                parts.add(part(batch, from, i));
                from = i;
                length = 0;
            }
            length += next + 1;
        }
        parts.add(part(batch, from, batch.size()));
        Part[] made = parts.toArray(new Part[0]);
        batch.frames(made);
        return made;
    }

    /** The same frame for one more connection, which owns a reference. */
    ByteBuf share(ByteBuf frame) {
        written++;
        return frame.retainedDuplicate();
    }

    private Part part(Batch batch, int from, int to) {
        byte[][] records = new byte[to - from][];
        for (int i = from; i < to; i++) {
            records[i - from] = batch.get(i).record();
        }
        return new Part(known(records), records.length);
    }

    private ByteBuf known(byte[][] records) {
        Key key = new Key(records);
        ByteBuf known = shared.get(key);
        if (known == null) {
            known = build(records);
            shared.put(key, known);
        }
        return known;
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

    private ByteBuf build(byte[][] records) {
        built++;
        builtRecords += records.length;
        int length = records.length + 1;
        for (byte[] record : records) {
            length += record.length;
        }
        ByteBuf frame = POOL.directBuffer(length + 10);
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
