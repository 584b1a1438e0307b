package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.wsfanout.protocol.Records;

/**
 * Keeps from one client what has waited for it longer than it allows (option {@code maxAge}), and says so: by a gap in mode
 * {@code all}, and by the state stale when the newest value itself is too old. Belongs to one {@link Binding}.
 */
final class Expiry {
    private static final String REASON = "old";

    private final Channel channel;
    /** Sequences that were kept back and not told yet; none when the first is larger. */
    private long from = 1;

    private long to;
    private boolean imageOwed;
    private boolean toldStale;

    Expiry(Channel channel) {
        this.channel = channel;
    }

    /**
     * A value is not sent, in mode {@code all}.
     *
     * @param image whether it would have begun an epoch, which is named all the same
     */
    void skip(Value value, boolean image, Sink sink) {
        if (image) {
            tell(sink);
            sink.bind(channel, value.epoch());
            imageOwed = true;
        }
        if (from > to) {
            from = image ? value.sequence() : value.previous() + 1;
        }
        to = value.sequence();
        channel.hub().figures().droppedOld++;
    }

    /** The newest value is not sent, in mode {@code latest}. */
    void skipNewest(boolean image, Sink sink) {
        imageOwed |= image;
        channel.hub().figures().droppedOld++;
        tellStale(sink);
    }

    /** Nothing more of the channel waits, as far as is known now: what was kept back last is what the client would see. */
    void end(Sink sink) {
        boolean newest = from <= to && to >= channel.last().sequence();
        tell(sink);
        if (newest) {
            tellStale(sink);
        }
    }

    /** Whether nothing is owed to the client. */
    boolean isAtRest() {
        return from > to && !imageOwed && !toldStale;
    }

    /** Names the values that were kept back, before anything of the channel that follows them. */
    void tell(Sink sink) {
        if (from <= to) {
            sink.gap(channel, from, to, Gap.POLICY);
            from = to + 1;
        }
    }

    /** Whether the value that is sent now must be an image, because its predecessor should have been. */
    boolean takeImage() {
        boolean owed = imageOwed;
        imageOwed = false;
        return owed;
    }

    /** A value was sent: the client has the present again. */
    void sent(Sink sink) {
        if (toldStale) {
            toldStale = false;
            sink.state(channel);
        }
    }

    void tellStale(Sink sink) {
        if (!toldStale) {
            toldStale = true;
            sink.record(Records.stale(channel.number(), REASON, channel.last().timestamp()));
        }
    }
}
