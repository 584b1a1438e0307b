package io.xy.gateway.wsfanout.hub;

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
    private final Terms terms = new Terms();

    private final Backlog backlog;
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
        this.backlog = new Backlog(this, channel, outbox);
    }

    public Channel channel() {
        return channel;
    }

    /** The connection's patterns that match this channel. */
    public List<Subscription> subscriptions() {
        return terms.subscriptions();
    }

    Outbox outbox() {
        return outbox;
    }

    Tier tier() {
        return terms.tier();
    }

    Mode mode() {
        return terms.mode();
    }

    boolean isEnded() {
        return ended;
    }

    void add(Subscription subscription) {
        terms.add(subscription);
        settle();
    }

    /** Returns whether nothing is left. */
    boolean remove(Subscription subscription) {
        terms.remove(subscription);
        settle();
        return terms.subscriptions().isEmpty();
    }

    /** The most demanding of the subscriptions decides. What is due in the old way keeps its place before the new. */
    void settle() {
        if (!terms.settle()) {
            return;
        }
        if (mode() == Mode.ALL) {
            queueWhatIsDue();
        } else {
            markWhatIsDue();
        }
    }

    private void queueWhatIsDue() {
        boolean due = valueDue || imageDue;
        if (bindDue && !due) {
            backlog.bind();
        }
        valueDue = false;
        imageDue = false;
        bindDue = false;
        backlog.queueWhatIsDue(due);
    }

    private void markWhatIsDue() {
        valueDue = backlog.closeGap();
        if (queued) {
            outbox.moveToEnd(this);
        } else if (valueDue) {
            enqueue();
        }
    }

    /** In mode {@code all} nothing is delivered from now on: what comes first is still being looked for. */
    void hold() {
        held = true;
    }

    /** Ends {@link #hold}; whether what was looked for is still wanted. */
    boolean release() {
        held = false;
        return !ended && mode() == Mode.ALL;
    }

    /** A new value of the channel. */
    void onValue(Value value) {
        if (mode() == Mode.ALL) {
            if (!held) {
                deliver(value, false);
            }
            return;
        }
        if (valueDue) {
            channel.hub().figures().conflated++;
        }
        valueDue = true;
        if (waitsForTick || queued) {
            return;
        }
        if (tier() == Tier.TURN) {
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
        backlog.deliver(value, initial);
    }

    /** Sequences that a source lost, in the channel's present epoch, or that the history does not have. */
    void missing(long from, long to, String reason) {
        if (!held && (backlog.isKnown() || backlog.hasHole() || valueDue || imageDue)) {
            backlog.missing(from, to, reason);
        }
    }

    /** The channel's name must be told again, because more is known of how it counts. */
    void rename() {
        backlog.rename();
    }

    void image() {
        if (mode() == Mode.LATEST) {
            imageDue = true;
            enqueue();
        }
    }

    /** Tells the number without a value, because the client has the value. */
    void bindOnly() {
        if (mode() == Mode.ALL) {
            backlog.bind();
        } else {
            bindDue = true;
            enqueue();
        }
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
            if (backlog.isKnown()) {
                sink.released(channel);
            }
            return;
        }
        if (mode() == Mode.LATEST) {
            emitNews(sink, backlog.takeGap());
        }
        if (stateDue) {
            stateDue = false;
            sink.state(channel);
        }
    }

    /** Losses stand around the value that is known, so that no sequence goes back. */
    private void emitNews(Sink sink, @Nullable Gap gap) {
        if (!bindDue && gap == null && !valueDue && !imageDue) {
            return;
        }
        Value value = channel.last();
        boolean known = backlog.isKnown();
        boolean fresh = backlog.bindNow(sink, bindDue);
        bindDue = false;
        if (gap != null && known) {
            gap.tell(sink, value.sequence() - 1);
        }
        if (valueDue || imageDue) {
            sink.value(this, value, fresh || imageDue);
            valueDue = false;
            imageDue = false;
        }
        if (gap != null) {
            gap.tellAfter(sink, value.sequence());
        }
    }

    void emit(Gap gap, Sink sink) {
        if (!ended) {
            backlog.emit(gap, sink);
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

    boolean closesWhenFull() {
        return terms.closeWhenFull();
    }

    void enqueue() {
        if (!queued) {
            queued = true;
            outbox.add(this);
        }
    }
}
