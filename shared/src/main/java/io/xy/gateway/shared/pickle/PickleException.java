package io.xy.gateway.shared.pickle;

/** Bytes that are not read, or a value that is not written; the message says why and never repeats the content. */
public final class PickleException extends Exception {
    private static final long serialVersionUID = 1;

    public PickleException(String reason) {
        // No stack trace: a hostile peer could make us fill thousands of them.
        super(reason, null, false, false);
    }
}
