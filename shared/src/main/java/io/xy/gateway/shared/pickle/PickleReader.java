package io.xy.gateway.shared.pickle;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleValue.Sequence;

/**
 * Pickles, protocols 0 to 5, read strictly and written as JSON. Thread-safe: each message has its own state.
 *
 * <p>A tuple becomes an array; a Decimal, and an integer beyond 2^53, a text; a datetime, date or time ISO text (without
 * zone when it has none); a timedelta seconds; bytes Base64; a UUID its text; keys of a dict texts. What JSON cannot
 * say (NaN, infinity, cycles) and what was not agreed (any other class) is refused.
 */
public final class PickleReader {
    private PickleReader() {}

    /** An answer of a service: {@code [True, result]} or {@code [False, text]}. */
    public record Reply(boolean ok, Payload json) {}

    public static Payload toJson(byte[] pickle, PickleLimits limits) throws PickleException {
        try {
            byte[] plain = PlainPickle.json(pickle, limits);
            if (plain != null) {
                return Payload.of(plain);
            }
            return PickleJson.write(read(pickle, limits), limits);
        } catch (RuntimeException e) {
            throw unexpected();
        }
    }

    /** Reads a two-element list or tuple that begins with a flag. */
    public static Reply reply(byte[] pickle, PickleLimits limits) throws PickleException {
        try {
            byte[] plain = PlainPickle.reply(pickle, true, limits);
            if (plain != null) {
                return new Reply(true, Payload.of(plain));
            }
            if (read(pickle, limits) instanceof Sequence pair
                    && pair.items.size() == 2
                    && pair.items.get(0) instanceof Boolean ok) {
                return new Reply(ok, PickleJson.write(pair.items.get(1), limits));
            }
        } catch (RuntimeException e) {
            throw unexpected();
        }
        throw new PickleException("the reply is not a flag and a value");
    }

    private static Object read(byte[] pickle, PickleLimits limits) throws PickleException {
        if (pickle.length > limits.inputBytes()) {
            throw new PickleException("the message is too long");
        }
        return new PickleMachine(pickle, limits).run();
    }

    /** A defect of ours must not become more than a refused message. */
    private static PickleException unexpected() {
        return new PickleException("the message cannot be read");
    }
}
