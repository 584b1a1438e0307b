package io.xy.gateway.wsfanout.hub;

/** Sequences of one channel and epoch that will not come to one connection. Grows while nothing of the channel follows it. */
final class Gap implements Entry {
    static final String SLOW = "slow";
    static final String HISTORY = "history";
    static final String UPSTREAM = "upstream";
    static final String POLICY = "policy";

    final Binding binding;
    final String reason;
    /** Whether the client hears of the epoch here for the first time. */
    final boolean binds;

    private String epoch;
    private long from;
    private long to;
    private boolean hidesNewest;

    Gap(Binding binding, String epoch, long from, long to, String reason, boolean binds) {
        this.binding = binding;
        this.epoch = epoch;
        this.from = from;
        this.to = to;
        this.reason = reason;
        this.binds = binds;
    }

    String epoch() {
        return epoch;
    }

    long from() {
        return from;
    }

    long to() {
        return to;
    }

    /** Whether the newest value of all lies in it: it is then shown, as nothing may ever follow. */
    boolean hidesNewest() {
        return hidesNewest;
    }

    void growTo(long sequence) {
        to = Math.max(to, sequence);
    }

    /** A value did not fit and lies in here now. */
    void hide(Value value) {
        growTo(value.sequence());
        hidesNewest = true;
    }

    /** Begins anew in another epoch: what it held before was of one that the client never heard of. */
    void restart(String newEpoch, long sequence) {
        epoch = newEpoch;
        from = sequence;
        to = sequence;
        hidesNewest = false;
    }

    /** The newest value will come after all, by another way; what lies before it will not. */
    void endBefore(Value newest) {
        to = newest.previous();
        hidesNewest = false;
    }

    /** Tells of the part up to this sequence. */
    void tell(Sink sink, long upTo) {
        tell(sink, from, Math.min(upTo, to), reason);
    }

    /** Tells of the part after this sequence, which can only have been lost by a source. */
    void tellAfter(Sink sink, long sequence) {
        tell(sink, Math.max(from, sequence + 1), to, sequence >= from ? UPSTREAM : reason);
    }

    private void tell(Sink sink, long first, long last, String why) {
        if (first <= last) {
            sink.gap(binding.channel(), first, last, why);
        }
    }
}
