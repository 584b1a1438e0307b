package io.xy.gateway.httpapi.outcome;

import io.vertx.core.Future;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Claims of idempotency keys and what became of them, shared by everybody who may receive a repeat. A claim is made
 * before its call is sent, if nobody has it yet, and is kept for a fixed time whatever happens; only a call that was
 * never reached its service may be claimed again.
 *
 * <p>Futures complete on the caller's context and fail only when the ledger cannot be reached.
 */
public interface OutcomeLedger {
    /** How a claim stands. */
    enum State {
        /** Claimed; its call has no answer yet. */
        UNDER_WAY,
        /** It has run. */
        EXECUTED,
        /** The service refused it: that is its answer, as final as a success. */
        REFUSED,
        /** It never reached the service: the same request may claim the key again. */
        NOT_EXECUTED,
        /** It was sent and no answer came: a late one may still resolve it. */
        UNKNOWN;

        /**
         * @param failure null for a success
         */
        static State of(@Nullable Failure failure) {
            if (failure == null || failure.outcome() == Outcome.EXECUTED) {
                return EXECUTED;
            }
            if (failure.outcome() == Outcome.UNKNOWN) {
                return UNKNOWN;
            }
            return failure.error().retry() ? NOT_EXECUTED : REFUSED;
        }

        /** What it means for whoever asks; a call under way may or may not have run. */
        Outcome outcome() {
            return switch (this) {
                case EXECUTED -> Outcome.EXECUTED;
                case REFUSED, NOT_EXECUTED -> Outcome.NOT_EXECUTED;
                case UNKNOWN, UNDER_WAY -> Outcome.UNKNOWN;
            };
        }
    }

    /**
     * One claim.
     *
     * @param requestId of the call that made it
     * @param route its name
     * @param fingerprint of the request
     * @param claimedAt milliseconds since 1970
     * @param answer null while there is none, or when there was no room for it
     */
    record Entry(
            String requestId,
            String route,
            String fingerprint,
            long claimedAt,
            State state,
            @Nullable Answer answer) {
        /** Whether what became of it is still to be learned. */
        boolean isOpen() {
            return state == State.UNDER_WAY || state == State.UNKNOWN;
        }

        Entry settled(State to, @Nullable Answer with) {
            return new Entry(requestId, route, fingerprint, claimedAt, to, with);
        }
    }

    /** What a claim found. */
    sealed interface Claim {
        /** The key is the claimer's: its call may be sent. */
        record Granted() implements Claim {}

        /** Somebody had it before. */
        record Held(Entry entry) implements Claim {}

        /** There is no room for another claim. */
        record Full() implements Claim {}
    }

    /**
     * Claims a key, atomically, if nobody has it or its call was not executed.
     *
     * @param name of the key in the ledger
     * @param entry under way and without an answer
     */
    Future<Claim> claim(String name, Entry entry);

    /**
     * Writes down what became of a call, once: of a claim that is settled as executed or not executed, or is another
     * call's, nothing changes.
     */
    Future<Void> settle(String name, String requestId, State state, @Nullable Answer answer);

    /** The claim of this name; null when there is none. */
    Future<@Nullable Entry> find(String name);
}
