package io.xy.gateway.shared.pickle;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What lies on the stack of the reader besides {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double} and
 * {@code String}. These are values of ours; nothing here is made because a peer named a class.
 */
sealed interface PickleValue {
    /** Python's None, which JSON calls null. */
    enum None implements PickleValue {
        NONE
    }

    /** The place that MARK leaves. */
    enum Mark implements PickleValue {
        MARK
    }

    /** Raw bytes. */
    record Bytes(PickleInput.Slice slice) implements PickleValue {}

    /** A list or tuple. */
    final class Sequence implements PickleValue {
        final List<Object> items;
        final boolean tuple;
        /** True while it is being written: meeting it again then is a cycle. */
        boolean open;

        Sequence(List<Object> items, boolean tuple) {
            this.items = items;
            this.tuple = tuple;
        }

        static Sequence list() {
            return new Sequence(new ArrayList<>(4), false);
        }
    }

    /** A dict; keys are texts already. */
    final class Mapping implements PickleValue {
        final Map<String, Object> members = new LinkedHashMap<>(8);
        boolean open;
    }

    /** A length of time. */
    record Span(long days, long seconds, long micros) implements PickleValue {
        long totalSeconds() {
            return days * 86_400 + seconds;
        }
    }

    /** A fixed distance from UTC, as text {@code +08:00}. */
    record Zone(String offset) implements PickleValue {}

    /** A UUID that has been announced, and soon after told its number. */
    final class Uuid implements PickleValue {
        @Nullable
        BigInteger number;
    }
}
