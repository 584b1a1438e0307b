package io.xy.gateway.httpapi.exchange;

import io.xy.gateway.shared.error.Failure;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stage that asks somebody else. It can also only say what it would ask. */
public interface Asking extends Stage {
    /** Why it would not ask at all; null when it would. */
    default @Nullable Failure refusal(Exchange exchange) {
        return null;
    }

    /** What it would send, as plain JSON. Sends nothing and changes nothing. */
    Map<String, @Nullable Object> plan(Exchange exchange);
}
