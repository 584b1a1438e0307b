package io.xy.gateway.wsfanout.hub;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Connections with the same channels in mode {@code all}, each with nothing of its own waiting: a value is queued once for
 * all of them, and what a flush makes of it is written to each. Knows plain values only. Before anything else happens to
 * a member it leaves, and what waits here goes through its own outbox as if it had always waited there.
 */
final class Cohort implements Writer {
    /** Members at most, so that they are written in one turn of the event loop. */
    static final int MOST = Flushes.SLICE;

    private final Hub hub;
    private final Set<Channel> channels;
    private final List<Outbox> members = new ArrayList<>();
    private final Outbox[] round = new Outbox[MOST];
    private final Batch batch = new Batch();
    /** How many values it had before those of the batch. */
    private long before;

    private boolean scheduled;
    private boolean writing;

    Cohort(Hub hub, Set<Channel> channels) {
        this.hub = hub;
        this.channels = channels;
    }

    Set<Channel> channels() {
        return channels;
    }

    Batch batch() {
        return batch;
    }

    boolean isFull() {
        return members.size() == MOST;
    }

    /** How many values it has had so far. */
    long values() {
        return before + batch.size();
    }

    /** The first value of the batch that is meant for one who came after so many values. */
    int firstFor(long joinedAt) {
        return (int) Math.max(0, joinedAt - before);
    }

    void add(Outbox outbox) {
        members.add(outbox);
        outbox.joined(this);
    }

    void remove(Outbox outbox) {
        members.remove(outbox);
        endIfEmpty();
    }

    /** Queues a value for all members; false when it is more than may wait for one of them. */
    boolean take(Value value) {
        Limits limits = hub.limits();
        if (batch.size() >= limits.queueMessages() || batch.bytes() + value.cost() > limits.queueBytes()) {
            return false;
        }
        batch.add(value);
        if (!scheduled) {
            scheduled = true;
            hub.schedule(this);
        }
        return true;
    }

    /** Everybody goes their own way, because something comes that is no plain value. */
    void dissolve() {
        while (!members.isEmpty()) {
            members.get(members.size() - 1).leave();
        }
    }

    @Override
    public int connections() {
        return members.size();
    }

    @Override
    public void write() {
        scheduled = false;
        writing = true;
        int count = members.size();
        members.toArray(round);
        for (int i = 0; i < count; i++) {
            write(round[i]);
        }
        before = values();
        batch.clear();
        writing = false;
        endIfEmpty();
    }

    private void write(Outbox member) {
        if (!member.isIn(this)) {
            return;
        }
        if (firstFor(member.joinedAt()) == 0) {
            member.writeShared(batch);
            return;
        }
        // Came in the middle of this batch: goes its own way once more, and is back for the next one.
        member.leave();
        member.write();
        if (member.isAtRest()) {
            add(member);
        }
    }

    private void endIfEmpty() {
        if (members.isEmpty() && !writing) {
            hub.cohorts().forget(this);
        }
    }
}
