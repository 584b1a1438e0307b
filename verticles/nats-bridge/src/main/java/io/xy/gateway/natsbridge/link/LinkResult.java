package io.xy.gateway.natsbridge.link;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.Payload;
import org.jspecify.annotations.Nullable;

/** What became of something that was given to the link. */
public sealed interface LinkResult {
    /**
     * The client has it, or it was certainly not sent.
     *
     * @param incarnation the connection that took it
     * @param size bytes of the payload
     * @param failure null when it was taken
     */
    record Handed(
            long number,
            long incarnation,
            int size,
            @Nullable Failure failure) implements LinkResult {}

    /**
     * An answer to a request.
     *
     * @param nobody the server says that nobody listens
     * @param error text of the header {@code Nats-Service-Error}, null without one
     * @param errorCode text of the header {@code Nats-Service-Error-Code}, empty without one
     */
    record Answered(long number, boolean nobody, @Nullable String error, String errorCode, Payload payload)
            implements LinkResult {}
}
