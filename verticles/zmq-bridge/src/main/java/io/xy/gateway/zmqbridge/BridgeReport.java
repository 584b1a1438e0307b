package io.xy.gateway.zmqbridge;

import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.zmqbridge.client.ClientCounts;
import io.xy.gateway.zmqbridge.client.ServiceClient;
import io.xy.gateway.zmqbridge.codec.HelperCounts;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import io.xy.gateway.zmqbridge.majordomo.BrokerCounts;
import io.xy.gateway.zmqbridge.majordomo.MajordomoBroker;
import io.xy.gateway.zmqbridge.stream.StreamCounts;
import io.xy.gateway.zmqbridge.stream.WorkerCounts;
import io.xy.gateway.zmqbridge.stream.ZmqStreams;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the bridge says of itself in health reports. Belongs to the verticle's event loop. */
final class BridgeReport {
    private final String node;
    private final int instance;
    private final long startedAt = System.currentTimeMillis();
    private final ServiceClient client;
    private final PayloadCodec codec;
    private final @Nullable MajordomoBroker broker;
    private final @Nullable ZmqStreams streams;
    private boolean draining;

    BridgeReport(
            String node,
            int instance,
            ServiceClient client,
            PayloadCodec codec,
            @Nullable MajordomoBroker broker,
            @Nullable ZmqStreams streams) {
        this.node = node;
        this.instance = instance;
        this.client = client;
        this.codec = codec;
        this.broker = broker;
        this.streams = streams;
    }

    void drain() {
        draining = true;
    }

    HealthReport make() {
        ClientCounts counts = client.counts();
        State state = draining ? State.DRAINING : counts.connected() ? State.UP : State.DEGRADED;
        List<Check> checks = new ArrayList<>();
        checks.add(new Check("zmq", counts.connected(), counts.connected() ? "" : "no broker answers"));
        List<Figure> figures = new ArrayList<>(List.of(
                new Figure("zmqPending", counts.pending()),
                new Figure("zmqQueued", counts.queued()),
                new Figure("zmqCalls", counts.calls()),
                new Figure("zmqLate", counts.late()),
                new Figure("zmqDuplicates", counts.duplicates()),
                new Figure("zmqMismatched", counts.mismatched()),
                new Figure("zmqTimeouts", counts.timeouts()),
                new Figure("zmqRetries", counts.retries()),
                new Figure("zmqLosses", counts.losses()),
                new Figure("zmqBroker", counts.broker())));
        counts.breakers().forEach((service, breaker) -> figures.add(new Figure("breaker." + service, breaker)));
        HelperCounts helper = codec.counts();
        if (helper != null) {
            addHelper(figures, helper);
        }
        if (streams != null) {
            addStreams(checks, figures, streams.counts());
            addWorker(checks, figures, streams.worker());
        }
        if (broker != null) {
            addBroker(figures, broker.counts());
        }
        return new HealthReport(node, Role.ZMQ_BRIDGE, instance, state, startedAt, checks, figures);
    }

    private static void addStreams(List<Check> checks, List<Figure> figures, StreamCounts counts) {
        checks.add(
                new Check("zmqStreams", counts.connected(), counts.connected() ? "" : "a publisher is not connected"));
        figures.add(new Figure("streams", counts.sources()));
        figures.add(new Figure("streamConsumers", counts.consumers()));
        figures.add(new Figure("streamReceived", counts.received()));
        figures.add(new Figure("streamDropped", counts.dropped()));
        figures.add(new Figure("streamUnread", counts.unread()));
        figures.add(new Figure("streamWaiting", counts.waiting()));
    }

    private static void addWorker(List<Check> checks, List<Figure> figures, WorkerCounts counts) {
        if (counts.links() > 0) {
            boolean up = counts.up() == counts.links();
            checks.add(new Check("zmqWorker", up, up ? "" : "not registered with every broker"));
            figures.add(new Figure("workerLinks", counts.up()));
            figures.add(new Figure("workerLosses", counts.losses()));
            figures.add(new Figure("workerRequests", counts.requests()));
        }
    }

    private static void addHelper(List<Figure> figures, HelperCounts counts) {
        figures.add(new Figure("helperWaiting", counts.waiting()));
        figures.add(new Figure("helperDone", counts.done()));
        figures.add(new Figure("helperRefused", counts.refused()));
        figures.add(new Figure("helperRestarts", counts.restarts()));
    }

    private static void addBroker(List<Figure> figures, BrokerCounts counts) {
        figures.add(new Figure("brokerServices", counts.services()));
        figures.add(new Figure("brokerWorkers", counts.workers()));
        figures.add(new Figure("brokerWaiting", counts.waiting()));
        figures.add(new Figure("brokerRequests", counts.requests()));
        figures.add(new Figure("brokerReplies", counts.replies()));
        figures.add(new Figure("brokerMalformed", counts.malformed()));
        figures.add(new Figure("brokerRefused", counts.refused()));
        figures.add(new Figure("brokerForeign", counts.foreign()));
        figures.add(new Figure("brokerExpired", counts.expired()));
        figures.add(new Figure("brokerOverflowed", counts.overflowed()));
        figures.add(new Figure("brokerLost", counts.lost()));
        figures.add(new Figure("brokerUndeliverable", counts.undeliverable()));
    }
}
