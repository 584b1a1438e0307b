package io.xy.gateway.natsbridge;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.call.Calls;
import io.xy.gateway.natsbridge.call.Outlet;
import io.xy.gateway.natsbridge.call.Publications;
import io.xy.gateway.natsbridge.child.ChildNatsServer;
import io.xy.gateway.natsbridge.link.LinkEvent;
import io.xy.gateway.natsbridge.link.LinkResult;
import io.xy.gateway.natsbridge.link.LoopInbox;
import io.xy.gateway.natsbridge.link.NatsLink;
import io.xy.gateway.natsbridge.link.StreamIntake;
import io.xy.gateway.natsbridge.stream.StoredHistory;
import io.xy.gateway.natsbridge.stream.Streams;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.NatsConfig;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.runtime.HealthReporter;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of one bridge and the ways between them. Belongs to the verticle's event loop. */
final class Bridge {
    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    private static final long CALL_DRAIN_MILLIS = 2_000;
    private static final long LINK_END_MILLIS = 3_000;
    private static final long BYTES_PER_PLACE = 1_024;

    private final Vertx vertx;
    private final NatsConfig config;
    private final @Nullable ChildNatsServer child;
    private final Promise<Void> linkEnded = Promise.promise();
    private final BridgeHealth health;
    private final HealthReporter reporter;
    private final BridgeMetrics metrics;
    private final NatsLink link;
    private final Outlet outlet;
    private final Streams streams;
    private final StoredHistory history;
    private final Calls calls;
    private final Publications publications;

    /**
     * @param child the server to connect to when no URL is configured
     */
    Bridge(Vertx vertx, Bus bus, GatewayConfig config, int instance, @Nullable ChildNatsServer child) {
        this.vertx = vertx;
        this.config = config.nats();
        this.child = child;
        Context context = vertx.getOrCreateContext();
        int places = this.config.inboxMessages();
        LoopInbox<LinkEvent> inbox =
                new LoopInbox<>(context, places, places * BYTES_PER_PLACE, StreamIntake::weight, this::onEvents);
        LoopInbox<LinkResult> results =
                new LoopInbox<>(context, places, places * BYTES_PER_PLACE, Bridge::weight, this::onResults);
        this.link = new NatsLink(
                vertx,
                context,
                "xy-gateway " + bus.node(),
                this.config,
                this::urls,
                new StreamIntake(inbox),
                results,
                () -> context.runOnContext(ended -> linkEnded.tryComplete()));
        this.outlet = new Outlet(link::send);
        this.streams = new Streams(
                bus, boot(), config.streams(), link.history()::fetch, this.config.window(), link::want, Bridge::now);
        this.history = new StoredHistory(config.streams(), link.history()::fetch);
        this.calls = new Calls(vertx, outlet, places, late -> bus.publish(Contract.OUTCOME_LATE, late));
        this.publications = new Publications(outlet);
        this.health = new BridgeHealth(bus.node(), instance, this::noServer, this::figures);
        this.reporter = new HealthReporter(vertx, bus, health::report);
        this.metrics = new BridgeMetrics(instance, inbox::size, link::waiting);
    }

    Streams streams() {
        return streams;
    }

    StoredHistory history() {
        return history;
    }

    Calls calls() {
        return calls;
    }

    Publications publications() {
        return publications;
    }

    /** Starts the threads and the reports; a server that is down does not matter. */
    Future<Void> start() {
        link.start();
        if (child != null) {
            child.start(link::wake);
        }
        return reporter.start();
    }

    /** Leases, lingering subscriptions and counters; called every now and then. */
    void tidy() {
        streams.tidy();
        metrics.count(
                health.reconnects(),
                streams.storms(),
                streams.received(),
                streams.dropped(),
                health.errors(),
                health.losses());
    }

    /** Says that this node takes nothing new; what comes is served all the same. */
    void announceDrain() {
        health.drain();
        reporter.now();
    }

    /** Answers what is in flight, hands out what was accepted, and ends link and child; five seconds at most. */
    Future<Void> stop() {
        reporter.stop();
        metrics.close();
        return calls.drain(CALL_DRAIN_MILLIS)
                .compose(drained -> {
                    link.close();
                    return linkEnded.future().timeout(LINK_END_MILLIS, TimeUnit.MILLISECONDS);
                })
                .recover(late -> {
                    LOG.warn(
                            "The NATS link did not end in time: {}",
                            late instanceof TimeoutException ? "timeout" : late);
                    return Future.succeededFuture();
                })
                .compose(ended -> {
                    calls.close();
                    publications.close();
                    return stopChild();
                });
    }

    private Future<Void> stopChild() {
        ChildNatsServer server = child;
        if (server == null) {
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(
                () -> {
                    server.stop();
                    return null;
                },
                false);
    }

    private void onEvents(List<LinkEvent> events) {
        boolean news = false;
        for (LinkEvent event : events) {
            if (!(event instanceof LinkEvent.Received)) {
                news |= health.onEvent(event);
                outlet.onEvent(event);
                if (event instanceof LinkEvent.Lost) {
                    calls.onLost();
                }
            }
        }
        streams.onEvents(events);
        if (news) {
            reporter.now();
        }
    }

    private void onResults(List<LinkResult> results) {
        for (LinkResult result : results) {
            switch (result) {
                case LinkResult.Answered answer -> calls.onAnswered(answer);
                case LinkResult.Handed handed -> {
                    outlet.onHanded(handed);
                    if (!publications.onHanded(handed)) {
                        calls.onHanded(handed);
                    }
                }
            }
        }
    }

    private List<String> urls() {
        return child == null ? config.urls() : child.urls();
    }

    private String noServer() {
        if (child != null) {
            return child.trouble();
        }
        return config.urls().isEmpty() ? "no NATS is configured (NATS_URLS)" : "";
    }

    private List<Figure> figures() {
        return List.of(
                new Figure("subscriptions", streams.subscriptions()),
                new Figure("reconnects", health.reconnects()),
                new Figure("storms", streams.storms()),
                new Figure("received", streams.received()),
                new Figure("dropped", streams.dropped()),
                new Figure("errors", health.errors()),
                new Figure("callsUnderway", calls.underway()),
                new Figure("natsPort", child == null ? 0 : child.port()));
    }

    private static int weight(LinkResult result) {
        return result instanceof LinkResult.Answered answer
                ? 96 + answer.payload().length()
                : 96;
    }

    private static String boot() {
        return Long.toString(System.currentTimeMillis(), 36)
                + Long.toString(ThreadLocalRandom.current().nextLong(36 * 36 * 36), 36);
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
