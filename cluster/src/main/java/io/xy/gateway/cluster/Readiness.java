package io.xy.gateway.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches this node's reports until every role has spoken and the parts that live in this process answer, so that the
 * first request after "ready" is served. Back ends elsewhere are not waited for.
 */
final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final long LIMIT_SECONDS = 5;

    /** The desk's services that the simulator stands in for. */
    private static final long MOCK_SERVICES = 4;

    private final GatewayConfig config;
    private final Context context;
    private final Directory directory;
    private final Promise<Void> ready = Promise.promise();
    private final Map<Role, HealthReport> heard = new EnumMap<>(Role.class);
    // Written by the event loop, read by the thread that started the node.
    private final Map<String, Long> figures = new ConcurrentHashMap<>();

    Readiness(Vertx vertx, Bus bus, GatewayConfig config) {
        this.config = config;
        this.context = vertx.getOrCreateContext();
        this.directory = new Directory(vertx, bus);
    }

    void start() {
        context.runOnContext(go -> {
            directory.onReport(this::onReport);
            directory.start().onFailure(e -> LOG.warn("health reports cannot be heard: {}", e.getMessage()));
        });
    }

    /** Waits, at most a few seconds: a node that serves what it can is better than one that does not start. */
    void await() {
        Future<Void> done = ready.future();
        try {
            done.await(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            LOG.warn("started, but not everything in this process answers yet; see /health/detailed");
        }
    }

    /** The port that a role said it listens on; 0 when it said none. */
    int port(Role role) {
        return Math.toIntExact(figures.getOrDefault(role.word() + ".port", 0L));
    }

    /** A figure of a role's last report; 0 when there is none. */
    long figure(Role role, String name) {
        return figures.getOrDefault(role.word() + '.' + name, 0L);
    }

    private void onReport(HealthReport report) {
        if (!report.node().equals(config.node().id())) {
            return;
        }
        heard.put(report.role(), report);
        Map<String, Long> news = new HashMap<>();
        report.figures().forEach(figure -> news.put(report.role().word() + '.' + figure.name(), figure.value()));
        figures.putAll(news);
        if (heard.keySet().containsAll(config.node().roles()) && ownBackEndsAnswer()) {
            ready.tryComplete();
        }
    }

    private boolean ownBackEndsAnswer() {
        boolean ownBroker = config.node().runs(Role.ZMQ_BRIDGE) && config.zmq().mode() == ZmqConfig.Mode.BROKER;
        HealthReport bridge = heard.get(Role.ZMQ_BRIDGE);
        if (ownBroker && (bridge == null || !bridge.up("zmq"))) {
            return false;
        }
        boolean ownServices = ownBroker && config.zmq().mock() && config.node().runs(Role.SIMULATOR);
        if (ownServices && figure(Role.ZMQ_BRIDGE, "brokerServices") < MOCK_SERVICES) {
            return false;
        }
        HealthReport nats = heard.get(Role.NATS_BRIDGE);
        return nats == null || nats.figure("natsPort") == 0 || nats.up("nats");
    }
}
