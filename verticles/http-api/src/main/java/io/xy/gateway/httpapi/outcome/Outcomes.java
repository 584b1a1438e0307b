package io.xy.gateway.httpapi.outcome;

import io.xy.gateway.httpapi.calls.ReplyMapping;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.State;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.LateReply;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What routes need of the ledger, and what the ledger learns from late answers. Belongs to one event loop. */
public final class Outcomes {
    private static final Logger LOG = LoggerFactory.getLogger(Outcomes.class);
    /** A longer body is not kept for the mapping of a late answer. */
    private static final int LONGEST_BODY = 16_384;

    private final @Nullable OutcomeLedger ledger;
    private final LateMappings late;

    /**
     * @param ledger null where no ledger is shared by all who may receive a repeat; then calls with keys are refused
     * @param late of this node
     */
    public Outcomes(@Nullable OutcomeLedger ledger, LateMappings late) {
        this.ledger = ledger;
        this.late = late;
    }

    /**
     * Whether calls of a route can have a key: those that change something behind the gateway, by callers whom it knows.
     */
    public static boolean covers(RouteConfig route) {
        RouteTarget target = route.target();
        boolean calls = target instanceof RouteTarget.Zmq
                || target instanceof RouteTarget.Nats
                || target instanceof RouteTarget.Http http && !http.webSocket();
        return calls && route.effect() != Effect.READ && route.access().kind() != AccessRule.Kind.PUBLIC;
    }

    /** Adds what claims keys, before the target. A body that the route would stream has to be read first. */
    public void addClaim(List<Stage> stages, RouteConfig route, ReplyMapping mapping, Stage bodyReader) {
        if (!covers(route)) {
            return;
        }
        boolean streams = route.target() instanceof RouteTarget.Http;
        if (streams && !route.request().takesBody()) {
            stages.add(exchange -> {
                if (exchange.origin().idempotencyKey().isEmpty()) {
                    exchange.next();
                } else {
                    bodyReader.run(exchange);
                }
            });
        }
        stages.add(new ClaimStage(this, ledger, streams ? null : mapping));
    }

    /** The last stage of the route that says what became of a call. */
    public Stage target() {
        return new OutcomeTarget(ledger);
    }

    /** A bridge had an answer after its deadline. */
    public void onLate(LateReply reply) {
        Consumer<CallReply> mapping = late.take(reply.idempotencyKey(), reply.requestId());
        if (mapping != null) {
            LOG.info("{} {}: the answer came late", reply.requestId(), reply.service());
            mapping.accept(reply.reply());
        }
    }

    /** Makes ready for a late answer to a call that is about to be sent. */
    void expect(Exchange exchange, ReplyMapping mapping) {
        String name = exchange.ledgerName();
        if (exchange.body().length() > LONGEST_BODY) {
            late.expect(
                    name,
                    exchange.requestId(),
                    reply -> settle(exchange.requestId(), name, State.of(reply.failure()), null));
            return;
        }
        Exchange again =
                exchange.detached(answer -> settle(exchange.requestId(), name, State.of(answer.failure()), answer));
        late.expect(name, exchange.requestId(), reply -> {
            if (reply.failure() == null) {
                mapping.answer(again, reply.body());
            } else {
                again.fail(reply.failure());
            }
        });
    }

    /** Writes down the answer to a call; one whose outcome is known needs no late answer. */
    void onAnswer(Exchange exchange, Answer answer) {
        State state = State.of(answer.failure());
        if (state != State.UNKNOWN) {
            late.take(exchange.ledgerName(), exchange.requestId());
        }
        settle(exchange.requestId(), exchange.ledgerName(), state, answer);
    }

    private void settle(String requestId, String name, State state, @Nullable Answer answer) {
        if (ledger != null) {
            ledger.settle(name, requestId, state, answer)
                    .onFailure(e -> LOG.error("{}: the outcome {} was not kept", requestId, state, e));
        }
    }
}
