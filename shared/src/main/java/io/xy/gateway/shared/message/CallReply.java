package io.xy.gateway.shared.message;

import io.xy.gateway.shared.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The one answer to a {@link ServiceCall} or {@link RouteCall}.
 *
 * @param status HTTP status that a REST caller would see
 * @param body UTF-8 JSON: the result, or for a route call the whole answer
 * @param failure null when the call succeeded
 */
public record CallReply(int status, Payload body, @Nullable Failure failure) {
    public static CallReply ok(Payload body) {
        return new CallReply(200, body, null);
    }

    public static CallReply failed(Failure failure) {
        return new CallReply(failure.error().status(), Payload.EMPTY, failure);
    }

    public boolean succeeded() {
        return failure == null;
    }
}
