package io.xy.gateway.wsfanout.hub;

/** Running totals of one hub, written on its event loop only; a sweep copies them to the meters. */
public final class Figures {
    /** Values given to a socket. */
    public long forwarded;
    /** When the oldest value of this flush was received, in milliseconds since 1970; the largest number for none. */
    public long oldestSent = Long.MAX_VALUE;
    /** Values that a newer one replaced before they were written. */
    public long conflated;
    /** Values refused because a connection's queue was full. */
    public long droppedFull;
    /** Values that waited for longer than their client allows. */
    public long droppedOld;
    /** Values refused because the hub knows as many subjects as it may, or the subject is malformed. */
    public long droppedSubject;
    /** Records built; at most one per value. */
    public long encodes;
    /** Connections that could not take their data for a second. */
    public long slow;
    /** Sequences that a source lost. */
    public long upstreamLost;

    /** The first values of a batch were given to a socket. */
    void sent(Batch batch, int count) {
        forwarded += count;
        if (count > 0) {
            oldestSent = Math.min(oldestSent, batch.get(0).receivedAt());
        }
    }

    /** A value was given to a socket. */
    public void sent(Value value) {
        forwarded++;
        oldestSent = Math.min(oldestSent, value.receivedAt());
    }
}
