package io.xy.gateway.wsfanout.hub;

/** Sequences of one channel that will not come to one connection; grows while nothing of the channel follows it. */
final class Gap implements Entry {
    static final String SLOW = "slow";
    static final String HISTORY = "history";
    static final String UPSTREAM = "upstream";

    final Binding binding;
    final long from;
    final String reason;
    long to;

    Gap(Binding binding, long from, long to, String reason) {
        this.binding = binding;
        this.from = from;
        this.to = to;
        this.reason = reason;
    }
}
