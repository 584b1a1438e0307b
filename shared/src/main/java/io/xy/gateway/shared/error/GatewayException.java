package io.xy.gateway.shared.error;

import io.vertx.core.VertxException;

/** Carries a {@link Failure} through futures. Has no stack trace: it is control flow, not a defect. */
public final class GatewayException extends VertxException {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    public GatewayException(Failure failure) {
        super(failure.error().code() + ": " + failure.detail(), true);
        this.failure = failure;
    }

    public Failure failure() {
        return failure;
    }

    /** The failure that a throwable stands for; anything unknown becomes {@code internal} with an unknown outcome. */
    public static Failure failureOf(Throwable cause) {
        if (cause instanceof GatewayException known) {
            return known.failure;
        }
        return GatewayError.INTERNAL.unknown("The gateway failed while it worked on this call");
    }
}
