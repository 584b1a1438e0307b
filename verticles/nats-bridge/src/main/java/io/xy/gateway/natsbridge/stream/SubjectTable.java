package io.xy.gateway.natsbridge.stream;

import io.xy.gateway.natsbridge.link.Fetched.Stored;
import io.xy.gateway.natsbridge.link.LinkEvent.Loss;
import io.xy.gateway.natsbridge.link.LinkEvent.Numbering;
import io.xy.gateway.natsbridge.link.LinkEvent.Received;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.security.Subjects;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Numbers the values of every subject. Sequences of the source are kept as they are and prove continuity across
 * connections; those given here count within one connection and one unbroken subscription, which their epoch names.
 */
final class SubjectTable {
    private static final String LOST = "upstream";

    private final String boot;
    private final int limit;
    private final Predicate<String> subscribed;
    private final BiConsumer<SubjectState, StreamRecord> out;
    private final Map<String, SubjectState> states = new HashMap<>();
    /** By the name that a source gives its numbers: the epoch that also tells one stream of that name from another. */
    private final Map<String, String> epochs = new HashMap<>();

    private long incarnation;
    private long era;
    private long refused;
    private long duplicates;

    /**
     * @param boot differs with each start of the bridge
     * @param limit most subjects to know at a time
     * @param subscribed whether a pattern is held now
     * @param out where records go
     */
    SubjectTable(String boot, int limit, Predicate<String> subscribed, BiConsumer<SubjectState, StreamRecord> out) {
        this.boot = boot;
        this.limit = limit;
        this.subscribed = subscribed;
        this.out = out;
    }

    /** The epoch of the connection. */
    String epoch() {
        return boot + '-' + incarnation;
    }

    /** Whether the epoch ends with the connection. */
    boolean numberedHere(String epoch) {
        return epoch.startsWith(boot + '-');
    }

    /** Messages on subjects that are not streams. */
    long refused() {
        return refused;
    }

    /** Copies and repetitions that were not handed on. */
    long duplicates() {
        return duplicates;
    }

    /** A new connection: nothing that was numbered here is continuous. */
    void onConnected(long number) {
        incarnation = number;
        era = 0;
        states.values().removeIf(state -> !state.numberedBySource());
    }

    /** Something was lost, nobody knows of what: numbering starts anew, and the source's own goes on to show it. */
    void onDoubt() {
        era++;
        states.values().removeIf(state -> !state.numberedBySource());
    }

    /** These subscriptions ended: what they carried is no longer followed. */
    void onGivenBack(Set<String> patterns) {
        if (states.values().removeIf(state -> patterns.contains(state.owner))) {
            era++;
        }
    }

    /** How far the subjects that the pattern covers are known for certain in this epoch; 0 when none is. */
    long reached(String pattern, String epoch) {
        Map<String, Long> byOwner = new HashMap<>();
        for (SubjectState state : states.values()) {
            if (state.sourceEpoch.equals(epoch) && Subjects.contains(pattern, state.subject)) {
                byOwner.merge(state.owner, state.sequence, Math::max);
            }
        }
        // One subscription delivers in the order of the stream, so its newest value stands for all of its subjects.
        return byOwner.isEmpty() ? 0 : Collections.min(byOwner.values());
    }

    /** The highest sequence that is known in this epoch; 0 when none is. */
    long reached(String epoch) {
        long reached = 0;
        for (SubjectState state : states.values()) {
            if (state.sourceEpoch.equals(epoch)) {
                reached = Math.max(reached, state.sequence);
            }
        }
        return reached;
    }

    /** The stored value as a record, when it is the subject's newest; else null. */
    @Nullable
    StreamRecord lastIs(Stored value, String epoch) {
        SubjectState state = states.get(value.subject());
        if (state == null || !state.sourceEpoch.equals(epoch) || state.sequence != value.sequence()) {
            return null;
        }
        return StreamRecord.value(state.subject, state.epoch, state.sequence, value.timestamp(), value.payload());
    }

    /** Which stream stands behind the name of its numbers; null while that is not known. */
    @Nullable
    String epochOf(String name) {
        return epochs.get(name);
    }

    /** The stream behind the name is this one. */
    void onEpoch(String name, String epoch) {
        epochs.put(name, epoch);
    }

    /** A message that was read from its stream, in the order of the stream. */
    void onFetched(Received message) {
        Numbering numbering = resolved(message.numbering());
        SubjectState known = states.get(message.subject());
        if (numbering == null
                || known != null
                        && known.sourceEpoch.equals(numbering.epoch())
                        && numbering.sequence() <= known.sequence) {
            return;
        }
        SubjectState state = state(message.subject(), message.pattern());
        if (state != null) {
            onNumbered(state, numbering, message);
            state.fetchedUpTo = state.sequence;
        }
    }

