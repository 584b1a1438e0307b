package io.xy.gateway.shared.message;

/** What a repeat of a call would do; decides whether the gateway may ever repeat it. */
public enum Effect {
    /** Changes nothing: may be retried, hedged and cached. */
    READ,
    /** Changes something, the same way however often it runs: may be retried. */
    IDEMPOTENT,
    /** Must run at most once: never sent again by the gateway. */
    ONCE;

    public boolean repeatable() {
        return this != ONCE;
    }
}
