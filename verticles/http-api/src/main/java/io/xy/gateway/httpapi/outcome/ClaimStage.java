package io.xy.gateway.httpapi.outcome;

import io.xy.gateway.httpapi.calls.ReplyMapping;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.Claim;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.Entry;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.State;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.Principal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Claims the key of a call before it is sent. Who has it already gets what became of it: the same answer, or that it is
 * under way. A call without a key passes. Belongs to one event loop.
 */
final class ClaimStage implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimStage.class);
    private static final long SOON_MILLIS = 1_000;

    private final Outcomes outcomes;
    private final @Nullable OutcomeLedger ledger;
    private final @Nullable ReplyMapping mapping;

    /**
     * @param mapping makes answers of late results; null when the target has none
     */
    ClaimStage(Outcomes outcomes, @Nullable OutcomeLedger ledger, @Nullable ReplyMapping mapping) {
        this.outcomes = outcomes;
        this.ledger = ledger;
        this.mapping = mapping;
    }

    @Override
    public void run(Exchange exchange) {
        String key = exchange.origin().idempotencyKey();
        String caller = exchange.principal().id();
        if (key.isEmpty()) {
            exchange.next();
        } else if (caller.equals(Principal.anonymous().id())) {
            exchange.fail(GatewayError.UNAUTHORIZED.notExecuted("An Idempotency-Key needs a caller who is known"));
        } else if (ledger == null) {
            exchange.fail(GatewayError.LEDGER_UNAVAILABLE.notExecuted("This cluster has no shared ledger of outcomes"));
        } else {
            claim(ledger, exchange, IdempotencyKey.name(caller, key));
        }
    }

    private void claim(OutcomeLedger shared, Exchange exchange, String name) {
        String route = exchange.route().name();
        String fingerprint = IdempotencyKey.fingerprint(
                route,
                exchange.path(),
                exchange.origin().query(),
                exchange.body().array());
        Entry entry =
                new Entry(exchange.requestId(), route, fingerprint, System.currentTimeMillis(), State.UNDER_WAY, null);
        shared.claim(name, entry)
                .onSuccess(claim -> onClaim(exchange, name, fingerprint, claim))
                .onFailure(e -> {
                    LOG.error("the ledger of outcomes cannot be reached: {}", e.getMessage());
                    exchange.fail(GatewayError.LEDGER_UNAVAILABLE.notExecuted(""));
                });
    }

    private void onClaim(Exchange exchange, String name, String fingerprint, Claim claim) {
        switch (claim) {
            case Claim.Granted granted -> send(exchange, name);
            case Claim.Full full ->
                exchange.fail(GatewayError.LEDGER_UNAVAILABLE.notExecuted("The ledger of outcomes is full"));
            case Claim.Held held -> repeat(exchange, held.entry(), fingerprint);
        }
    }

    private void send(Exchange exchange, String name) {
        exchange.ledgerName(name);
        exchange.onAnswer(answer -> outcomes.onAnswer(exchange, answer));
        if (mapping != null) {
            outcomes.expect(exchange, mapping);
        }
        exchange.next();
    }

    private static void repeat(Exchange exchange, Entry entry, String fingerprint) {
        if (!entry.fingerprint().equals(fingerprint)) {
            exchange.fail(GatewayError.UNPROCESSABLE.notExecuted("The Idempotency-Key was used for another request"));
            return;
        }
        Answer answer = entry.answer();
        if (answer == null) {
            exchange.fail(withoutAnswer(entry.state()));
            return;
        }
        List<String> headers = new ArrayList<>(answer.headers());
        headers.add("idempotency-replayed");
        headers.add("true");
        exchange.answer(new Answer(answer.status(), answer.contentType(), answer.body(), headers, answer.failure()));
    }

    private static Failure withoutAnswer(State state) {
        return switch (state) {
            case UNDER_WAY ->
                GatewayError.CONFLICT
                        .unknown("A call with this Idempotency-Key is under way")
                        .after(SOON_MILLIS);
            case EXECUTED -> GatewayError.CONFLICT.executed("The call was executed; its answer is not kept");
            case UNKNOWN, REFUSED, NOT_EXECUTED ->
                GatewayError.CONFLICT.unknown("What became of the call with this Idempotency-Key is not known");
        };
    }
}
