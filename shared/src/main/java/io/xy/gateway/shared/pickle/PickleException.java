package io.xy.gateway.shared.pickle;

/** Bytes that are not read, or a value that is not written; the message says why and never repeats the content. */
public final class PickleException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean unknownName;

    public PickleException(String reason) {
        this(reason, false);
    }

    private PickleException(String reason, boolean unknownName) {
        // No stack trace: a hostile peer could make us fill thousands of them.
        super(reason, null, false, false);
        this.unknownName = unknownName;
    }

    /** The pickle mentions a class or function that was not agreed. */
    static PickleException unknownName() {
        return new PickleException("a name is not allowed", true);
    }

    /** Whether it was refused for a name alone: then a reader that knows more names may read it. */
    public boolean isUnknownName() {
        return unknownName;
    }
}
