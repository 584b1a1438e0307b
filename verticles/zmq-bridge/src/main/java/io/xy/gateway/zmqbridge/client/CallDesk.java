package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.zmqbridge.client.Call.State;
import io.xy.gateway.zmqbridge.majordomo.Frames;
import io.xy.gateway.zmqbridge.socket.Multipart;
import io.xy.gateway.zmqbridge.socket.Multipart.Sent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every call from its arrival to its one answer: queued, sent, matched with its reply, repeated, given up. Belongs to
 * the owner thread and outlives the sockets, which come and go beneath it.
 */
final class CallDesk {
    private final ClientSettings settings;
    private final Outbox outbox;
    private final Tally tally;
    private final RequestIds ids;
    private final ReplyReading reading;
    private final DeadlineWheel deadlines =
            new DeadlineWheel(System.nanoTime(), call -> call.request.deadline().nanos());
    private final Repeats repeats = new Repeats();
    private final LateAnswers lateAnswers;
    private final Map<String, Attempt> pending = new HashMap<>();
    private final ServiceTable services;
    private final BreakerBook breakers;
    /** The broker that gets the calls; null when none is reachable. */
    private @Nullable BrokerConnection active;
    /** Null while there are no sockets. */
    private @Nullable Lanes lanes;

    CallDesk(ClientSettings settings, Outbox outbox, Tally tally, RequestIds ids, ReplyReading reading) {
        this.settings = settings;
        this.outbox = outbox;
        this.tally = tally;
        this.ids = ids;
        this.reading = reading;
        this.lateAnswers = new LateAnswers(reading, outbox, tally);
        this.services = new ServiceTable(settings, outbox::changed);
        this.breakers = new BreakerBook(services);
    }

    Iterable<String> services() {
        return services.names();
    }

