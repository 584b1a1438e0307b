package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.zmqbridge.client.Call.State;
import io.xy.gateway.zmqbridge.zmtp.Dealers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every call from its arrival to its one answer: queued, sent, matched with its reply, repeated, given up. Belongs to
 * one event loop and outlives the connections, which come and go beneath it.
 */
final class CallDesk {
    private final ClientSettings settings;
    private final Outbox outbox;
    private final Tally tally;
    private final Dispatch dispatch;
    private final ReplyReading reading;
    private final DeadlineWheel deadlines =
            new DeadlineWheel(System.nanoTime(), call -> call.request.deadline().nanos());
    private final Repeats repeats = new Repeats();
    private final LateAnswers lateAnswers;
    private final ServiceTable services;
    private final BreakerBook breakers;
    private final Inbound inbound;

    CallDesk(
            ClientSettings settings,
            Dealers dealers,
            Outbox outbox,
            Tally tally,
            RequestIds ids,
            ReplyReading reading) {
        this.settings = settings;
        this.outbox = outbox;
        this.tally = tally;
        this.dispatch = new Dispatch(ids, tally, new Lanes(dealers, this::onLaneMessage, this::pump));
        this.reading = reading;
        this.lateAnswers = new LateAnswers(reading, outbox, tally);
        this.services = new ServiceTable(settings, outbox::changed);
        this.breakers = new BreakerBook(services);
        this.inbound = new Inbound(dispatch, services, lateAnswers, tally, this::complete, this::pump);
    }

    Iterable<String> services() {
        return services.names();
    }

    /** Where messages of brokers go. */
    Inbound inbound() {
        return inbound;
    }

    int pending() {
        return dispatch.size();
    }

    int queued() {
        return services.queued();
    }

    Map<String, Integer> breakers() {
        return services.breakers();
    }

    /** Whether every call has had its answer. */
    boolean idle() {
        return deadlines.size() == 0;
    }

    /** Which brokers get the calls from now on, the preferred one first. */
    void use(List<BrokerConnection> connections) {
        dispatch.use(connections);
    }

    private void onLaneMessage(Lane lane, List<byte[]> frames) {
        inbound.onLaneMessage(lane, frames);
    }

    void accept(Call call) {
        tally.calls++;
        if (call.request.deadline().passed()) {
            answer(call, CallFailure.TOO_LATE.failure());
            return;
        }
        deadlines.add(call);
        place(call);
    }

    /** Puts a call into its queue, or ends it when it cannot be there. */
    private void place(Call call) {
        if (call.replied) {
            return;
        }
        if (dispatch.reachable().isEmpty()) {
            giveUp(call, CallFailure.NO_BROKER.failure());
            return;
        }
        ServiceQueue queue = services.open(call.request.service());
        if (queue != null && !breakers.admits(queue)) {
            spare(queue, call);
            return;
        }
        if (queue == null || queue.waiting.size() >= settings.queue() + queue.free()) {
            giveUp(call, CallFailure.QUEUE_FULL.failure());
            return;
        }
        call.state = State.WAITING;
        queue.waiting.add(call);
        pump(queue);
    }

    /** Sends what may be sent now. */
    private void pump(ServiceQueue queue) {
        boolean going = true;
        while (going && !queue.waiting.isEmpty() && queue.inFlight < queue.concurrency) {
            if (!breakers.admits(queue)) {
                List.copyOf(queue.waiting).forEach(call -> spare(queue, call));
                return;
            }
            going = sendWhereServed(queue);
        }
    }

    /** Sends the first call to the first broker that has the service: one that comes back has no workers yet. */
    private boolean sendWhereServed(ServiceQueue queue) {
        List<BrokerConnection> brokers = dispatch.reachable();
        for (BrokerConnection broker : brokers) {
            Presence presence = broker.presence(queue.name, System.nanoTime());
            if (presence != Presence.ABSENT) {
                return presence == Presence.PRESENT && send(queue, broker);
            }
        }
        if (!brokers.isEmpty()) {
            refuse(queue, CallFailure.NO_WORKER.failure());
        }
        return false;
    }

    /** Whether another one can be tried now. */
    private boolean send(ServiceQueue queue, BrokerConnection connection) {
        Call call = queue.waiting.element();
        boolean first = !call.sent();
        switch (dispatch.send(queue, connection)) {
            case NOT_YET -> {
                return false;
            }
            case REFUSED -> {
                queue.waiting.remove();
                giveUp(call, CallFailure.BROKER_FULL.failure());
                return false;
            }
            case SENT -> {
                if (first) {
                    repeats.halfway(call);
                }
                breakers.onSent(queue, call);
            }
        }
        return true;
    }

