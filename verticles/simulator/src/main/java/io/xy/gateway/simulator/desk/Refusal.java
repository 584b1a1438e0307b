package io.xy.gateway.simulator.desk;

/** A call that a service answers with an error text. Has no stack trace: it is an answer, not a defect. */
final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;

    /**
     * @param pythonType the exception's name in the text that callers get, for example {@code TypeError}
     */
    Refusal(String pythonType, String message) {
        super(pythonType + ": " + message, null, false, false);
    }
}
