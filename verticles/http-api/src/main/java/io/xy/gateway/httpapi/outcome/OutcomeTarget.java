package io.xy.gateway.httpapi.outcome;

import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.Entry;
import io.xy.gateway.httpapi.outcome.OutcomeLedger.State;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells a caller what became of its call with a key; other callers' keys do not exist for it. */
final class OutcomeTarget implements Stage {
    private static final Logger LOG = LoggerFactory.getLogger(OutcomeTarget.class);
    private static final String PARAMETER = "key";

    private final @Nullable OutcomeLedger ledger;

    OutcomeTarget(@Nullable OutcomeLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void run(Exchange exchange) {
        String key = Objects.requireNonNull(exchange.path().get(PARAMETER), "the reader of routes asks for it");
        if (ledger == null) {
            exchange.fail(GatewayError.LEDGER_UNAVAILABLE.notExecuted("This cluster has no shared ledger of outcomes"));
        } else if (!IdempotencyKey.isKey(key)) {
            exchange.fail(nothing());
        } else {
            ledger.find(IdempotencyKey.name(exchange.principal().id(), key))
                    .onSuccess(entry -> tell(exchange, key, entry))
                    .onFailure(e -> {
                        LOG.error("the ledger of outcomes cannot be reached: {}", e.getMessage());
                        exchange.fail(GatewayError.LEDGER_UNAVAILABLE.notExecuted(""));
                    });
        }
    }

    private static void tell(Exchange exchange, String key, @Nullable Entry entry) {
        if (entry == null) {
            exchange.fail(nothing());
            return;
        }
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("key", key);
        body.put("outcome", entry.state().outcome().word());
        body.put("underWay", entry.state() == State.UNDER_WAY);
        body.put("route", entry.route());
        body.put("requestId", entry.requestId());
        body.put("claimedAt", Instant.ofEpochMilli(entry.claimedAt()).toString());
        Answer answer = entry.answer();
        if (answer != null) {
            body.put("answer", Map.of("status", answer.status(), "body", content(answer)));
        }
        exchange.answer(Answer.json(200, JsonText.write(body)));
    }

    private static Object content(Answer answer) {
        try {
            Object value = JsonText.read(answer.body().array());
            return value == null ? "" : value;
        } catch (IOException e) {
            return answer.body().text();
        }
    }

    private static Failure nothing() {
        return GatewayError.NOT_FOUND.notExecuted("No call with this Idempotency-Key is known");
    }
}
