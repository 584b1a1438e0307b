package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.wsfanout.oracle.Ledger;

/** A transport whose values are everybody's, as that of {@code xy.v1}; its connection may join cohorts. */
final class SharingRecordingSink extends RecordingSink implements SharingSink {
    private int shared;

    SharingRecordingSink(Ledger ledger) {
        super(ledger);
    }

    /** Values that came by way of a cohort. */
    int shared() {
        return shared;
    }

    @Override
    public int values(Batch batch) {
        int taken = 0;
        while (taken < batch.size() && isWritable()) {
            record(batch.get(taken++).record());
        }
        shared += taken;
        return taken;
    }
}
