package io.xy.gateway.zmqbridge.client;

import io.vertx.core.Promise;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.ServiceCall;
import java.util.ArrayList;
import java.util.List;

/** One call on its way. Answered exactly once. */
final class Call {
    enum State {
        /** In the queue of its service, or about to be. */
        WAITING,
        /** At least one copy is with a broker and no further one is planned at once. */
        SENT,
        /** Failed before it was sent; tried again in a moment. */
        BACKING_OFF,
        ANSWERED
    }

    final ServiceCall request;
    final byte[] pickle;
    final Promise<CallReply> promise;
    final List<Attempt> attempts = new ArrayList<>(1);
    State state = State.WAITING;
    int repeats;
    /** Whether its answer came and is being read. */
    boolean replied;
    /** Whether it is the one that tells the breaker if the service is well again. */
    boolean probe;
    /** Whether the breaker knows already that it failed. */
    boolean failureCounted;
    /** When a repeat is due if there is no answer, in {@link System#nanoTime()}. */
    long halfwayNanos;

    Call(ServiceCall request, byte[] pickle, Promise<CallReply> promise) {
        this.request = request;
        this.pickle = pickle;
        this.promise = promise;
    }

    boolean answered() {
        return state == State.ANSWERED;
    }

    /** Whether a copy has left: then nobody can say that it was not executed. */
    boolean sent() {
        return !attempts.isEmpty();
    }

    /** Whether it may be sent, or tried, once more. */
    boolean repeatable(int retries) {
        return !answered() && !replied && request.effect().repeatable() && repeats < retries;
    }
}
