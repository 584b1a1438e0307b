package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.wsfanout.hub.Batch;
import io.xy.gateway.wsfanout.hub.Binding;
import io.xy.gateway.wsfanout.hub.Channel;
import io.xy.gateway.wsfanout.hub.Figures;
import io.xy.gateway.wsfanout.hub.SharingSink;
import io.xy.gateway.wsfanout.hub.Value;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.ArrayList;
import java.util.List;

/** Writes records of {@code xy.v1}, as many per frame as fit into one TLS record. */
final class XySink implements SharingSink {
    private final Wire wire;
    private final Figures figures;
    private final Runnable onTooSlow;
    private final List<byte[]> records = new ArrayList<>();
    private int bytes;
    private long writtenAt;

    XySink(Wire wire, Figures figures, Runnable onTooSlow) {
        this.wire = wire;
        this.figures = figures;
        this.onTooSlow = onTooSlow;
    }

    /** When something was last written, in milliseconds since 1970. */
    long writtenAt() {
        return writtenAt;
    }

    @Override
    public boolean isWritable() {
        return wire.isWritable();
    }

    @Override
    public void record(byte[] record) {
        if (bytes + record.length > Frames.FRAME_BYTES) {
            endFrame();
        }
        records.add(record);
        bytes += record.length + 1;
    }

    @Override
    public void bind(Channel channel, String epoch) {
        record(channel.bindRecord(epoch));
    }

    @Override
    public void value(Binding binding, Value value, boolean image) {
        figures.sent(value);
        record(image ? value.image() : value.record());
    }

    @Override
    public int values(Batch batch) {
        int taken = wire.writeShared(batch);
        writtenAt = System.currentTimeMillis();
        return taken;
    }

    @Override
    public void gap(Channel channel, long from, long to, String reason) {
        record(Records.gap(channel.number(), from, to, reason));
    }

    @Override
    public void state(Channel channel) {
        record(channel.stateRecord());
    }

    @Override
    public void released(Channel channel) {
        record(Records.released(channel.number()));
    }

    @Override
    public void flush() {
        endFrame();
        wire.flush();
    }

    @Override
    public void tooSlow() {
        onTooSlow.run();
    }

    private void endFrame() {
        if (!records.isEmpty()) {
            wire.writeBatch(records);
            records.clear();
            bytes = 0;
            writtenAt = System.currentTimeMillis();
        }
    }
}
