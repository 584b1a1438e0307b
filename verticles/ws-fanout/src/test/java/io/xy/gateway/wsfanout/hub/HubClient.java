package io.xy.gateway.wsfanout.hub;

import io.xy.gateway.wsfanout.oracle.Ledger;
import io.xy.gateway.wsfanout.protocol.Records;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One connection of a hub under test, with its one subscription. */
final class HubClient {
    private final Hub hub;
    private final String pattern;
    private final RecordingSink sink;
    private Outbox outbox;
    private @Nullable Subscription subscription;
    private Mode mode;
    private long maxAge;

    HubClient(OneTurn turn, String pattern, Mode mode, Ledger ledger) {
        this(turn, pattern, mode, new RecordingSink(ledger));
    }

    HubClient(OneTurn turn, String pattern, Mode mode, RecordingSink sink) {
        this.hub = turn.hub();
        this.pattern = pattern;
        this.mode = mode;
        this.sink = sink;
        this.outbox = new Outbox(hub, sink);
    }

    /** Limits the age of what waits in later subscriptions. */
    HubClient maxAge(long millis) {
        maxAge = millis;
        return this;
    }

    Outbox outbox() {
        return outbox;
    }

    RecordingSink sink() {
        return sink;
    }

    Ledger ledger() {
        return sink.ledger();
    }

    boolean isSubscribed() {
        return subscription != null;
    }

    /** Subscribes, and resumes where the ledger is when asked. */
    void subscribe(boolean resume) {
        Map<String, Subscription.Point> since = new HashMap<>();
        if (resume) {
            ledger().positions()
                    .forEach((subject, at) -> since.put(subject, new Subscription.Point(at.epoch(), at.sequence())));
        }
        Subscription made = new Subscription(
                outbox, 1, pattern, mode, Tier.TURN, new Subscription.Start(true, 0, since, false, maxAge));
        subscription = made;
        hub.subscribe(made, found -> outbox.ordered(Records.endOfState(1, found.channels())));
    }

    void unsubscribe() {
        if (subscription != null) {
            hub.unsubscribe(subscription);
            subscription = null;
        }
    }

    void change(Mode to) {
        mode = to;
        if (subscription != null) {
            hub.change(subscription, to, Tier.TURN);
        }
    }

    /** The connection breaks and another one resumes. */
    void reconnect() {
        unsubscribe();
        outbox.close();
        outbox = new Outbox(hub, sink);
        ledger().connected();
        subscribe(true);
    }

    /** The transport takes so many records more, and says so. */
    void room(int count) {
        sink.room(count);
        outbox.onWritable();
    }

    void flush() {
        outbox.flush();
    }

    /** What the sweep does, at another time than now. */
    void watchAfter(long millis) {
        outbox.watch(System.currentTimeMillis() + millis);
    }

    /** Reads everything that there is. */
    void read() {
        sink.room(Integer.MAX_VALUE);
        outbox.flush();
    }

    /** The records without channel, time and payload: {@code d 5}, {@code g 6 9}, {@code b e1}. */
    List<String> brief() {
        return sink.records().stream()
                .filter(record -> !record.startsWith("[\"e\""))
                .map(HubClient::brief)
                .toList();
    }

    private static String brief(String record) {
        String[] parts = record.replaceAll("[\\[\\]\"{}]", "").split(",", -1);
        return switch (parts[0]) {
            case "b" -> "b " + parts[3];
            case "g" -> "g " + parts[2] + ' ' + parts[3];
            default -> parts[0] + ' ' + parts[2];
        };
    }
}
