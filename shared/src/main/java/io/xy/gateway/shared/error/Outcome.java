package io.xy.gateway.shared.error;

/**
 * What became of a call that may have changed something (requirement Z12).
 *
 * <p>Only {@link #NOT_EXECUTED} makes an automatic repeat safe.
 */
public enum Outcome {
    /** Never sent, or refused by the service before it did anything. */
    NOT_EXECUTED("not-executed"),
    /** It ran; the answer may say success or failure. */
    EXECUTED("executed"),
    /** Sent, and no answer came: it may have run, or may still run. */
    UNKNOWN("unknown");

    private final String word;

    Outcome(String word) {
        this.word = word;
    }

    /** The word used in answers, ledgers and protocols. */
    public String word() {
        return word;
    }
}
