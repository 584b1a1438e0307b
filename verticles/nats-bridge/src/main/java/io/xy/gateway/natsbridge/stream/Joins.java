package io.xy.gateway.natsbridge.stream;

import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.xy.gateway.natsbridge.link.Fetch;
import io.xy.gateway.natsbridge.link.Fetched;
import io.xy.gateway.natsbridge.link.Fetched.Stored;
import io.xy.gateway.natsbridge.link.LinkEvent.Numbering;
import io.xy.gateway.natsbridge.link.LinkEvent.Received;
import io.xy.gateway.natsbridge.stream.KeptSubjects.Part;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription begins, or begins again after an outage, on subjects that a JetStream stream keeps: what was missed
 * is read from the stream and goes out first, what comes meanwhile waits for it. A subject that is not known yet begins
 * with its last stored value. What is too much to read is named as a gap, and the newest values follow it.
 */
final class Joins {
    /** Messages that are read again after an outage; beyond it only the newest of each subject. */
    static final int MAX_MISSED = 16_384;

    /** Subjects whose last value is read. */
    static final int MAX_SUBJECTS = 4_096;

    private static final int MAX_WAITING = 65_536;
    private static final long MAX_WAITING_BYTES = 16 << 20;

    /**
     * What was read.
     *
     * @param reached the sequence behind which everything was asked for
     * @param whole whether it is everything that the stream has behind it
     */
    private record Missed(Fetched fetched, long reached, boolean whole) {
        /** The highest sequence before the subject's first value that may have been one of its own, and is gone. */
        long previous(Stored value, long count) {
            boolean limited = fetched.perSubject() > 0 && count >= fetched.perSubject();
            return !whole || limited ? value.sequence() - 1 : Math.min(value.sequence(), fetched.first()) - 1;
        }
    }

    private final KeptSubjects kept;
    private final Function<Fetch, Future<Fetched>> store;
    private final SubjectTable subjects;
    private final Runnable onDone;
    private final Map<String, Integer> underway = new HashMap<>();
    private final ArrayDeque<Received> waiting = new ArrayDeque<>();
    /** Subscriptions that the server has. */
    private Set<String> joined = Set.of();
    /** Those whose past has gone out: of them nothing is missing up to the newest value of the stream. */
    private final Set<String> whole = new HashSet<>();

    private long waitingBytes;
    private long round;
    private long incarnation;

    /**
     * @param store reads, and fails after a limit of its own
     * @param onDone told when nothing waits any more
     */
    Joins(StreamsConfig catalogue, Function<Fetch, Future<Fetched>> store, SubjectTable subjects, Runnable onDone) {
        this.kept = new KeptSubjects(catalogue);
        this.store = store;
        this.subjects = subjects;
        this.onDone = onDone;
    }

    boolean isBusy() {
        return !underway.isEmpty();
    }

    /** Keeps the message until what comes before it has been read; false when there is nothing to wait for. */
    boolean hold(Received message) {
        if (underway.isEmpty() || !holds(message.pattern())) {
            return false;
        }
        waiting.add(message);
        waitingBytes += message.payload().length() + 96L;
        if (waiting.size() > MAX_WAITING || waitingBytes > MAX_WAITING_BYTES) {
            giveUp();
        }
        return true;
    }

    /** Whether messages of this subscription wait. */
    boolean holds(String pattern) {
        return underway.containsKey(pattern);
    }

    /** A new connection, which has none of its subscriptions yet. */
    void onConnected(long number) {
        incarnation = number;
        forget();
        joined = Set.of();
    }

    /** The connection is gone, and with it everything that was to be joined to it. */
    void onLost() {
        forget();
    }

    /** The subscriptions that are asked for from now on: new ones wait until the server has them. */
    void onHeld(Set<String> patterns) {
        for (String pattern : patterns) {
            if (!joined.contains(pattern) && kept.isKept(pattern)) {
                underway.putIfAbsent(pattern, 0);
            }
        }
        whole.retainAll(patterns);
        if (underway.keySet().retainAll(patterns)) {
            release(message -> !underway.containsKey(message.pattern()));
        }
    }

    /** The server has these subscriptions: nothing is missed from now on. */
    void onSettled(Set<String> patterns) {
        Set<String> fresh = new HashSet<>();
        for (String pattern : patterns) {
            if (!joined.contains(pattern) && underway.containsKey(pattern)) {
                fresh.add(pattern);
            }
        }
        joined = new HashSet<>(patterns);
        List<Part> parts = kept.parts(fresh);
        for (Part part : parts) {
            part.owners().forEach(owner -> underway.merge(owner, 1, Integer::sum));
        }
        parts.forEach(this::begin);
    }

