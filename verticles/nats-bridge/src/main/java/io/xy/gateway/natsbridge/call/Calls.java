package io.xy.gateway.natsbridge.call;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.link.LinkResult.Answered;
import io.xy.gateway.natsbridge.link.LinkResult.Handed;
import io.xy.gateway.natsbridge.link.Outgoing;
import io.xy.gateway.natsbridge.stream.StreamSubjects;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.ServiceCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests to NATS services, one answer each. Keeps the causes apart: nobody listens (not executed), no answer in time
 * or the connection cut (unknown), refused by the service (executed). What comes after its deadline is told as late.
 *
 * <p>Belongs to the bridge's event loop.
 */
public final class Calls {
    /** Calls whose answer is still worth something after the deadline. */
    static final int MAX_LATE = 4_096;

    private static final class Pending {
        final long number;
        final ServiceCall call;
        final Promise<CallReply> promise = Promise.promise();
        long sentOn;

        Pending(long number, ServiceCall call) {
            this.number = number;
            this.call = call;
        }

        long deadline() {
            return call.deadline().nanos();
        }
    }

    private final Vertx vertx;
    private final Outlet outlet;
    private final Consumer<LateReply> onLate;
    private final int limit;
    private final Map<Long, Pending> pending = new HashMap<>();
    private final TreeSet<Pending> byDeadline = new TreeSet<>(Calls::compare);
    private final Map<Long, ServiceCall> late = new LinkedHashMap<>();
    private final Promise<Void> idle = Promise.promise();
    private boolean draining;
    private long timer = -1;
    private long timerAt;

    /**
     * @param limit most calls in flight
     * @param onLate told of answers that came after their deadline
     */
    public Calls(Vertx vertx, Outlet outlet, int limit, Consumer<LateReply> onLate) {
        this.vertx = vertx;
        this.outlet = outlet;
        this.limit = limit;
        this.onLate = onLate;
    }

    /** Calls that wait for an answer. */
    public int underway() {
        return pending.size();
    }

    /** Never fails: a failure is in the reply. */
    public Future<CallReply> onCall(ServiceCall call) {
        Failure refusal = refusal(call);
        if (refusal != null) {
            return Future.succeededFuture(CallReply.failed(refusal));
        }
        Pending next = new Pending(outlet.nextNumber(), call);
        Outgoing message = new Outgoing(
                next.number,
                outlet.incarnation(),
                call.service(),
                true,
                call.body(),
                CallHeaders.of(call),
                call.deadline());
        if (!outlet.send(message)) {
            return Future.succeededFuture(
                    CallReply.failed(GatewayError.OVERLOADED.notExecuted("Too many messages wait for NATS")));
        }
        pending.put(next.number, next);
        byDeadline.add(next);
        arm();
        return next.promise.future();
    }

    private @Nullable Failure refusal(ServiceCall call) {
        if (!StreamSubjects.isStream(call.service())) {
            return GatewayError.BAD_REQUEST.notExecuted("This is not a subject for requests");
        }
        if (!CallHeaders.usable(call)) {
            return GatewayError.BAD_REQUEST.notExecuted("A header would not be printable ASCII");
        }
        if (draining) {
            return GatewayError.DRAINING.notExecuted("The gateway stops");
        }
        if (!outlet.isConnected()) {
            return GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected");
        }
        if (call.deadline().passed()) {
            return GatewayError.TIMEOUT.notExecuted("The time was over before the request was sent");
        }
        if (pending.size() >= limit) {
            return GatewayError.OVERLOADED.notExecuted("Too many requests are in flight");
        }
        return null;
    }

