package io.xy.gateway.natsbridge.call;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.natsbridge.link.LinkResult.Handed;
import io.xy.gateway.natsbridge.link.Outgoing;
import io.xy.gateway.natsbridge.stream.StreamSubjects;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.StreamMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Publications: acknowledged when the NATS client has them. Belongs to the bridge's event loop. */
public final class Publications {
    private static final long LIMIT_MILLIS = 5_000;

    private final Outlet outlet;
    private final Map<Long, Promise<Ack>> underway = new HashMap<>();

    public Publications(Outlet outlet) {
        this.outlet = outlet;
    }

    /** Never fails: a failure is in the answer. */
    public Future<Ack> onPublish(StreamMessage message) {
        Failure refusal = refusal(message);
        if (refusal != null) {
            return Future.succeededFuture(new Ack(refusal));
        }
        long number = outlet.nextNumber();
        Outgoing outgoing = new Outgoing(
                number,
                outlet.incarnation(),
                message.subject(),
                false,
                message.payload(),
                List.of(),
                Deadline.in(LIMIT_MILLIS));
        if (!outlet.send(outgoing)) {
            return Future.succeededFuture(
                    new Ack(GatewayError.OVERLOADED.notExecuted("Too many messages wait for NATS")));
        }
        Promise<Ack> promise = Promise.promise();
        underway.put(number, promise);
        return promise.future();
    }

    /** Whether the result belonged to a publication. */
    public boolean onHanded(Handed handed) {
        Promise<Ack> promise = underway.remove(handed.number());
        if (promise == null) {
            return false;
        }
        promise.complete(handed.failure() == null ? Ack.OK : new Ack(handed.failure()));
        return true;
    }

    /** What is still on its way to the client may or may not get out. */
    public void close() {
        for (Promise<Ack> promise : List.copyOf(underway.values())) {
            promise.complete(new Ack(GatewayError.DRAINING.unknown("The gateway stops")));
        }
        underway.clear();
    }

    private @Nullable Failure refusal(StreamMessage message) {
        if (!StreamSubjects.isStream(message.subject())) {
            return GatewayError.BAD_REQUEST.notExecuted("This is not a subject for publications");
        }
        if (!outlet.isConnected()) {
            return GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected");
        }
        return null;
    }
}
