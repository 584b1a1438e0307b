package io.xy.gateway.natsbridge.stream;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.shared.message.InterestAck;
import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Answers that wait until the server has the subscriptions of a revision. */
final class Acks {
    private record Waiting(long revision, Promise<InterestAck> promise) {}

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final Supplier<InterestAck> ack;

    /**
     * @param ack what to answer now
     */
    Acks(Supplier<InterestAck> ack) {
        this.ack = ack;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    Future<InterestAck> await(long revision) {
        Promise<InterestAck> promise = Promise.promise();
        waiting.add(new Waiting(revision, promise));
        return promise.future();
    }

    void settle(long reached) {
        while (!waiting.isEmpty() && waiting.element().revision <= reached) {
            waiting.remove().promise.complete(ack.get());
        }
    }
}
