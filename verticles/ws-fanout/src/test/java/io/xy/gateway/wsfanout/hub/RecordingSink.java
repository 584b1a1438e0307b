package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.protocol.Records;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A transport that takes as many records as the test allows, keeps them as text and shows them to a ledger. */
class RecordingSink implements Sink {
    private final List<String> records = new ArrayList<>();
    private final Ledger ledger;
    private int room = Integer.MAX_VALUE;
    private int flushes;
    private boolean tooSlow;

    RecordingSink(Ledger ledger) {
        this.ledger = ledger;
    }

    Ledger ledger() {
        return ledger;
    }

    List<String> records() {
        return records;
    }

    boolean isTooSlow() {
        return tooSlow;
    }

    int flushes() {
        return flushes;
    }

    /** Takes so many records more. */
    void room(int count) {
        room = count;
    }

    @Override
    public boolean isWritable() {
        return room > 0;
    }

    @Override
    public void record(byte[] record) {
        String text = new String(record, StandardCharsets.UTF_8);
        room--;
        records.add(text);
        ledger.frame('[' + text + ']');
    }

    @Override
    public void bind(Channel channel, String epoch) {
        record(channel.bindRecord(epoch));
    }

    @Override
    public void value(Binding binding, Value value, boolean image) {
        record(image ? value.image() : value.record());
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
        flushes++;
    }

    @Override
    public void tooSlow() {
        tooSlow = true;
    }
}
