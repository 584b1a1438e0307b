package io.xy.gateway.shared.pickle;

import io.xy.gateway.shared.pickle.PickleInput.Slice;
import io.xy.gateway.shared.pickle.PickleValue.Bytes;
import io.xy.gateway.shared.pickle.PickleValue.Mapping;
import io.xy.gateway.shared.pickle.PickleValue.None;
import io.xy.gateway.shared.pickle.PickleValue.Sequence;
import io.xy.gateway.shared.pickle.PickleValue.Span;
import io.xy.gateway.shared.pickle.PickleValue.Uuid;
import io.xy.gateway.shared.pickle.PickleValue.Zone;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds the few allowed values from the arguments that a pickle gives for them. */
final class PickleConstructor {
    private static final Pattern DECIMAL =
            Pattern.compile("[+-]?(?:\\d+(?:\\.\\d*+)?|\\.\\d+)(?:[eE]([+-]?\\d{1,4}))?");
    private static final int MAX_EXPONENT = 400;

    private PickleConstructor() {}

    /** What REDUCE makes of a name and its arguments. */
    static Object reduce(Object callable, Object arguments, PickleLimits limits) throws PickleException {
        if (!(callable instanceof PickleName name) || !(arguments instanceof Sequence tuple) || !tuple.tuple) {
            throw new PickleException("only agreed names can be called");
        }
        List<Object> args = tuple.items;
        return switch (name) {
            case DATETIME -> datetime(args);
            case DATE -> date(bytes(args, 1, 1, 4), 0);
            case TIME -> clock(bytes(args, 1, 2, 6), 0) + zone(args);
            case TIMEDELTA -> span(args);
            case TIMEZONE -> timezone(args);
            case DECIMAL -> decimal(args, limits);
            case ORDERED_DICT -> orderedDict(args);
            case LATIN1_BYTES -> latin1(args);
            case EMPTY_BYTES -> emptyBytes(args);
            case RECONSTRUCTOR -> reconstruct(args);
            case UUID, OBJECT -> throw new PickleException("this name cannot be called");
        };
    }

    /** What NEWOBJ makes: only a UUID comes this way. */
    static Object create(Object type, Object arguments) throws PickleException {
        if (type != PickleName.UUID || !(arguments instanceof Sequence tuple) || !tuple.items.isEmpty()) {
            throw new PickleException("only a UUID is made this way");
        }
        return new Uuid();
    }

    /** What BUILD completes: only a UUID is completed this way. */
    static void build(Object target, Object state) throws PickleException {
        if (!(target instanceof Uuid uuid) || uuid.number != null || !(state instanceof Mapping mapping)) {
            throw new PickleException("only a new UUID is completed this way");
        }
        BigInteger number = number(mapping.members.get("int"));
        if (number.signum() < 0 || number.bitLength() > 128) {
            throw new PickleException("a UUID's number is out of range");
        }
        uuid.number = number;
    }

    private static BigInteger number(@Nullable Object member) throws PickleException {
        if (member instanceof Long small) {
            return BigInteger.valueOf(small);
        }
        if (member instanceof BigInteger large) {
            return large;
        }
        throw new PickleException("a UUID has no number");
    }

    static String text(Uuid uuid) throws PickleException {
        if (uuid.number == null) {
            throw new PickleException("a UUID was never completed");
        }
        return new java.util.UUID(uuid.number.shiftRight(64).longValue(), uuid.number.longValue()).toString();
    }

    private static String datetime(List<Object> args) throws PickleException {
        Slice state = bytes(args, 1, 2, 10);
        return date(state, 0) + 'T' + clock(state, 4) + zone(args);
    }

    private static String date(Slice state, int from) throws PickleException {
        // The top bit of the month is Python's fold, which ISO text cannot say.
        int month = state.length() == 10 ? state.u8(from + 2) & 0x7f : state.u8(from + 2);
        try {
            LocalDate date = LocalDate.of(state.u8(from) << 8 | state.u8(from + 1), month, state.u8(from + 3));
            if (date.getYear() < 1 || date.getYear() > 9_999) {
                throw new PickleException("a date is out of range");
            }
            return date.toString();
        } catch (DateTimeException e) {
            throw new PickleException("a date does not exist");
        }
    }

