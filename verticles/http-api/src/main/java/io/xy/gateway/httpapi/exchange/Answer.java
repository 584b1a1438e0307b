package io.xy.gateway.httpapi.exchange;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller gets.
 *
 * @param headers names and values, one after the other
 * @param failure null for success; for logs and for callers on the bus
 */
public record Answer(
        int status,
        String contentType,
        Payload body,
        List<String> headers,
        @Nullable Failure failure) {
    public static final String JSON = "application/json; charset=utf-8";

    public static Answer json(int status, byte[] body) {
        return new Answer(status, JSON, Payload.of(body), List.of(), null);
    }
}
