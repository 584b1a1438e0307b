package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.message.StreamRecord;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What records of sources do to the channels that there are: values in order, holes with their names, silence. Belongs to
 * the hub's event loop.
 */
final class Intake {
    private final Map<String, Channel> channels;
    private final Figures figures;

    /**
     * @param channels by subject, the hub's own
     */
    Intake(Map<String, Channel> channels, Figures figures) {
        this.channels = channels;
        this.figures = figures;
    }

    /** Returns false for a value of a subject that has no channel yet. */
    boolean take(String source, StreamRecord record, long nowMillis) {
        Channel channel = channels.get(record.subject());
        switch (record.kind()) {
            case VALUE -> {
                if (channel == null) {
                    return false;
                }
                onValue(channel, source, record, nowMillis);
            }
            case GAP -> {
                if (channel != null) {
                    onGap(channel, record);
                }
            }
            case STALE -> {
                if (record.subject().isEmpty()) {
                    stale(source, record.reason(), record.timestamp());
                } else if (channel != null) {
                    channel.stale(record.reason(), record.timestamp());
                }
            }
            case LIVE -> {
                if (record.subject().isEmpty()) {
                    live(source);
                } else if (channel != null) {
                    channel.live();
                }
            }
        }
        return true;
    }

    void stale(String source, String reason, long since) {
        each(source, channel -> channel.stale(reason, since));
    }

    void lossy(String source) {
        each(source, Channel::suspect);
    }

    void live(String source) {
        each(source, Channel::live);
    }

    private void each(String source, Consumer<Channel> action) {
        for (Channel channel : channels.values()) {
            if (channel.source().equals(source)) {
                action.accept(channel);
            }
        }
    }

    private void onValue(Channel channel, String source, StreamRecord record, long nowMillis) {
        if (record.epoch().equals(channel.epoch())) {
            if (record.sequence() < channel.nextSequence()) {
                return;
            }
            if (record.sequence() > channel.nextSequence()) {
                onJump(channel, record.sequence());
            }
        }
        channel.heard(source, nowMillis);
        Value value = channel.take(record.epoch(), record.sequence(), record.timestamp(), record.payload());
        deliver(channel, value);
        channel.live();
    }

    private static void deliver(Channel channel, Value value) {
        List<Cohort> cohorts = channel.cohorts();
        for (int i = cohorts.size() - 1; i >= 0; i--) {
            if (!cohorts.get(i).take(value)) {
                cohorts.get(i).dissolve();
            }
        }
        List<Binding> bindings = channel.bindings();
        for (int i = 0; i < bindings.size(); i++) {
            Binding binding = bindings.get(i);
            if (!binding.outbox().isMember()) {
                binding.onValue(value);
            }
        }
    }

    /** Sources name their losses; a jump without a word means that sequences grow by more than one. */
    private void onJump(Channel channel, long sequence) {
        if (channel.isSuspect()) {
            lost(channel, channel.nextSequence(), sequence - 1);
            channel.skipTo(sequence);
        } else {
            channel.link();
        }
    }

    private void onGap(Channel channel, StreamRecord record) {
        if (record.epoch().equals(channel.epoch()) && record.sequence() >= channel.nextSequence()) {
            lost(channel, Math.max(record.from(), channel.nextSequence()), record.sequence());
            channel.skipTo(record.sequence() + 1);
        }
    }

    private void lost(Channel channel, long from, long to) {
        channel.scatter();
        figures.upstreamLost += to - from + 1;
        for (Binding binding : channel.bindings()) {
            binding.missing(from, to, Gap.UPSTREAM);
        }
    }
}
