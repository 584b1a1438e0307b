package io.xy.gateway.simulator.instruction;

/** A line that cannot be read. Has no stack trace: it is an answer, not a defect. */
public final class UnreadableInstruction extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** How the desk's own parsers fail on such a line. */
    public enum Kind {
        /** Something that must be there is not: an {@code IndexError} there. */
        MISSING,
        /** Counts that do not fit, or a sign that must be there: an {@code AssertionError} there. */
        MISMATCH,
        /** Read by the desk's parsers, and wrongly; refused in strict mode only. */
        MISLEADING
    }

    private final Kind kind;

    private UnreadableInstruction(Kind kind, String message) {
        super(message, null, false, false);
        this.kind = kind;
    }

    static UnreadableInstruction missing(String what) {
        return new UnreadableInstruction(Kind.MISSING, "missing: " + what);
    }

    public static UnreadableInstruction mismatch(String message) {
        return new UnreadableInstruction(Kind.MISMATCH, message);
    }

    static UnreadableInstruction misleading(String message) {
        return new UnreadableInstruction(Kind.MISLEADING, message);
    }

    public Kind kind() {
        return kind;
    }
}
