package io.xy.gateway.httpapi.exchange;

import io.xy.gateway.httpapi.json.JsonText;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Failures as {@code application/problem+json} (RFC 9457). The same object is the desk's failure envelope
 * ({@code success}, {@code error}, {@code message}, {@code timestamp}), so that old and new clients read it alike.
 */
public final class Problems {
    public static final String CONTENT_TYPE = "application/problem+json";
    private static final String TYPE = "urn:xy-gateway:problem:";

    private Problems() {}

    /** The answer for a failure before any route was found. */
    public static Answer answer(Failure failure, String requestId) {
        return answer(failure, requestId, Effect.READ, true, Map.of());
    }

    /**
     * @param effect of the route: callers of anything but {@code READ} are told the outcome
     * @param desk whether the desk's members are added
     * @param members further members
     */
    public static Answer answer(
            Failure failure, String requestId, Effect effect, boolean desk, Map<String, @Nullable Object> members) {
        GatewayError error = failure.error();
        String detail = failure.detail().isEmpty() ? error.title() : failure.detail();
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("type", TYPE + error.code());
        body.put("title", error.title());
        body.put("status", error.status());
        body.put("detail", detail);
        body.put("code", error.code());
        body.put("requestId", requestId);
        body.put("retry", error.retry() && (effect.repeatable() || failure.outcome() == Outcome.NOT_EXECUTED));
        if (effect != Effect.READ) {
            body.put("outcome", failure.outcome().word());
        }
        List<String> headers = new ArrayList<>(4);
        if (failure.retryAfterMillis() > 0) {
            long seconds = (failure.retryAfterMillis() + 999) / 1_000;
            body.put("retryAfter", seconds);
            headers.add("retry-after");
            headers.add(Long.toString(seconds));
        }
        if (error.status() == 401) {
            headers.add("www-authenticate");
            headers.add("Bearer");
        }
        if (desk) {
            body.put("success", false);
            body.put("error", detail);
            body.put("message", detail);
            body.put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
        }
        body.putAll(members);
        return new Answer(error.status(), CONTENT_TYPE, Payload.of(JsonText.write(body)), headers, failure);
    }
}
