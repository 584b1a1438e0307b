package io.xy.gateway.shared.error;

/**
 * One failure as a value: what, what became of the call, a sentence for the caller and when a repeat makes sense.
 *
 * @param detail text that a client may see: never a secret, a stack trace or an internal address
 * @param retryAfterMillis milliseconds until a repeat makes sense; 0 when nothing is known
 */
public record Failure(GatewayError error, Outcome outcome, String detail, long retryAfterMillis) {
    /** This failure, with the time after which a repeat makes sense. */
    public Failure after(long millis) {
        return new Failure(error, outcome, detail, millis);
    }

    /** This failure as an exception without a stack trace, to fail a future with. */
    public GatewayException exception() {
        return new GatewayException(this);
    }
}
