package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** What the breakers of the services learn from the ends of calls. Belongs to one event loop. */
final class BreakerBook {
    private final ServiceTable services;

    BreakerBook(ServiceTable services) {
        this.services = services;
    }

    boolean admits(ServiceQueue queue) {
        return queue.breaker.admits(System.nanoTime());
    }

    /** Why a call of a service that is being spared ends at once: waiting would not help it. */
    Failure refusal(ServiceQueue queue) {
        return CallFailure.CIRCUIT_OPEN.failure().after(queue.breaker.retryAfterMillis(System.nanoTime()));
    }

    void onSent(ServiceQueue queue, Call call) {
        call.probe |= queue.breaker.onSent();
        call.failureCounted = false;
    }

    /** An answer came; one that cannot be read is a failure, one that says no is none. */
    void onReply(Call call, CallReply reply) {
        Failure failure = reply.failure();
        ServiceQueue queue = services.get(call.request.service());
        if (failure != null && failure.error() == GatewayError.BAD_REPLY) {
            onFailure(call);
        } else if (queue != null) {
            queue.breaker.onAnswer(call.probe);
        }
    }

    /** One loss of a broker is one failure of a service, however many of its calls were under way. */
    void onLost(BrokerConnection connection, Collection<Attempt> pending) {
        Set<String> struck = new HashSet<>();
        for (Attempt attempt : pending) {
            Call call = attempt.call();
            if (attempt.connection() == connection && !call.replied) {
                call.failureCounted |= !struck.add(call.request.service()) && !call.probe;
                onFailure(call);
            }
        }
    }

    void onFailure(Call call) {
        ServiceQueue queue = services.get(call.request.service());
        if (queue != null && !call.failureCounted) {
            call.failureCounted = true;
            queue.breaker.onFailure(call.probe, System.nanoTime());
            call.probe = false;
        }
    }
}
