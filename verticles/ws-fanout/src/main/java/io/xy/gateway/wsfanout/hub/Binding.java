package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has of one channel, however many of its patterns match it: a subject that several patterns match
 * is sent once. In mode {@code latest} it is also the dirty mark in the connection's queue: the value is read when it is
 * written, so a stuck connection costs no more than one mark per subject.
 */
public final class Binding implements Entry {
    private final Channel channel;
    private final Outbox outbox;
    private final List<Subscription> subscriptions = new ArrayList<>(1);
    private Mode mode = Mode.LATEST;
    private Tier tier = Tier.HZ1;

    /** The epoch that the client was told, or in mode {@code all} will have been told by what is queued. */
    private @Nullable String epoch;

    private @Nullable Gap openGap;
    private boolean queued;
    private boolean valueDue;
    private boolean imageDue;
    private boolean bindDue;
    private boolean stateDue;
    private boolean ended;
    private boolean held;
    boolean waitsForTick;

    Binding(Channel channel, Outbox outbox) {
        this.channel = channel;
        this.outbox = outbox;
    }

    public Channel channel() {
        return channel;
    }

    /** The connection's patterns that match this channel. */
    public List<Subscription> subscriptions() {
        return subscriptions;
    }

    Outbox outbox() {
        return outbox;
    }

    Tier tier() {
        return tier;
    }

    Mode mode() {
        return mode;
    }

    boolean isEnded() {
        return ended;
    }

    void add(Subscription subscription) {
        subscriptions.add(subscription);
        settle();
    }

    /** Returns whether nothing is left. */
    boolean remove(Subscription subscription) {
        subscriptions.remove(subscription);
        settle();
        return subscriptions.isEmpty();
    }

    /** The most demanding of the subscriptions decides. What is due in the old way keeps its place before the new. */
    void settle() {
        Mode before = mode;
        choose();
        if (before == mode) {
            return;
        }
        Gap gap = openGap;
        openGap = null;
        if (mode == Mode.ALL) {
            if (gap != null) {
                outbox.add(gap);
            }
            if (valueDue || imageDue) {
                valueDue = false;
                imageDue = false;
                deliver(channel.last(), true);
            }
        }
    }

    private void choose() {
        mode = Mode.LATEST;
        tier = Tier.HZ1;
        for (Subscription subscription : subscriptions) {
            if (subscription.mode() == Mode.ALL) {
                mode = Mode.ALL;
            }
            if (subscription.tier().compareTo(tier) > 0) {
                tier = subscription.tier();
            }
        }
    }

    /** In mode {@code all} nothing is delivered from now on: what comes first is still being looked for. */
    void hold() {
        held = true;
    }

    /** Ends {@link #hold}; whether what was looked for is still wanted. */
    boolean release() {
        held = false;
        return !ended && mode == Mode.ALL;
    }

    /** A new value of the channel. */
    void onValue(Value value) {
        if (mode == Mode.ALL && held) {
            return;
        }
        if (mode == Mode.ALL) {
            deliver(value, false);
            return;
        }
        if (valueDue) {
            channel.hub().figures().conflated++;
        }
        valueDue = true;
        if (waitsForTick || queued) {
            return;
        }
        if (tier == Tier.TURN) {
            enqueue();
        } else {
            waitsForTick = true;
            channel.hub().ticks().await(this);
        }
    }

    /** The tick for which the binding waited. */
    void onTick() {
        waitsForTick = false;
        if (!ended) {
            enqueue();
        }
    }

    /**
     * Queues a value of mode {@code all}; when the queue is full, names it as missing.
     *
     * @param initial part of the first state, which is bounded by the number of subjects instead of the queue
     */
    void deliver(Value value, boolean initial) {
        boolean image = !value.epoch().equals(epoch);
        if (!initial && outbox.isFullFor(value)) {
            channel.hub().figures().droppedFull++;
            if (closesWhenFull()) {
                outbox.giveUp();
            } else if (!image) {
                missing(value.sequence(), value.sequence(), Gap.SLOW);
            }
            return;
        }
        epoch = value.epoch();
        openGap = null;
        outbox.add(new Delivery(this, value, image));
    }

    /** Sequences that will not come. In mode {@code latest} only what a source lost is worth a word. */
    void missing(long from, long to, String reason) {
        if (epoch == null || held) {
            return;
        }
        Gap open = openGap;
        if (open != null) {
            open.to = to;
            return;
        }
        Gap gap = new Gap(this, from, to, reason);
        openGap = gap;
        if (mode == Mode.ALL) {
            outbox.add(gap);
        } else {
            enqueue();
        }
    }

    /** The channel's name must be told again, because more is known of how it counts. */
    void rename() {
        epoch = null;
    }

    void image() {
        if (mode == Mode.LATEST) {
            imageDue = true;
            enqueue();
        }
    }

    /** Tells the number without a value, because the client has the value. */
    void bindOnly() {
        bindDue = true;
        if (mode == Mode.ALL) {
            epoch = channel.epoch();
        }
        enqueue();
    }

    void onState() {
        stateDue = true;
        enqueue();
    }

    /** No subscription is left; the client hears that the number is free, after what is queued. */
    void end() {
        ended = true;
        valueDue = false;
        imageDue = false;
        bindDue = false;
        stateDue = false;
        enqueue();
    }

    /** The queue has come to this mark. */
    void emit(Sink sink) {
        queued = false;
        if (ended) {
            if (epoch != null) {
                sink.released(channel);
            }
            return;
        }
        Gap gap = takeGap();
        long at = channel.last().sequence();
        if (gap != null) {
            emitGap(sink, gap.from, Math.min(gap.to, at - 1), gap.reason);
        }
        if (bindDue) {
            bindDue = false;
            epoch = channel.epoch();
            sink.bind(channel, channel.epoch());
        }
        if (valueDue || imageDue) {
            emitValue(sink);
        }
        if (gap != null) {
            emitGap(sink, Math.max(gap.from, at + 1), gap.to, gap.reason);
        }
        if (stateDue) {
            stateDue = false;
            sink.state(channel);
        }
    }

    void emit(Gap gap, Sink sink) {
        if (openGap == gap) {
            openGap = null;
        }
        if (!ended) {
            sink.gap(channel, gap.from, gap.to, gap.reason);
        }
    }

    void emit(Delivery delivery, Sink sink) {
        if (ended) {
            return;
        }
        if (delivery.image()) {
            sink.bind(channel, delivery.value().epoch());
        }
        sink.value(this, delivery.value(), delivery.image());
    }

    /** What is to be said of losses in mode {@code latest}: around the value that is known, so that none goes back. */
    private @Nullable Gap takeGap() {
        if (mode != Mode.LATEST) {
            return null;
        }
        Gap gap = openGap;
        openGap = null;
        return channel.epoch().equals(epoch) ? gap : null;
    }

    private void emitGap(Sink sink, long from, long to, String reason) {
        if (from <= to) {
            sink.gap(channel, from, to, reason);
        }
    }

    private void emitValue(Sink sink) {
        Value value = channel.last();
        boolean fresh = !value.epoch().equals(epoch);
        if (fresh) {
            epoch = value.epoch();
            sink.bind(channel, value.epoch());
        }
        sink.value(this, value, fresh || imageDue);
        valueDue = false;
        imageDue = false;
    }

    private boolean closesWhenFull() {
        for (Subscription subscription : subscriptions) {
            if (subscription.closeWhenFull()) {
                return true;
            }
        }
        return false;
    }

    private void enqueue() {
        if (!queued) {
            queued = true;
            outbox.add(this);
        }
    }
}