    private static String clock(Slice state, int from) throws PickleException {
        int hour = state.length() == 6 ? state.u8(from) & 0x7f : state.u8(from);
        int minute = state.u8(from + 1);
        int second = state.u8(from + 2);
        int micros = state.u8(from + 3) << 16 | state.u8(from + 4) << 8 | state.u8(from + 5);
        if (hour > 23 || minute > 59 || second > 59 || micros > 999_999) {
            throw new PickleException("a time does not exist");
        }
        return twoDigits(hour)
                + ':'
                + twoDigits(minute)
                + ':'
                + twoDigits(second)
                + (micros == 0 ? "" : '.' + String.valueOf(1_000_000 + micros).substring(1));
    }

    private static String zone(List<Object> args) throws PickleException {
        if (args.size() < 2 || args.get(1) == None.NONE) {
            return "";
        }
        if (args.get(1) instanceof Zone zone) {
            return zone.offset();
        }
        throw new PickleException("a time zone is not understood");
    }

    private static Span span(List<Object> args) throws PickleException {
        if (args.size() == 3
                && args.get(0) instanceof Long days
                && args.get(1) instanceof Long seconds
                && args.get(2) instanceof Long micros
                && Math.abs(days) <= 999_999_999
                && seconds >= 0
                && seconds < 86_400
                && micros >= 0
                && micros < 1_000_000) {
            return new Span(days, seconds, micros);
        }
        throw new PickleException("a timedelta is not understood");
    }

    private static Zone timezone(List<Object> args) throws PickleException {
        if (args.isEmpty() || args.size() > 2 || !(args.get(0) instanceof Span span) || span.micros() != 0) {
            throw new PickleException("a timezone is not understood");
        }
        long offset = span.totalSeconds();
        long distance = Math.abs(offset);
        if (distance >= 86_400) {
            throw new PickleException("a timezone is out of range");
        }
        String text = (offset < 0 ? "-" : "+")
                + twoDigits((int) (distance / 3_600))
                + ':'
                + twoDigits((int) (distance / 60 % 60));
        return new Zone(distance % 60 == 0 ? text : text + ':' + twoDigits((int) (distance % 60)));
    }

    private static String decimal(List<Object> args, PickleLimits limits) throws PickleException {
        if (args.size() != 1 || !(args.get(0) instanceof String text) || text.length() > limits.digits()) {
            throw new PickleException("a Decimal is not understood");
        }
        var match = DECIMAL.matcher(text);
        if (!match.matches() || match.group(1) != null && Math.abs(Integer.parseInt(match.group(1))) > MAX_EXPONENT) {
            throw new PickleException("a Decimal is not a finite number of sensible size");
        }
        return text.toUpperCase(Locale.ROOT);
    }

    private static Mapping orderedDict(List<Object> args) throws PickleException {
        if (!args.isEmpty()) {
            throw new PickleException("an OrderedDict begins empty");
        }
        return new Mapping();
    }

    private static Bytes latin1(List<Object> args) throws PickleException {
        if (args.size() == 2
                && args.get(0) instanceof String text
                && "latin1".equals(args.get(1))
                && text.chars().allMatch(c -> c < 256)) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return new Bytes(new Slice(bytes, 0, bytes.length));
        }
        throw new PickleException("bytes are not understood");
    }

    private static Bytes emptyBytes(List<Object> args) throws PickleException {
        if (!args.isEmpty()) {
            throw new PickleException("bytes are not understood");
        }
        return new Bytes(new Slice(new byte[0], 0, 0));
    }

    private static Uuid reconstruct(List<Object> args) throws PickleException {
        if (args.size() == 3
                && args.get(0) == PickleName.UUID
                && args.get(1) == PickleName.OBJECT
                && args.get(2) == None.NONE) {
            return new Uuid();
        }
        throw new PickleException("only a UUID is made this way");
    }

    private static Slice bytes(List<Object> args, int least, int most, int length) throws PickleException {
        if (args.size() >= least
                && args.size() <= most
                && args.get(0) instanceof Bytes bytes
                && bytes.slice().length() == length) {
            return bytes.slice();
        }
        throw new PickleException("a date or time is not understood");
    }

    private static String twoDigits(int number) {
        return number < 10 ? "0" + number : String.valueOf(number);
    }
}