    /** The link has sent the call, or says why not. */
    public void onHanded(Handed handed) {
        Failure refusal = handed.failure();
        Pending call = pending.get(handed.number());
        if (call == null) {
            ServiceCall expired = refusal == null ? null : late.remove(handed.number());
            if (expired != null && refusal != null) {
                tellLate(expired, CallReply.failed(refusal));
            }
        } else if (refusal != null) {
            finish(call, CallReply.failed(refusal));
        } else if (handed.incarnation() != outlet.incarnation()) {
            finish(call, cut());
        } else {
            call.sentOn = handed.incarnation();
        }
    }

    public void onAnswered(Answered answer) {
        Pending call = pending.get(answer.number());
        if (call != null) {
            finish(call, reply(answer));
            return;
        }
        ServiceCall expired = late.remove(answer.number());
        if (expired != null) {
            tellLate(expired, reply(answer));
        }
    }

    /** What was sent on the lost connection cannot be answered any more. */
    public void onLost() {
        List<Pending> cut = new ArrayList<>();
        for (Pending call : pending.values()) {
            if (call.sentOn > 0) {
                cut.add(call);
            }
        }
        for (Pending call : cut) {
            finish(call, cut());
        }
    }

    /** Takes nothing new; completes when every call is answered, or after the limit. */
    public Future<Void> drain(long limitMillis) {
        draining = true;
        if (pending.isEmpty()) {
            return Future.succeededFuture();
        }
        long limit = vertx.setTimer(limitMillis, id -> idle.tryComplete());
        return idle.future().onComplete(done -> vertx.cancelTimer(limit));
    }

    /** Nothing will be answered any more. */
    public void close() {
        draining = true;
        for (Pending call : List.copyOf(pending.values())) {
            finish(call, CallReply.failed(GatewayError.DRAINING.unknown("The gateway stops")));
        }
        vertx.cancelTimer(timer);
    }

    private static CallReply cut() {
        return CallReply.failed(GatewayError.UPSTREAM_DOWN.unknown("The connection to NATS was cut"));
    }

    private static CallReply reply(Answered answer) {
        if (answer.nobody()) {
            return CallReply.failed(GatewayError.NO_SERVICE.notExecuted("Nobody listens on this subject"));
        }
        if (answer.error() != null) {
            return CallReply.failed(GatewayError.SERVICE_FAILED.executed(ServiceError.text(answer)));
        }
        return CallReply.ok(answer.payload());
    }

    private void finish(Pending call, CallReply reply) {
        pending.remove(call.number);
        byDeadline.remove(call);
        call.promise.complete(reply);
        if (draining && pending.isEmpty()) {
            idle.tryComplete();
        }
    }

    private void tellLate(ServiceCall call, CallReply reply) {
        onLate.accept(new LateReply(call.requestId(), call.service(), call.idempotencyKey(), reply));
    }

    /** One timer for the earliest deadline instead of one per call. */
    private void arm() {
        Pending next = byDeadline.isEmpty() ? null : byDeadline.first();
        if (next == null || timer != -1 && timerAt - next.deadline() <= 0) {
            return;
        }
        if (timer != -1) {
            vertx.cancelTimer(timer);
        }
        timerAt = next.deadline();
        timer = vertx.setTimer(Math.max(1, new Deadline(timerAt).remainingMillis()), id -> onTimer());
    }

    private void onTimer() {
        timer = -1;
        while (!byDeadline.isEmpty() && byDeadline.first().call.deadline().passed()) {
            Pending next = byDeadline.first();
            expect(next);
            finish(next, CallReply.failed(GatewayError.TIMEOUT.unknown("No answer came in time")));
        }
        arm();
    }

    /** Remembers whose answer would still tell what became of the call. */
    private void expect(Pending call) {
        if (late.size() >= MAX_LATE) {
            late.remove(late.keySet().iterator().next());
        }
        late.put(call.number, call.call);
    }

    /** The clock may wrap, so deadlines are compared by their distance. */
    private static int compare(Pending a, Pending b) {
        long distance = a.deadline() - b.deadline();
        return distance != 0 ? Long.signum(distance) : Long.compare(a.number, b.number);
    }
}
