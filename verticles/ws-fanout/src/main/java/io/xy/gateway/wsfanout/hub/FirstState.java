package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.wsfanout.hub.Subscription.Point;
import java.util.List;

/**
 * What a subscription gets of each channel before live values: the last image, some history, or exactly what was missed
 * since the point where the client stopped.
 */
final class FirstState {
    private final Subscription subscription;
    private int channels;
    private int recovered;
    private int lost;

    FirstState(Subscription subscription) {
        this.subscription = subscription;
    }

    Hub.Initial result() {
        return new Hub.Initial(channels, recovered, lost);
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
        } else if (binding.mode() == Mode.ALL && subscription.history() > 0) {
            channel.recent(subscription.history()).forEach(value -> binding.deliver(value, true));
        } else if (subscription.images() || newborn) {
            show(binding, channel);
        }
    }

    private void resume(Binding binding, Channel channel, Point point) {
        boolean same = point.epoch().equals(channel.epoch())
                && point.sequence() <= channel.last().sequence();
        if (!same) {
            lost++;
            show(binding, channel);
        } else if (binding.mode() == Mode.LATEST) {
            recovered++;
            if (point.sequence() == channel.last().sequence()) {
                binding.bindOnly();
            } else {
                show(binding, channel);
            }
        } else {
            replay(binding, channel, point);
        }
    }

    private void replay(Binding binding, Channel channel, Point point) {
        List<Value> missed = channel.after(point.sequence());
        binding.bindOnly();
        long next = point.sequence() + 1;
        boolean complete = true;
        String reason = Gap.HISTORY;
        for (Value value : missed) {
            if (value.previous() >= next) {
                complete = false;
                binding.missing(next, value.previous(), reason);
            }
            binding.deliver(value, true);
            next = value.sequence() + 1;
            reason = Gap.UPSTREAM;
        }
        if (channel.nextSequence() > next) {
            complete = false;
            binding.missing(next, channel.nextSequence() - 1, Gap.UPSTREAM);
        }
        if (complete) {
            recovered++;
        } else {
            lost++;
        }
    }

    private static void show(Binding binding, Channel channel) {
        if (binding.mode() == Mode.ALL) {
            binding.deliver(channel.last(), true);
        } else {
            binding.image();
        }
    }
}
