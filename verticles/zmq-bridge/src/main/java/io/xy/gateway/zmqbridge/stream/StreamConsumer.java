package io.xy.gateway.zmqbridge.stream;

import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.runtime.StreamOutbox;
import io.xy.gateway.shared.security.Subjects;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** One fan-out instance: what it wants, how long, and the way to it. */
final class StreamConsumer {
    private static final String SOURCE = "zmq";

    final String key;
    final String node;
    long leaseEnd;
    long revision = -1;
    private final StreamOutbox way;
    private final Set<String> subjects = new HashSet<>();
    private final List<String> patterns = new ArrayList<>();

    /**
     * @param window batches on the way without credit
     * @param onGone told when nobody listens at the consumer's address
     */
    StreamConsumer(Bus bus, Interest interest, int window, Consumer<StreamConsumer> onGone) {
        this.key = interest.consumer();
        this.node = interest.node();
        this.way = new StreamOutbox(bus, SOURCE, key, window, () -> onGone.accept(this));
    }

    void want(List<String> wanted) {
        subjects.clear();
        patterns.clear();
        for (String each : wanted) {
            if (Subjects.isSubject(each)) {
                subjects.add(each);
            } else if (Subjects.isPattern(each)) {
                patterns.add(each);
            }
        }
    }

    boolean wants(String subject) {
        return subjects.contains(subject) || Subjects.anyContains(patterns, subject);
    }

    /** Values that were overtaken by newer ones while there was no credit. */
    long skipped() {
        return way.skipped();
    }

    void add(StreamRecord record) {
        way.add(record);
    }

    /** A state of the whole source goes at once. */
    void state(StreamRecord record) {
        way.state(record);
    }

    void flush() {
        way.flush();
    }

    /** What waits belongs to an epoch that is over. */
    void forgetHeld() {
        way.forgetHeld(epoch -> true);
    }
}
