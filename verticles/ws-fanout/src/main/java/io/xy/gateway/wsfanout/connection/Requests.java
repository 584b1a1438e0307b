package io.xy.gateway.wsfanout.connection;

import io.vertx.core.AsyncResult;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The calls of one connection. Each is answered exactly once: by its reply, by a failure that says what became of it, or
 * by its cancellation.
 */
final class Requests {
    static final int MAX_IN_FLIGHT = 64;
    private static final long DEFAULT_MILLIS = 5_000;
    private static final long MAX_MILLIS = 30_000;

    private record Pending(String requestId, long startedNanos) {}

    private final Loop loop;
    private final Visitor visitor;
    private final String connection;
    private final String peer;
    private final Consumer<byte[]> answer;
    private final Map<Long, Pending> pending = new HashMap<>();

    Requests(Loop loop, Visitor visitor, String connection, String peer, Consumer<byte[]> answer) {
        this.loop = loop;
        this.visitor = visitor;
        this.connection = connection;
        this.peer = peer;
        this.answer = answer;
    }

    /** {@code {"op":"req","id":n,"to":"POST /api/v1/…","body":…,"ms":n,"idem":"…"}}. */
    void request(ClientOp op) {
        long id = op.id();
        if (id == 0) {
            throw ClientOp.bad("'id' is missing");
        }
        if (pending.containsKey(id)) {
            throw ClientOp.bad("'id' is in use");
        }
        if (pending.size() >= MAX_IN_FLIGHT) {
            throw GatewayError.OVERLOADED
                    .notExecuted("Too many calls are under way on this connection")
                    .exception();
        }
        String requestId = connection + '-' + id;
        RouteCall call = routeCall(op, requestId);
        Pending mine = new Pending(requestId, System.nanoTime());
        pending.put(id, mine);
        loop.calls().call(call).onComplete(done -> {
            if (pending.remove(id, mine)) {
                answer(id, mine, done);
            }
        });
    }

    /** Best effort: the answer is given up, the call may still run. */
    void cancel(ClientOp op) {
        Pending given = pending.remove(op.id());
        if (given == null) {
            throw GatewayError.NOT_FOUND
                    .notExecuted("No such call is under way")
                    .exception();
        }
        answer.accept(
                Records.callError(op.id(), GatewayError.CANCELLED.unknown("Cancelled by the client"), given.requestId));
    }

    void close() {
        pending.clear();
    }

    private RouteCall routeCall(ClientOp op, String requestId) {
        Target target = Target.of(
                op.requiredText("to"), op.text("method", ""), !op.body().isEmpty());
        return new RouteCall(
                requestId,
                target.method(),
                target.path(),
                op.body(),
                visitor.token(),
                peer,
                op.text("idem", ""),
                Deadline.in(op.number("ms", 1, MAX_MILLIS, DEFAULT_MILLIS)));
    }

    private void answer(long id, Pending call, AsyncResult<CallReply> done) {
        if (done.failed()) {
            answer.accept(Records.callError(id, GatewayException.failureOf(done.cause()), call.requestId));
            return;
        }
        CallReply reply = done.result();
        Failure failure = reply.failure();
        if (failure != null) {
            answer.accept(Records.callError(id, failure, call.requestId));
            return;
        }
        long micros = (System.nanoTime() - call.startedNanos) / 1_000;
        boolean usable = reply.body().isEmpty() || loop.hub().isJson(reply.body());
        answer.accept(
                usable
                        ? Records.answer(id, reply.status(), reply.body(), micros)
                        : Records.callError(
                                id, GatewayError.BAD_REPLY.executed("The answer is not JSON"), call.requestId));
    }
}
