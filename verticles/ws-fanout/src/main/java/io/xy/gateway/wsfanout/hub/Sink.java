package io.xy.gateway.wsfanout.hub;

/**
 * How one kind of connection writes: the records of {@code xy.v1}, the raw payloads of the two-verb protocol, or the
 * envelopes of the event-bus bridge. Called by its {@link Outbox} only, between {@code isWritable} and {@code flush}.
 */
public interface Sink {
    /** Whether the transport takes more without queueing beyond its bound. */
    boolean isWritable();

    /** A finished record. */
    void record(byte[] record);

    /** The channel's number stands for its subject in this epoch from now on. */
    void bind(Channel channel, String epoch);

    /**
     * @param image whether it begins a sequence
     */
    void value(Binding binding, Value value, boolean image);

    void gap(Channel channel, long from, long to, String reason);

    /** The channel's present state, live or stale. */
    void state(Channel channel);

    void released(Channel channel);

    /** Hands everything to the transport. */
    void flush();

    /** Ends the connection soon, not at once: the hub may be in the middle of a round over its subscribers. */
    void tooSlow();
}
