package io.xy.gateway.wsfanout.hub;

import org.jspecify.annotations.Nullable;

/**
 * What one connection has been told of one channel and, in mode {@code all}, what waits to be told: values in order, and
 * holes with their names. Nothing that is lost goes without a name, and the newest value is never lost.
 */
final class Backlog {
    private final Binding binding;
    private final Channel channel;
    private final Outbox outbox;

    /** The epoch that the client was told, or in mode {@code all} will have been told by what is queued. */
    private @Nullable String epoch;

    private @Nullable Gap open;

    Backlog(Binding binding, Channel channel, Outbox outbox) {
        this.binding = binding;
        this.channel = channel;
        this.outbox = outbox;
    }

    /** Whether the client has heard of the channel. */
    boolean isKnown() {
        return epoch != null;
    }

    /** Whether the client knows the present epoch, and no hole is open. */
    boolean isAtRest() {
        return open == null && channel.epoch().equals(epoch);
    }

    /** The channel's name must be told again, because more is known of how it counts. */
    void rename() {
        epoch = null;
    }

    /** Names the channel behind everything that waits. */
    void bind() {
        epoch = channel.epoch();
        outbox.ordered(channel.bindRecord(channel.epoch()));
    }

    /** Names the channel now if the client does not know its present epoch; whether it did not. */
    boolean bindNow(Sink sink, boolean anyway) {
        boolean fresh = !channel.epoch().equals(epoch);
        if (fresh || anyway) {
            epoch = channel.epoch();
            sink.bind(channel, channel.epoch());
        }
        return fresh;
    }

    /**
     * Queues a value; when the queue is full, it waits behind a gap until it is shown or another one takes its place.
     *
     * @param initial part of the first state, for which the queue is several times as long
     */
    void deliver(Value value, boolean initial) {
        if (outbox.isFullFor(value, initial)) {
            refuse(value);
            return;
        }
        if (open != null && open.hidesNewest()) {
            channel.hub().figures().droppedFull++;
        }
        boolean image = !value.epoch().equals(epoch);
        epoch = value.epoch();
        open = null;
        outbox.add(new Delivery(binding, value, image, initial));
    }

    private void refuse(Value value) {
        if (binding.closesWhenFull()) {
            channel.hub().figures().droppedFull++;
            outbox.giveUp();
            return;
        }
        Gap gap = hole(value.epoch(), value.sequence(), Gap.SLOW);
        if (gap.hidesNewest()) {
            channel.hub().figures().droppedFull++;
        }
        gap.hide(value);
    }

    /** Sequences of the channel's present epoch that will not come. */
    void missing(long from, long to, String reason) {
        hole(channel.epoch(), from, reason).growTo(to);
    }

    boolean hasHole() {
        return open != null;
    }

    /** The gap that grows in this epoch. At most one of an epoch that the client has not heard of waits in the queue. */
    private Gap hole(String inEpoch, long from, String reason) {
        Gap gap = open;
        if (gap != null && !gap.epoch().equals(inEpoch) && gap.binds) {
            gap.restart(inEpoch, from);
        }
        if (gap == null || !gap.epoch().equals(inEpoch)) {
            gap = newGap(inEpoch, from, from, reason);
            open = gap;
            if (binding.mode() == Mode.ALL) {
                outbox.add(gap);
            } else {
                binding.enqueue();
            }
        }
        return gap;
    }

    /** The gap that grew, unless it is of an epoch that is over: another epoch says enough of the one before. */
    @Nullable
    Gap takeGap() {
        Gap gap = open;
        open = null;
        return gap != null && gap.epoch().equals(channel.epoch()) ? gap : null;
    }

    /** The mode becomes {@code all}: what was due goes into the queue, losses around the value. */
    void queueWhatIsDue(boolean valueDue) {
        Gap gap = takeGap();
        Value last = channel.last();
        if (gap != null && epoch != null && gap.from() <= last.previous()) {
            outbox.add(newGap(gap.epoch(), gap.from(), Math.min(gap.to(), last.previous()), gap.reason));
        }
        if (valueDue) {
            deliver(last, true);
        }
        if (gap != null && gap.to() > last.sequence()) {
            missing(Math.max(gap.from(), last.sequence() + 1), gap.to(), gap.reason);
        }
    }

    /** The mode becomes {@code latest}: whether the newest value is still due. */
    boolean closeGap() {
        Gap gap = takeGap();
        if (gap == null || !gap.hidesNewest()) {
            return false;
        }
        Value last = channel.last();
        long to = gap.to();
        gap.endBefore(last);
        if (to > last.sequence()) {
            open = newGap(last.epoch(), last.sequence() + 1, to, Gap.UPSTREAM);
        }
        return true;
    }

    /** A gap's turn has come. */
    void emit(Gap gap, Sink sink) {
        boolean grows = open == gap;
        if (grows) {
            open = null;
        }
        if (grows && gap.hidesNewest() && !binding.spares(channel.last())) {
            Value newest = channel.last();
            boolean fresh = bindNow(sink, false);
            gap.tell(sink, newest.previous());
            binding.write(newest, fresh, sink);
            gap.tellAfter(sink, newest.sequence());
        } else {
            if (gap.binds) {
                sink.bind(channel, gap.epoch());
            }
            gap.tell(sink, Long.MAX_VALUE);
            if (grows && gap.hidesNewest()) {
                binding.keepBackNewest(sink);
            }
        }
    }

    private Gap newGap(String inEpoch, long from, long to, String reason) {
        return new Gap(binding, inEpoch, from, to, reason, !inEpoch.equals(epoch));
    }
}
