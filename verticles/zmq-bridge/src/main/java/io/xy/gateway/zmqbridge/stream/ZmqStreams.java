package io.xy.gateway.zmqbridge.stream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The streams of the configured ZeroMQ publishers: knows the fan-out instances with their leases and hands each the
 * values that it wants. Belongs to the bridge's event loop. Publishers are listened to all the time, so that a
 * subject's numbers do not depend on who wants it.
 */
public final class ZmqStreams {
    private static final int MAX_CONSUMERS = 1_024;
    private static final int MAX_PATTERNS = 65_536;
    private static final int MAX_LEASE_MILLIS = 600_000;
    private static final long BYTES_PER_PLACE = 1_024;
    private static final String UPSTREAM = "upstream";

    /** Where a subject stands, and who gets it as long as nobody's list changes. */
    private static final class Line {
        String epoch = "";
        long sequence;
        long version = -1;
        List<StreamConsumer> route = List.of();
    }

    private final Bus bus;
    private final int window;
    private final int sources;
    private final Inbox inbox;
    private final SubscriberThread thread;
    private final Promise<Void> ended = Promise.promise();
    private final Map<String, StreamConsumer> consumers = new LinkedHashMap<>();
    private final Map<String, Line> lines = new HashMap<>();
    private long version;
    private boolean connected;
    private boolean started;
    private String epoch = "";
    private long lost;
    private long skippedBefore;

    /**
     * Made on the event loop that it belongs to.
     *
     * @param brokers to register with as a worker, if the configuration says so
     * @param onWorker told when a broker of the worker comes or goes
     */
    public ZmqStreams(
            Vertx vertx, Bus bus, GatewayConfig config, PayloadCodec codec, List<String> brokers, Runnable onWorker) {
        Context context = vertx.getOrCreateContext();
        this.bus = bus;
        this.window = config.zmq().streamWindow();
        this.sources = config.streams().sources().size();
        int places = config.zmq().streamInbox();
        this.inbox = new Inbox(context, places, places * BYTES_PER_PLACE, this::onEvents);
        this.thread = new SubscriberThread(
                "zmq-streams",
                List.copyOf(config.streams().sources().values()),
                codec,
                config.zmq(),
                brokers,
                inbox,
                () -> context.runOnContext(task -> onWorker.run()),
                () -> context.runOnContext(task -> ended.tryComplete()));
    }

    public void start() {
        started = true;
        thread.start();
    }

    public Future<Void> close() {
        if (!started) {
            return Future.succeededFuture();
        }
        thread.end();
        return ended.future();
    }

    /** The whole list of one consumer; renews its lease. */
    public Future<InterestAck> onInterest(Interest interest) {
        if (interest.consumer().isEmpty() || interest.leaseMillis() <= 0 || interest.leaseMillis() > MAX_LEASE_MILLIS) {
            return Future.failedFuture(GatewayError.BAD_REQUEST
                    .notExecuted("An interest needs a consumer and a lease of at most ten minutes")
                    .exception());
        }
        StreamConsumer consumer = consumers.get(interest.consumer());
        if (interest.patterns().size() > MAX_PATTERNS || consumer == null && consumers.size() >= MAX_CONSUMERS) {
            return Future.failedFuture(GatewayError.OVERLOADED
                    .notExecuted("The bridge cannot take more consumers or patterns")
                    .exception());
        }
        take(interest, consumer);
        return Future.succeededFuture(new InterestAck(bus.node(), epoch, connected));
    }

    private void take(Interest interest, @Nullable StreamConsumer known) {
        if (interest.patterns().isEmpty()) {
            if (known != null && interest.revision() >= known.revision) {
                forget(known);
            }
            return;
        }
        StreamConsumer consumer = known;
        if (consumer == null) {
            consumer = new StreamConsumer(bus, interest, window, this::forget);
            consumers.put(consumer.key, consumer);
        }
        consumer.leaseEnd = now() + interest.leaseMillis();
        if (interest.revision() > consumer.revision) {
            consumer.revision = interest.revision();
            consumer.want(interest.patterns());
            version++;
        }
    }

    public void onNodeGone(String node) {
        forgetIf(consumer -> consumer.node.equals(node));
    }

    /** Ends leases; called every now and then. */
    public void tidy() {
        long now = now();
        forgetIf(consumer -> now - consumer.leaseEnd > 0);
    }

    public WorkerCounts worker() {
        return thread.worker();
    }

    public StreamCounts counts() {
        long skipped = skippedBefore;
        for (StreamConsumer consumer : consumers.values()) {
            skipped += consumer.skipped();
        }
        return new StreamCounts(
                sources, consumers.size(), thread.received(), lost + skipped, thread.unread(), inbox.size(), connected);
    }

    private void onEvents(List<SourceEvent> events) {
        Set<StreamConsumer> touched = new LinkedHashSet<>();
        for (SourceEvent event : events) {
            switch (event) {
                case SourceEvent.Value value -> onValue(value, touched);
                case SourceEvent.Connection connection -> onConnection(connection);
            }
        }
        touched.forEach(StreamConsumer::flush);
    }

    private void onValue(SourceEvent.Value value, Set<StreamConsumer> touched) {
        Line line = line(value.subject());
        boolean goesOn = line.epoch.equals(value.epoch());
        long before = goesOn ? line.sequence : 0;
        line.epoch = value.epoch();
        line.sequence = value.sequence();
        boolean hole = value.sequence() > before + 1;
        if (hole) {
            lost += value.sequence() - before - 1;
        }
        for (StreamConsumer consumer : line.route) {
            if (hole) {
                consumer.add(StreamRecord.gap(
                        value.subject(), value.epoch(), before + 1, value.sequence() - 1, UPSTREAM, value.timestamp()));
            }
            consumer.add(StreamRecord.value(
                    value.subject(), value.epoch(), value.sequence(), value.timestamp(), value.payload()));
            touched.add(consumer);
        }
    }

    private Line line(String subject) {
        Line line = lines.get(subject);
        if (line == null) {
            if (lines.size() >= Numbering.MAX_SUBJECTS) {
                lines.clear();
            }
            line = new Line();
            lines.put(subject, line);
        }
        if (line.version != version) {
            line.version = version;
            List<StreamConsumer> route = new ArrayList<>();
            for (StreamConsumer consumer : consumers.values()) {
                if (consumer.wants(subject)) {
                    route.add(consumer);
                }
            }
            line.route = List.copyOf(route);
        }
        return line;
    }

    private void onConnection(SourceEvent.Connection connection) {
        epoch = connection.epoch();
        if (connected == connection.up()) {
            return;
        }
        connected = connection.up();
        long at = System.currentTimeMillis();
        for (StreamConsumer consumer : List.copyOf(consumers.values())) {
            consumer.flush();
            if (!connected) {
                consumer.forgetHeld();
            }
            consumer.state(connected ? StreamRecord.live(at) : StreamRecord.stale(UPSTREAM, at));
        }
        if (!connected) {
            lines.clear();
        }
    }

    private void forget(StreamConsumer consumer) {
        if (consumers.remove(consumer.key, consumer)) {
            skippedBefore += consumer.skipped();
            version++;
        }
    }

    private void forgetIf(Predicate<StreamConsumer> gone) {
        for (StreamConsumer consumer : List.copyOf(consumers.values())) {
            if (gone.test(consumer)) {
                forget(consumer);
            }
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
