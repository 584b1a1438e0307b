package io.xy.gateway.httpapi.front;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.httpapi.outcome.IdempotencyKey;
import io.xy.gateway.httpapi.routing.CanonicalPath;
import io.xy.gateway.httpapi.routing.RouteTable;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.RouteCall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves calls of routes that came by a socket: the same stages as HTTP. Belongs to one event loop. */
public final class BusCalls {
    private static final Logger LOG = LoggerFactory.getLogger(BusCalls.class);
    private static final String BEARER = "Bearer ";

    private final Routing routing;

    public BusCalls(Routing routing) {
        this.routing = routing;
    }

    /** The answer, whether success or failure; the future itself does not fail. */
    public Future<CallReply> serve(RouteCall call) {
        CanonicalPath target = CanonicalPath.of(call.target());
        if (target == null) {
            return refused(call, GatewayError.BAD_REQUEST.notExecuted("The path is ambiguous"));
        }
        RouteTable.Place place = routing.table().find(target.path());
        if (place == null) {
            return refused(call, GatewayError.NOT_FOUND.notExecuted("Nothing is served here"));
        }
        RouteTable.Match match = place.match(call.method());
        if (match == null) {
            return refused(call, GatewayError.METHOD_NOT_ALLOWED.notExecuted(call.method() + " is not served here"));
        }
        if (!call.idempotencyKey().isEmpty() && !IdempotencyKey.isKey(call.idempotencyKey())) {
            return refused(call, GatewayError.BAD_REQUEST.notExecuted("The idempotency key is malformed"));
        }
        Promise<CallReply> reply = Promise.promise();
        Exchange.Origin origin = new Exchange.Origin(
                RequestIds.of(call.requestId()),
                target.query(),
                call.credential().isEmpty() ? null : BEARER + call.credential(),
                call.peer(),
                call.peer(),
                call.idempotencyKey(),
                false,
                null);
        routing.exchange(
                        match,
                        origin,
                        System.nanoTime(),
                        call.deadline(),
                        call.body(),
                        answer -> reply.tryComplete(reply(answer)))
                .next();
        return reply.future();
    }

    private static Future<CallReply> refused(RouteCall call, Failure failure) {
        return Future.succeededFuture(reply(Problems.answer(failure, RequestIds.of(call.requestId()))));
    }

    private static CallReply reply(Answer answer) {
        if (answer.failure() != null) {
            LOG.debug("a call by the bus failed: {}", answer.failure().error().code());
        }
        return new CallReply(answer.status(), answer.body(), answer.failure());
    }
}
