package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends one client of one channel everything behind the sequence that it has, in order, and names what is gone. */
final class Replay {
    private final Binding binding;
    private final Channel channel;
    private long next;
    private boolean complete = true;

    /**
     * @param has the last sequence that the client has
     */
    Replay(Binding binding, Channel channel, long has) {
        this.binding = binding;
        this.channel = channel;
        this.next = has + 1;
    }

    /**
     * Sends values from the past, then those that the channel keeps.
     *
     * @param past values and gaps up to what the channel keeps at least; null when nothing is known
     * @return whether nothing is missing
     */
    boolean run(@Nullable List<StreamRecord> past) {
        List<Value> kept = channel.after(next - 1);
        if (past != null) {
            long end = kept.isEmpty() ? channel.nextSequence() : kept.get(0).sequence();
            past.forEach(record -> old(record, end));
        }
        String reason = Gap.HISTORY;
        boolean known = past != null;
        for (Value value : kept) {
            if (!known && value.previous() >= next) {
                missing(value.previous(), reason);
            }
            binding.deliver(known ? value.behind(next - 1) : value, true);
            next = value.sequence() + 1;
            reason = Gap.UPSTREAM;
            known = false;
        }
        if (channel.nextSequence() > next) {
            missing(channel.nextSequence() - 1, Gap.UPSTREAM);
        }
        return complete;
    }

    /** Stored values as values of the channel that come before those that it keeps. */
    static List<Value> before(Channel channel, List<StreamRecord> past) {
        List<Value> kept = channel.after(0);
        long end = kept.isEmpty() ? channel.nextSequence() : kept.get(0).sequence();
        List<Value> values = new ArrayList<>();
        for (StreamRecord record : past) {
            boolean fits = record.kind() == Kind.VALUE && record.epoch().equals(channel.epoch());
            if (fits && record.sequence() < end) {
                long previous =
                        values.isEmpty() ? 0 : values.get(values.size() - 1).sequence();
                values.add(channel.stored(record, previous));
            }
        }
        return values;
    }

    private void old(StreamRecord record, long end) {
        if (record.sequence() < next || !record.epoch().equals(channel.epoch())) {
            return;
        }
        if (record.kind() == Kind.GAP) {
            missing(Math.min(record.sequence(), end - 1), Gap.HISTORY);
        } else if (record.sequence() < end) {
            binding.deliver(channel.stored(record, next - 1), true);
            next = record.sequence() + 1;
        }
    }

    private void missing(long to, String reason) {
        if (to >= next) {
            complete = false;
            binding.missing(next, to, reason);
            next = to + 1;
        }
    }
}
