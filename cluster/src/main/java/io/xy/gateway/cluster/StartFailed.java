package io.xy.gateway.cluster;

/** The node could not start; the message says which part and why. */
final class StartFailed extends Exception {
    private static final long serialVersionUID = 1;

    StartFailed(String part, Throwable cause) {
        super(part + " could not start: " + cause.getMessage(), cause);
    }
}
