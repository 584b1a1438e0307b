package io.xy.gateway.simulator.feed;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.security.Subjects;
import java.util.HashMap;
import java.util.Map;

/**
 * Who wants what, until the lease ends. Belongs to its owner's event loop.
 *
 * <p>Bounded in consumers and patterns; what is beyond is refused by name.
 */
final class Consumers {
    static final int MAX_CONSUMERS = 1_024;
    static final int MAX_PATTERNS = 10_000;

    private final Map<String, Consumer> consumers = new HashMap<>();
    private final Bus bus;
    private final String epoch;
    private boolean direct;

    Consumers(Bus bus, String epoch) {
        this.bus = bus;
        this.epoch = epoch;
    }

    Future<InterestAck> onInterest(Interest interest, long nowMillis) {
        if (interest.patterns().isEmpty()) {
            consumers.remove(interest.consumer());
            return acknowledged();
        }
        if (interest.patterns().size() > MAX_PATTERNS) {
            return Future.failedFuture(GatewayError.TOO_MANY_SUBSCRIPTIONS
                    .notExecuted("more than " + MAX_PATTERNS + " patterns")
                    .exception());
        }
        if (!interest.patterns().stream().allMatch(Subjects::isPattern)) {
            return Future.failedFuture(GatewayError.BAD_REQUEST
                    .notExecuted("not a subject or pattern")
                    .exception());
        }
        Consumer known = consumers.get(interest.consumer());
        if (known == null) {
            if (consumers.size() >= MAX_CONSUMERS) {
                return Future.failedFuture(GatewayError.OVERLOADED
                        .notExecuted("too many consumers")
                        .exception());
            }
            known = new Consumer(bus, interest.node(), interest.consumer(), epoch);
            consumers.put(interest.consumer(), known);
            if (direct) {
                known.sayLive(nowMillis);
            }
        }
        known.renew(interest, nowMillis);
        return acknowledged();
    }

    /** From now on these consumers are fed from here, or no longer are. */
    void feedDirectly(boolean now, long nowMillis) {
        direct = now;
        for (Consumer consumer : consumers.values()) {
            if (now) {
                consumer.sayLive(nowMillis);
            } else {
                consumer.forgetPending();
            }
        }
    }

    void offer(StreamRecord value) {
        for (Consumer consumer : consumers.values()) {
            consumer.offer(value);
        }
    }

    /** Sends what was offered since the last flush, one batch per consumer. */
    void flush() {
        consumers.values().forEach(Consumer::flush);
    }

    /** Forgets consumers whose lease has ended. */
    void sweep(long nowMillis) {
        consumers.values().removeIf(consumer -> consumer.isExpired(nowMillis));
    }

    void onNodeGone(String node) {
        consumers.values().removeIf(consumer -> consumer.isOn(node));
    }

    int size() {
        return consumers.size();
    }

    private Future<InterestAck> acknowledged() {
        return Future.succeededFuture(new InterestAck(bus.node(), epoch, true));
    }
}
