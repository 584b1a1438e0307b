package io.xy.gateway.shared.message;

import io.xy.gateway.shared.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The receiver has it, or says why not.
 *
 * @param failure null when it was taken
 */
public record Ack(@Nullable Failure failure) {
    public static final Ack OK = new Ack(null);
}
