package io.xy.gateway.simulator.feed;

import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamMessage;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Hands values to a NATS bridge, one at a time per subject so that their order stays. Belongs to its owner's event loop.
 *
 * <p>While one is under way the next few wait; the oldest of too many is dropped and counted, as are refused ones.
 */
final class NatsOutbox {
    static final int MAX_WAITING = 8;
    static final int MAX_SUBJECTS = 4_096;

    private static final long ACK_MILLIS = 2_000;

    private final Bus bus;
    private final Map<String, Queue<Payload>> underWay = new HashMap<>();
    private long dropped;

    NatsOutbox(Bus bus) {
        this.bus = bus;
    }

    void publish(String node, String subject, Payload payload) {
        Queue<Payload> waiting = underWay.get(subject);
        if (waiting == null) {
            if (underWay.size() >= MAX_SUBJECTS) {
                dropped++;
                return;
            }
            underWay.put(subject, new ArrayDeque<>(1));
            send(node, subject, payload);
            return;
        }
        if (waiting.size() >= MAX_WAITING) {
            waiting.remove();
            dropped++;
        }
        waiting.add(payload);
    }

    /** Forgets what waits: it goes another way from now on, or is too old. */
    void forgetWaiting() {
        underWay.values().forEach(Queue::clear);
    }

    long dropped() {
        return dropped;
    }

    private void send(String node, String subject, Payload payload) {
        bus.request(Contract.NATS_PUBLISH, node, new StreamMessage(subject, payload), ACK_MILLIS)
                .onComplete(done -> onDone(node, subject, done.succeeded() ? done.result() : null));
    }

    private void onDone(String node, String subject, @Nullable Ack ack) {
        if (ack == null || ack.failure() != null) {
            dropped++;
        }
        Queue<Payload> waiting = underWay.get(subject);
        Payload next = waiting == null ? null : waiting.poll();
        if (next == null) {
            underWay.remove(subject);
        } else {
            send(node, subject, next);
        }
    }
}
