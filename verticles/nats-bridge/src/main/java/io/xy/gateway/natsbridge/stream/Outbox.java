package io.xy.gateway.natsbridge.stream;

import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.runtime.StreamOutbox;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One fan-out instance: what it wants, how long, and the way to it. */
final class Outbox {
    static final String SOURCE = "nats";

    final String key;
    final String node;
    Set<String> patterns = Set.of();
    long revision = -1;
    long leaseEnd;
    boolean touched;

    private final StreamOutbox way;

    /**
     * @param window batches that may be on the way without credit
     * @param onGone told when nobody listens at the consumer's address
     */
    Outbox(Bus bus, String node, String key, int window, Consumer<Outbox> onGone) {
        this.node = node;
        this.key = key;
        this.way = new StreamOutbox(bus, SOURCE, key, window, () -> onGone.accept(this));
    }

    /** Values that were overtaken by newer ones while there was no credit. */
    long skipped() {
        return way.skipped();
    }

    void add(StreamRecord record) {
        way.add(record);
    }

    /** Sends a state of the whole source at once. */
    void state(StreamRecord record) {
        way.state(record);
    }

    /** Sends what was added. */
    void flush() {
        touched = false;
        way.flush();
    }

    /** Forgets what waits for credit and belongs to an epoch that is over. */
    void forgetHeld(Predicate<String> over) {
        way.forgetHeld(over);
    }
}