    /** Whatever the pattern's subjects had between what is known and this sequence is gone. */
    void onGone(String pattern, String epoch, long upTo, long now) {
        for (SubjectState state : states.values()) {
            if (state.sourceEpoch.equals(epoch) && state.sequence < upTo && Subjects.contains(pattern, state.subject)) {
                out.accept(state, StreamRecord.gap(state.subject, state.epoch, state.sequence + 1, upTo, LOST, now));
                state.sequence = upTo;
                state.fetchedUpTo = upTo;
            }
        }
    }

    void onReceived(Received message) {
        SubjectState state = state(message.subject(), message.pattern());
        if (state == null) {
            return;
        }
        Numbering numbering = resolved(message.numbering());
        if (numbering != null) {
            onNumbered(state, numbering, message);
            return;
        }
        if (state.numberedBySource()) {
            restart(state, "");
        }
        state.sequence++;
        value(state, message);
    }

    void onLoss(Loss loss, long now) {
        SubjectState state = state(loss.subject(), loss.pattern());
        if (state == null) {
            return;
        }
        long before = state.sequence;
        Numbering last = resolved(loss.last());
        if (last == null && !state.numberedBySource()) {
            state.sequence += loss.count();
        } else if (last != null && last.epoch().equals(state.sourceEpoch)) {
            state.sequence = Math.max(before, last.sequence());
        }
        if (state.sequence > before) {
            out.accept(state, StreamRecord.gap(state.subject, state.epoch, before + 1, state.sequence, LOST, now));
        }
    }

    private @Nullable Numbering resolved(@Nullable Numbering numbering) {
        String epoch = numbering == null ? null : epochs.get(numbering.epoch());
        return numbering == null || epoch == null
                ? numbering
                : new Numbering(epoch, numbering.sequence(), numbering.previous());
    }

    private @Nullable SubjectState state(String subject, String pattern) {
        SubjectState state = states.get(subject);
        if (state == null) {
            state = admit(subject, pattern);
        } else if (!state.owner.equals(pattern)) {
            return adopted(state, pattern) ? state : null;
        }
        return state;
    }

    /** After a reconnect another subscription may carry a subject that its source numbers. */
    private boolean adopted(SubjectState state, String pattern) {
        if (subscribed.test(state.owner) || !subscribed.test(pattern)) {
            duplicates++;
            return false;
        }
        state.owner = pattern;
        return true;
    }

    private @Nullable SubjectState admit(String subject, String pattern) {
        if (!subscribed.test(pattern)) {
            return null;
        }
        if (!StreamSubjects.isStream(subject)) {
            refused++;
            return null;
        }
        if (states.size() >= limit) {
            // Forgetting all at once keeps the rule simple: an epoch never counts a subject twice.
            states.clear();
            era++;
        }
        SubjectState state = new SubjectState(subject, pattern, current());
        states.put(subject, state);
        return state;
    }

    private void onNumbered(SubjectState state, Numbering numbering, Received message) {
        long sequence = numbering.sequence();
        if (!numbering.epoch().equals(state.sourceEpoch)) {
            state.sourceEpoch = numbering.epoch();
            state.epoch = numbering.epoch();
            state.fetchedUpTo = 0;
        } else if (sequence == state.sequence
                || sequence <= state.fetchedUpTo
                || sequence < state.sequence && !numbering.linked()) {
            duplicates++;
            return;
        } else if (sequence < state.sequence) {
            // The stream was made anew under its old name.
            restart(state, numbering.epoch());
        } else {
            long lastMissing = numbering.linked() ? numbering.previous() : sequence - 1;
            if (lastMissing > state.sequence) {
                long from = state.sequence + 1;
                out.accept(
                        state,
                        StreamRecord.gap(state.subject, state.epoch, from, lastMissing, LOST, message.timestamp()));
            }
        }
        state.sequence = sequence;
        value(state, message);
    }

    private void restart(SubjectState state, String sourceEpoch) {
        era++;
        state.sourceEpoch = sourceEpoch;
        state.epoch = sourceEpoch.isEmpty() ? current() : sourceEpoch + '~' + current();
        state.sequence = 0;
        state.fetchedUpTo = 0;
    }

    private void value(SubjectState state, Received message) {
        out.accept(
                state,
                StreamRecord.value(state.subject, state.epoch, state.sequence, message.timestamp(), message.payload()));
    }

    private String current() {
        return era == 0 ? epoch() : epoch() + '.' + era;
    }
}
