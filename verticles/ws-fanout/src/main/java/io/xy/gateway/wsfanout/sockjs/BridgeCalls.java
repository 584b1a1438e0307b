package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.connection.Target;
import io.xy.gateway.wsfanout.connection.Visitor;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends of one bridge client that want an answer: calls of routes, answered under the client's reply address. */
final class BridgeCalls {
    private static final int MAX_IN_FLIGHT = 64;
    private static final long DEFAULT_MILLIS = 5_000;
    private static final long MAX_MILLIS = 30_000;
    private static final int MAX_ADDRESS = 256;

    private final Loop loop;
    private final Visitor visitor;
    private final String connection;
    private final String peer;
    private final Consumer<String> answer;
    private int inFlight;
    private long calls;

    BridgeCalls(Loop loop, Visitor visitor, String connection, String peer, Consumer<String> answer) {
        this.loop = loop;
        this.visitor = visitor;
        this.connection = connection;
        this.peer = peer;
        this.answer = answer;
    }

    /** {@code send("xy.api", {"to":"POST /api/v1/…","body":…,"ms":n,"idem":"…"})}. */
    void call(ClientOp op) {
        try {
            send(op, routeCall(ClientOp.read(op.body().array())));
        } catch (GatewayException e) {
            fail(op, e.failure());
        }
    }

    /** Calls a route in the name of the client, whose answer comes under the reply address of the send. */
    void call(ClientOp op, String method, String path, Payload body) {
        send(op, routeCall(method, path, body));
    }

    private void send(ClientOp op, RouteCall call) {
        run(call).onComplete(done -> answer(op, done));
    }

    /** Fails with {@code overloaded} when too many are under way. */
    private Future<CallReply> run(RouteCall call) {
        if (inFlight >= MAX_IN_FLIGHT) {
            return Future.failedFuture(GatewayError.OVERLOADED
                    .notExecuted("Too many calls are under way on this connection")
                    .exception());
        }
        inFlight++;
        return loop.calls().call(call).andThen(done -> inFlight--);
    }

    private RouteCall routeCall(String method, String path, Payload body) {
        return new RouteCall(nextId(), method, path, body, visitor.token(), peer, "", Deadline.in(DEFAULT_MILLIS));
    }

    /** Who the calls are for now; null while nobody knows. */
    @Nullable
    Principal caller() {
        return visitor.principal();
    }

    /** What a route answers to this client, for our own use; fails as the call does. */
    Future<Payload> read(String path) {
        return run(routeCall("GET", path, Payload.EMPTY))
                .compose(reply -> reply.failure() instanceof Failure failure
                        ? Future.failedFuture(failure.exception())
                        : Future.succeededFuture(reply.body()));
    }

    void reply(ClientOp op, JsonObject body) {
        String address = replyAddress(op);
        if (!address.isEmpty()) {
            answer.accept(Envelope.reply(address, body));
        }
    }

    void fail(ClientOp op, Failure failure) {
        fail(op, failure, "");
    }

    /**
     * @param legacy the first gateway's code; empty when it had none
     */
    void fail(ClientOp op, Failure failure, String legacy) {
        String address = replyAddress(op);
        if (!address.isEmpty()) {
            answer.accept(Envelope.failure(address, failure, legacy));
        }
    }

    private RouteCall routeCall(ClientOp inner) {
        Target target = Target.of(
                inner.requiredText("to"),
                inner.text("method", ""),
                !inner.body().isEmpty());
        return new RouteCall(
                nextId(),
                target.method(),
                target.path(),
                inner.body(),
                visitor.token(),
                peer,
                inner.text("idem", ""),
                Deadline.in(inner.number("ms", 1, MAX_MILLIS, DEFAULT_MILLIS)));
    }

    private String nextId() {
        return connection + '-' + ++calls;
    }

    private void answer(ClientOp op, AsyncResult<CallReply> done) {
        if (done.failed()) {
            fail(op, GatewayException.failureOf(done.cause()));
            return;
        }
        CallReply reply = done.result();
        Failure failure = reply.failure();
        if (failure != null) {
            fail(op, failure);
        } else if (!reply.body().isEmpty() && !loop.hub().isJson(reply.body())) {
            fail(op, GatewayError.BAD_REPLY.executed("The answer is not JSON"));
        } else if (!replyAddress(op).isEmpty()) {
            answer.accept(Envelope.replyRaw(
                    replyAddress(op),
                    reply.body().isEmpty() ? "null" : reply.body().text()));
        }
    }

    private static String replyAddress(ClientOp op) {
        String address = op.text("replyAddress", "");
        return address.length() <= MAX_ADDRESS ? address : "";
    }
}