    /** Another consumer wants what is subscribed already: it gets the newest values, unless they are just changing. */
    void onNewcomer(Set<String> patterns, Consumer<StreamRecord> consumer) {
        Set<String> covered = new HashSet<>(patterns);
        covered.removeIf(pattern -> !Subjects.anyContains(List.copyOf(joined), pattern));
        for (Part part : kept.parts(covered)) {
            newest(part, 0).onSuccess(read -> {
                for (Stored value : read.fetched.values()) {
                    StreamRecord record = subjects.lastIs(value, read.fetched.epoch());
                    if (record != null) {
                        consumer.accept(record);
                    }
                }
                onDone.run();
            });
        }
    }

    private void begin(Part part) {
        long thisRound = round;
        String epoch = subjects.epochOf(part.numbers());
        long reached = epoch == null ? 0 : reached(part, epoch);
        boolean known = whole.containsAll(part.owners());
        whole.removeAll(part.owners());
        Future<Missed> read = reached == 0 ? newest(part, 0) : missed(part, reached, epoch);
        if (reached > 0 && !known) {
            // Subjects that were never seen begin with their last value.
            read = read.compose(first -> {
                if (thisRound == round) {
                    take(part, first);
                }
                return newest(part, 0);
            });
        }
        read.onComplete(done -> {
            if (thisRound == round) {
                onRead(part, done);
            }
        });
    }

    /** One connection delivers in the order of the stream, so the newest value of all stands for the others. */
    private long reached(Part part, String epoch) {
        return whole.containsAll(part.owners()) ? subjects.reached(epoch) : subjects.reached(part.pattern(), epoch);
    }

    private Future<Missed> missed(Part part, long reached, @Nullable String epoch) {
        return store.apply(new Fetch(part.stream(), part.pattern(), Fetch.Kind.ALL, reached, MAX_MISSED))
                .compose(fetched -> fetched.complete() && fetched.epoch().equals(epoch)
                        ? Future.succeededFuture(new Missed(fetched, reached, true))
                        : newest(part, reached));
    }

    private Future<Missed> newest(Part part, long reached) {
        return store.apply(new Fetch(part.stream(), part.pattern(), Fetch.Kind.LAST_OF_EACH, 0, MAX_SUBJECTS))
                .map(fetched -> new Missed(fetched, reached, false));
    }

    private void onRead(Part part, AsyncResult<Missed> done) {
        if (done.succeeded()) {
            take(part, done.result());
        }
        for (String owner : part.owners()) {
            if (underway.merge(owner, -1, Integer::sum) <= 0) {
                underway.remove(owner);
                whole.add(owner);
            }
        }
        release(message -> !underway.containsKey(message.pattern()));
        onDone.run();
    }

    private void take(Part part, Missed missed) {
        Fetched fetched = missed.fetched;
        if (!fetched.numbers()) {
            return;
        }
        subjects.onEpoch(part.numbers(), fetched.epoch());
        PatternTree<String> owners = new PatternTree<>();
        part.owners().forEach(owner -> owners.add(owner, owner));
        Map<String, Long> counts = new HashMap<>();
        fetched.values().forEach(value -> counts.merge(value.subject(), 1L, Long::sum));
        Set<String> begun = new HashSet<>();
        for (Stored value : fetched.values()) {
            boolean begins = begun.add(value.subject());
            long count = counts.getOrDefault(value.subject(), 0L);
            Numbering numbering =
                    new Numbering(part.numbers(), value.sequence(), begins ? missed.previous(value, count) : 0);
            owners.first(value.subject())
                    .ifPresent(owner -> subjects.onFetched(new Received(
                            incarnation, owner, value.subject(), numbering, value.timestamp(), value.payload())));
        }
        if (missed.reached > 0) {
            subjects.onGone(part.pattern(), fetched.epoch(), fetched.first() - 1, System.currentTimeMillis());
        }
    }

    private void giveUp() {
        round++;
        underway.clear();
        release(message -> true);
        onDone.run();
    }

    private void release(Predicate<Received> due) {
        int count = waiting.size();
        for (int i = 0; i < count; i++) {
            Received message = waiting.remove();
            if (due.test(message)) {
                waitingBytes -= message.payload().length() + 96L;
                subjects.onReceived(message);
            } else {
                waiting.add(message);
            }
        }
    }

    private void forget() {
        round++;
        underway.clear();
        waiting.clear();
        waitingBytes = 0;
    }
}
