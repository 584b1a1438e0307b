package io.xy.gateway.zmqbridge.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends copies of calls to the broker in use and knows those that are under way. Belongs to one event loop. */
final class Dispatch {
    /** What became of an attempt to send. */
    enum Result {
        SENT,
        /** A lane for it is being opened; soon. */
        NOT_YET,
        /** The broker takes nothing. */
        REFUSED
    }

    private final RequestIds ids;
    private final Tally tally;
    private final Map<String, Attempt> pending = new HashMap<>();
    /** The brokers that can get calls, the preferred one first. */
    private List<BrokerConnection> reachable = List.of();

    private final Lanes lanes;

    Dispatch(RequestIds ids, Tally tally, Lanes lanes) {
        this.ids = ids;
        this.tally = tally;
        this.lanes = lanes;
    }

    /** Which brokers get the calls from now on. The free lanes to one that was preferred before are closed. */
    void use(List<BrokerConnection> connections) {
        if (!reachable.isEmpty() && (connections.isEmpty() || connections.getFirst() != reachable.getFirst())) {
            lanes.leave(reachable.getFirst());
        }
        reachable = List.copyOf(connections);
    }

    List<BrokerConnection> reachable() {
        return reachable;
    }

    /** Sends the first call that waits and takes it out of the queue. */
    Result send(ServiceQueue queue, BrokerConnection connection) {
        Call call = queue.waiting.element();
        String id = ids.next();
        Lane lane = null;
        if (queue.lane) {
            lane = lanes.send(queue, connection, call.pickle);
            if (lane == null) {
                return Result.NOT_YET;
            }
        } else if (!connection.dealer.send(ClientFrames.request(queue.name, id, call.pickle))) {
            return Result.REFUSED;
        }
        queue.waiting.remove();
        if (call.sent()) {
            tally.retries++;
        }
        Attempt attempt = new Attempt(id, call, connection, lane);
        if (lane != null) {
            lane.attempt = attempt;
        }
        call.attempts.add(attempt);
        call.state = Call.State.SENT;
        pending.put(id, attempt);
        queue.inFlight++;
        return Result.SENT;
    }

    int size() {
        return pending.size();
    }

    /** The copy with this request id; null when none is under way. */
    @Nullable
    Attempt find(String id) {
        return pending.get(id);
    }

    Collection<Attempt> pending() {
        return pending.values();
    }

    /** Those that went to this broker last, and have had no answer. */
    List<Call> lastSentTo(BrokerConnection connection) {
        return pending.values().stream()
                .filter(attempt -> attempt.connection() == connection)
                .filter(attempt -> attempt.call().state == Call.State.SENT)
                .filter(attempt -> attempt.call().attempts.getLast() == attempt)
                .map(Attempt::call)
                .toList();
    }

    /** The broker's free lanes are closed. */
    void leave(BrokerConnection connection) {
        lanes.leave(connection);
    }

    void poison(Lane lane) {
        lanes.poison(lane);
    }

    /** Forgets a copy whose call is over. A lane that still waits for its answer is closed. */
    void forget(Attempt attempt) {
        pending.remove(attempt.id());
        Lane lane = attempt.lane();
        if (lane != null && lane.attempt == attempt) {
            poison(lane);
        }
    }
}
