package io.xy.gateway.zmqbridge.zmtp;

/** The peer broke the protocol, or refuses us; the connection is of no further use. Never repeats what the peer said. */
final class ZmtpException extends Exception {
    private static final long serialVersionUID = 1;

    private final String what;

    /**
     * @param what the peer does, as the predicate of a sentence
     */
    ZmtpException(String what) {
        super(what);
        this.what = what;
    }

    String what() {
        return what;
    }
}
