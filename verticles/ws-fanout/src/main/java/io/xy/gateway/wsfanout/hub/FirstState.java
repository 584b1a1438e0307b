package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.wsfanout.hub.Subscription.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription gets of each channel before live values: the last image, some history, or exactly what was missed
 * since the point where the client stopped.
 */
final class FirstState {
    private final Subscription subscription;
    private final Consumer<Hub.Initial> onComplete;
    private int channels;
    private int recovered;
    private int lost;
    /** Questions about the past, and the walk over the channels itself. */
    private int open = 1;

    /**
     * @param onComplete told once, when all of it is queued
     */
    FirstState(Subscription subscription, Consumer<Hub.Initial> onComplete) {
        this.subscription = subscription;
        this.onComplete = onComplete;
    }

    /** No more channels follow. */
    void end() {
        settle();
    }

    private void settle() {
        if (--open == 0) {
            onComplete.accept(new Hub.Initial(channels, recovered, lost));
        }
    }

    void begin(Channel channel) {
        begin(channel, false);
    }

    /**
     * @param newborn whether the channel's last value has been shown to nobody yet
     */
    void begin(Channel channel, boolean newborn) {
        channels++;
        Outbox outbox = subscription.outbox();
        outbox.leave();
        Binding known = outbox.binding(channel);
        if (known != null) {
            known.add(subscription);
            if (subscription.images() && !newborn) {
                known.image();
            }
            return;
        }
        Binding binding = new Binding(channel, outbox);
        outbox.bindings().put(channel, binding);
        channel.bindings().add(binding);
        binding.add(subscription);
        start(binding, channel, newborn);
        if (channel.stale() != null) {
            binding.onState();
        }
    }

    private void start(Binding binding, Channel channel, boolean newborn) {
        Point point = subscription.takePoint(channel.subject());
        if (point != null) {
            resume(binding, channel, point);
        } else if (!newborn && binding.mode() == Mode.ALL && subscription.history() > 0) {
            recent(binding, channel);
        } else if (newborn) {
            binding.onFirst(channel.last());
        } else if (subscription.images()) {
            show(binding, channel);
        }
    }

    private void resume(Binding binding, Channel channel, Point point) {
        boolean same = point.epoch().equals(channel.epoch()) && point.sequence() < channel.nextSequence();
        if (!same) {
            lost++;
            show(binding, channel);
        } else if (binding.mode() == Mode.LATEST) {
            recovered++;
            if (point.sequence() >= channel.last().sequence()) {
                binding.bindOnly();
            } else {
                show(binding, channel);
            }
        } else {
            replay(binding, channel, point);
        }
    }

    private void recent(Binding binding, Channel channel) {
        int wanted = subscription.history();
        if (wanted <= channel.kept() || !channel.isStored()) {
            queue(binding, channel, channel.recent(wanted));
            return;
        }
        recover(binding, channel, "", 0, wanted, past -> {
            List<Value> values = past == null ? new ArrayList<>() : Replay.before(channel, past);
            values.addAll(channel.recent(wanted));
            queue(binding, channel, values.subList(Math.max(0, values.size() - wanted), values.size()));
        });
    }

    private void replay(Binding binding, Channel channel, Point point) {
        binding.bindOnly();
        if (!channel.isStored() || channel.reachesBackTo(point.sequence())) {
            count(new Replay(binding, channel, point.sequence()).run(null));
            return;
        }
        recover(binding, channel, point.epoch(), point.sequence(), Recoveries.MAX_VALUES, past -> {
            if (point.epoch().equals(channel.epoch())) {
                count(new Replay(binding, channel, point.sequence()).run(past));
            } else {
                lost++;
                show(binding, channel);
            }
        });
    }

    /** What comes meanwhile is not lost: the channel keeps it, and it is replayed too. */
    private void recover(
            Binding binding,
            Channel channel,
            String epoch,
            long after,
            int values,
            Consumer<@Nullable List<StreamRecord>> then) {
        open++;
        binding.hold();
        channel.hub().recoveries().ask(channel, epoch, after, values, past -> {
            if (binding.release()) {
                then.accept(past);
            } else if (!binding.isEnded()) {
                show(binding, channel);
            }
            settle();
        });
    }

    private void count(boolean complete) {
        if (complete) {
            recovered++;
        } else {
            lost++;
        }
    }

    private static void show(Binding binding, Channel channel) {
        if (binding.mode() == Mode.ALL) {
            queue(binding, channel, channel.recent(1));
        } else {
            binding.image();
        }
    }

    /** Queues the newest values, at least one, with a name for each hole that a source left between and after them. */
    private static void queue(Binding binding, Channel channel, List<Value> values) {
        long next = values.get(0).sequence();
        for (Value value : values) {
            if (value.previous() >= next) {
                binding.missing(next, value.previous(), Gap.UPSTREAM);
            }
            binding.deliver(value, true);
            next = value.sequence() + 1;
        }
        if (channel.nextSequence() > next) {
            binding.missing(next, channel.nextSequence() - 1, Gap.UPSTREAM);
        }
    }
}
