package io.xy.gateway.httpapi.calls;

import io.vertx.core.Future;
import io.xy.gateway.httpapi.exchange.Asking;
import io.xy.gateway.httpapi.exchange.Caller;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Rendering;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.route.Template;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.ServiceCall;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The last stage of routes whose target is a service behind a bridge: one call, one answer. */
public final class BridgeTarget implements Asking {
    private final ServiceCalls calls;
    private final RouteTarget target;
    private final ReplyMapping mapping;

    public BridgeTarget(ServiceCalls calls, RouteTarget.Zmq target, ReplyMapping mapping) {
        this(calls, (RouteTarget) target, mapping);
    }

    public BridgeTarget(ServiceCalls calls, RouteTarget.Nats target, ReplyMapping mapping) {
        this(calls, (RouteTarget) target, mapping);
    }

    private BridgeTarget(ServiceCalls calls, RouteTarget target, ReplyMapping mapping) {
        this.calls = calls;
        this.target = target;
        this.mapping = mapping;
    }

    @Override
    public void run(Exchange exchange) {
        Effect effect = exchange.route().effect();
        Future<CallReply> reply = target instanceof RouteTarget.Zmq zmq
                ? calls.call(ServiceCalls.Bridge.ZMQ, zmq(zmq, exchange, effect))
                : calls.call(ServiceCalls.Bridge.NATS, nats((RouteTarget.Nats) target, exchange, effect));
        reply.onComplete(done -> exchange.reached(Caller.Point.ANSWERED))
                .onSuccess(result -> mapping.answer(exchange, result.body()))
                .onFailure(e -> exchange.fail(GatewayException.failureOf(e)));
    }

    @Override
    public Map<String, @Nullable Object> plan(Exchange exchange) {
        Effect effect = exchange.route().effect();
        return target instanceof RouteTarget.Zmq zmq
                ? plan("zmq", zmq(zmq, exchange, effect))
                : plan("nats", nats((RouteTarget.Nats) target, exchange, effect));
    }

    @Override
    public String setting() {
        return target instanceof RouteTarget.Zmq zmq
                ? "Majordomo service " + zmq.service() + ", function " + zmq.method()
                : "NATS subject " + ((RouteTarget.Nats) target).subject();
    }

    /** What a call would carry, as plain JSON. */
    static Map<String, @Nullable Object> plan(String bridge, ServiceCall call) {
        Map<String, @Nullable Object> plan = new LinkedHashMap<>();
        plan.put("target", bridge);
        plan.put(bridge.equals("zmq") ? "service" : "subject", call.service());
        if (!call.method().isEmpty()) {
            plan.put("method", call.method());
        }
        plan.put(bridge.equals("zmq") ? "arguments" : "body", call.body().text());
        plan.put("effect", call.effect().name().toLowerCase(Locale.ROOT));
        plan.put("deadlineMillis", call.deadline().remainingMillis());
        return plan;
    }

    /** A call of a function of a Majordomo service with arguments from the request. */
    static ServiceCall zmq(RouteTarget.Zmq target, Exchange exchange, Effect effect) {
        Rendering rendering = new Rendering(exchange);
        byte[] body = JsonText.write(Arrays.asList(
                rendering.items(target.args(), JsonPath.ABSENT), rendering.members(target.kwargs(), JsonPath.ABSENT)));
        return call(exchange, target.service(), target.method(), Payload.of(body), effect);
    }

    private static ServiceCall nats(RouteTarget.Nats nats, Exchange exchange, Effect effect) {
        boolean asSent = nats.body() instanceof Template.Reference reference
                && reference.root() == Template.Root.BODY
                && reference.steps().isEmpty();
        Object value = asSent ? null : new Rendering(exchange).render(nats.body(), JsonPath.ABSENT);
        Payload body =
                asSent ? exchange.body() : value == JsonPath.ABSENT ? Payload.EMPTY : Payload.of(JsonText.write(value));
        return call(exchange, nats.subject(), "", body, effect);
    }

    private static ServiceCall call(Exchange exchange, String service, String method, Payload body, Effect effect) {
        return new ServiceCall(
                exchange.requestId(),
                service,
                method,
                body,
                effect,
                exchange.principal().id(),
                exchange.ledgerName(),
                exchange.deadline());
    }
}
