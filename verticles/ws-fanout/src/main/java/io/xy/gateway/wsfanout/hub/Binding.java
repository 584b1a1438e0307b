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
    private final Expiry expiry;
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
        this.expiry = new Expiry(channel);
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

    /** Whether a plain value, which begins nothing, is all that comes next. */
    boolean isAtRest() {
        return mode() == Mode.ALL
                && !held
                && !queued
                && !waitsForTick
                && terms.maxAgeMillis() == 0
                && backlog.isAtRest()
                && expiry.isAtRest();
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

    /** The first value that the channel ever had: it waits for no tick. */
    void onFirst(Value value) {
        if (mode() == Mode.ALL) {
            deliver(value, false);
        } else {
            valueDue = true;
            enqueue();
        }
    }

    /** The tick for which the binding waited. */
    void onTick() {
        waitsForTick = false;
        if (!ended) {
            enqueue();
        }
    }

    /** Queues a value of mode {@code all}; when the queue is full, names it as missing. */
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

    /** Shows the present value once more, where nothing newer is on its way: never one behind what waits. */
    void show() {
        if (mode() == Mode.LATEST) {
            image();
        } else if (!held && !backlog.hasHole()) {
            boolean named = backlog.isKnown() && terms.maxAgeMillis() == 0;
            outbox.add(named ? new Note(channel.last().image()) : new Delivery(this, channel.last(), true, true));
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
        } else {
            expiry.end(sink);
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
        expiry.tell(sink);
        boolean fresh = backlog.bindNow(sink, bindDue);
        bindDue = false;
        if (gap != null && known) {
            gap.tell(sink, value.sequence() - 1);
        }
        if (imageDue || valueDue && !spares(value)) {
            write(value, fresh || imageDue, sink);
        } else if (valueDue) {
            expiry.skipNewest(fresh, sink);
        }
        valueDue = false;
        imageDue = false;
        if (gap != null) {
            gap.tellAfter(sink, value.sequence());
        }
    }

    void emit(Gap gap, Sink sink) {
        if (!ended) {
            expiry.tell(sink);
            backlog.emit(gap, sink);
        }
    }

    void emit(Delivery delivery, Sink sink) {
        if (ended) {
            return;
        }
        if (!delivery.initial() && spares(delivery.value())) {
            expiry.skip(delivery.value(), delivery.image(), sink);
            // Told by the mark, unless something of the channel comes before it.
            enqueue();
            return;
        }
        expiry.tell(sink);
        if (delivery.image()) {
            sink.bind(channel, delivery.value().epoch());
        }
        write(delivery.value(), delivery.image(), sink);
    }

    /** Whether the value has waited for longer than the client allows. */
    boolean spares(Value value) {
        long longest = terms.maxAgeMillis();
        return longest > 0 && channel.hub().nowMillis() - value.receivedAt() > longest;
    }

    /** The newest value lies in a gap and is too old to be shown. */
    void keepBackNewest(Sink sink) {
        expiry.tellStale(sink);
    }

    void write(Value value, boolean image, Sink sink) {
        boolean owed = expiry.takeImage();
        sink.value(this, value, image || owed);
        expiry.sent(sink);
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