    int pending() {
        return pending.size();
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

    /** Which broker gets the calls from now on. */
    void use(@Nullable BrokerConnection connection, @Nullable Lanes openLanes) {
        active = connection;
        lanes = openLanes;
    }

    void accept(Call call) {
        tally.calls++;
        if (call.request.deadline().passed()) {
            answer(call, GatewayError.TIMEOUT.notExecuted("The deadline had passed before the call was sent"));
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
        if (active == null) {
            giveUp(call, GatewayError.UPSTREAM_DOWN.notExecuted("No broker is reachable"));
            return;
        }
        ServiceQueue queue = services.open(call.request.service());
        if (queue != null && !breakers.admits(queue)) {
            spare(queue, call);
            return;
        }
        if (queue == null || queue.waiting.size() >= settings.queue() + queue.free()) {
            giveUp(call, GatewayError.OVERLOADED.notExecuted("Too many calls wait for the service"));
            return;
        }
        call.state = State.WAITING;
        queue.waiting.add(call);
        pump(queue);
    }

    /** Sends what may be sent now. */
    private void pump(ServiceQueue queue) {
        BrokerConnection connection = active;
        while (connection != null
                && connection == active
                && !queue.waiting.isEmpty()
                && queue.inFlight < queue.concurrency) {
            if (!breakers.admits(queue)) {
                List.copyOf(queue.waiting).forEach(call -> spare(queue, call));
                return;
            }
            switch (connection.presence(queue.name, System.nanoTime())) {
                case UNKNOWN -> {
                    return;
                }
                case ABSENT -> {
                    refuse(queue, GatewayError.NO_SERVICE.notExecuted("No worker serves this at present"));
                    return;
                }
                case PRESENT -> {
                    if (!send(queue, queue.waiting.element(), connection)) {
                        return;
                    }
                }
            }
        }
    }

    private boolean send(ServiceQueue queue, Call call, BrokerConnection connection) {
        String id = ids.next();
        Lane lane = null;
        if (queue.lane) {
            lane = lanes == null ? null : lanes.send(queue, connection, call.pickle);
            if (lane == null) {
                return false;
            }
        } else if (Multipart.send(connection.socket, ClientFrames.request(queue.name, id, call.pickle)) != Sent.SENT) {
            queue.waiting.remove();
            giveUp(call, GatewayError.OVERLOADED.notExecuted("The broker takes no more calls at present"));
            return false;
        }
        queue.waiting.remove();
        Attempt attempt = new Attempt(id, call, connection, lane);
        if (lane != null) {
            lane.attempt = attempt;
        }
        if (call.sent()) {
            tally.retries++;
        } else {
            repeats.halfway(call);
        }
        call.attempts.add(attempt);
        breakers.onSent(queue, call);
        call.state = State.SENT;
        pending.put(id, attempt);
        queue.inFlight++;
        return true;
    }

    /** One message on the socket that many calls share. */
    void onMessage(BrokerConnection connection, List<byte[]> frames, long now) {
        if (!ClientFrames.isReply(frames)) {
            tally.mismatched++;
            return;
        }
        connection.heard(now);
        String service = Frames.text(frames.get(2));
        String id = Frames.text(frames.get(3));
        if (service.equals(Frames.MMI_SERVICE)) {
            onPresence(connection.onProbeAnswer(id, Frames.text(frames.get(4)), now));
        } else {
            onReply(connection, service, id, frames.get(4));
        }
    }

    private void onPresence(@Nullable String service) {
        if (service == null) {
            tally.mismatched++;
            return;
        }
        ServiceQueue queue = services.get(service);
        if (queue != null) {
            pump(queue);
        }
    }

    private void onReply(BrokerConnection connection, String service, String id, byte[] payload) {
        Attempt attempt = pending.get(id);
        if (attempt == null) {
            lateAnswers.take(service, id, payload);
        } else if (attempt.connection() == connection
                && attempt.lane() == null
                && attempt.call().request.service().equals(service)) {
            complete(attempt.call(), payload);
        } else {
            tally.mismatched++;
        }
    }

    /** One message on a lane: the answer to its call, or a reason to close it. */
    void onLaneMessage(Lane lane, List<byte[]> frames) {
        Attempt attempt = lane.attempt;
        if (attempt != null && ClientFrames.isLaneReply(frames, lane.queue.name)) {
            lane.attempt = null;
            complete(attempt.call(), frames.get(3));
            return;
        }
        tally.mismatched++;
        if (lanes != null) {
            lanes.poison(lane);
        }
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
        if (lanes != null) {
            lanes.leave(connection);
        }
        breakers.onLost(connection, pending.values());
        for (Attempt attempt : List.copyOf(pending.values())) {
            Call call = attempt.call();
            if (attempt.connection() == connection && call.state == State.SENT && call.attempts.getLast() == attempt) {
                repeats.soon(call, settings.retries());
            }
        }
        for (ServiceQueue queue : services.all()) {
            if (active == null) {
                refuse(queue, GatewayError.UPSTREAM_DOWN.notExecuted("The broker was lost"));
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

    private void expire(Call call) {
        tally.timeouts++;
        if (call.sent()) {
            breakers.onFailure(call);
        }
        if (call.replied) {
            answer(call, GatewayError.BAD_REPLY.executed("The service's answer could not be read in time"));
            return;
        }
        answer(
                call,
                call.sent()
                        ? GatewayError.TIMEOUT.unknown("The service did not answer in time")
                        : GatewayError.TIMEOUT.notExecuted("The call could not be sent in time"));
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
            end(attempt, byService);
            if (queue != null) {
                queue.inFlight--;
            }
        }
        repeats.forget(call);
        outbox.answer(call, reply);
    }

    private void end(Attempt attempt, boolean byService) {
        pending.remove(attempt.id());
        Lane lane = attempt.lane();
        if (lane == null) {
            lateAnswers.expect(attempt, byService);
        } else if (lane.attempt == attempt && lanes != null) {
            lanes.poison(lane);
        }
    }
}