    private void complete(Call call, byte[] payload) {
        if (call.replied) {
            tally.duplicates++;
            return;
        }
        String service = call.request.service();
        ServiceQueue queue = services.get(service);
        if (call.state == State.WAITING && queue != null) {
            queue.waiting.remove(call);
            call.state = State.SENT;
        }
        call.replied = true;
        reading.read(service, call.request.requestId(), payload, reply -> finish(call, reply));
    }

    /** The answer is read; it may have come too late for that. */
    private void finish(Call call, CallReply reply) {
        if (call.answered()) {
            return;
        }
        String service = call.request.service();
        breakers.onReply(call, reply);
        answer(call, reply, true);
        ServiceQueue queue = services.get(service);
        if (queue != null) {
            pump(queue);
        }
    }

    /** A broker is lost: what is safe to repeat is repeated elsewhere, the rest waits for its deadline. */
    void onLost(BrokerConnection connection) {
        dispatch.leave(connection);
        breakers.onLost(connection, dispatch.pending());
        for (Attempt attempt : dispatch.pending()) {
            if (attempt.connection() == connection) {
                release(services.get(attempt.call().request.service()), attempt);
            }
        }
        dispatch.lastSentTo(connection).forEach(call -> repeats.soon(call, settings.retries()));
        for (ServiceQueue queue : services.all()) {
            if (dispatch.reachable().isEmpty()) {
                refuse(queue, CallFailure.BROKER_LOST.failure());
            } else {
                pump(queue);
            }
        }
    }

    /** Ends what has run out of time, repeats what may be repeated, sends what could not be sent before. */
    void tick(long now) {
        deadlines.advance(now, this::expire);
        repeats.due(now, settings.retries(), this::place);
        for (ServiceQueue queue : services.all()) {
            pump(queue);
        }
        services.forgetUnused(now);
    }

    private static void release(@Nullable ServiceQueue queue, Attempt attempt) {
        if (queue != null && attempt.counts) {
            attempt.counts = false;
            queue.inFlight--;
        }
    }

    private void expire(Call call) {
        tally.timeouts++;
        if (call.sent()) {
            breakers.onFailure(call);
        }
        if (call.replied) {
            answer(call, CallFailure.UNREAD.failure());
        } else {
            answer(call, (call.sent() ? CallFailure.NO_ANSWER : CallFailure.NEVER_SENT).failure());
        }
    }

    /** Ends a call of a service that is being spared: at once, because waiting would not help it. */
    private void spare(ServiceQueue queue, Call call) {
        if (call.sent()) {
            queue.waiting.remove(call);
            call.state = State.SENT;
        } else {
            answer(call, breakers.refusal(queue));
        }
    }

    private void refuse(ServiceQueue queue, Failure failure) {
        List<Call> refused = List.copyOf(queue.waiting);
        queue.waiting.clear();
        for (Call call : refused) {
            giveUp(call, failure);
        }
    }

    /** A copy could not be sent. Tries again in a moment if it may; else fails, unless another copy is under way. */
    private void giveUp(Call call, Failure failure) {
        if (call.sent()) {
            call.state = State.SENT;
        } else if (!repeats.later(call, settings.retries())) {
            answer(call, failure);
        }
    }

    /** Ends everything at once, because the bridge stops or its thread failed. */
    void endAll(Failure waiting, Failure sent) {
        for (Call call : deadlines.all()) {
            answer(call, call.sent() ? sent : waiting);
        }
    }

    private void answer(Call call, Failure failure) {
        answer(call, CallReply.failed(failure), false);
    }

    private void answer(Call call, CallReply reply, boolean byService) {
        if (call.answered()) {
            return;
        }
        deadlines.remove(call);
        ServiceQueue queue = services.get(call.request.service());
        if (call.state == State.WAITING && queue != null) {
            queue.waiting.remove(call);
        }
        call.state = State.ANSWERED;
        for (Attempt attempt : call.attempts) {
            dispatch.forget(attempt);
            if (attempt.lane() == null) {
                lateAnswers.expect(attempt, byService);
            }
            release(queue, attempt);
        }
        repeats.forget(call);
        outbox.answer(call, reply);
    }
}
