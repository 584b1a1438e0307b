package io.xy.gateway.cluster;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Role;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node: starts its verticles in order, knows where it listens, stops them in order.
 *
 * <p>{@link #start} and {@link #stop} block their caller, which is the main thread, a signal's thread or a test.
 */
final class GatewayNode {
    private static final Logger LOG = LoggerFactory.getLogger(GatewayNode.class);
    private static final long START_SECONDS = 60;

    /** Started one group after the other; within a group together. Back ends come before those that call them. */
    private static final List<List<Role>> START_ORDER = List.of(
            List.of(Role.HEALTH),
            List.of(Role.ZMQ_BRIDGE, Role.NATS_BRIDGE),
            List.of(Role.SIMULATOR, Role.WS_FANOUT, Role.HTTP_API));

    /** What drains is stopped first; the next role only when it is done. */
    private static final List<Role> STOP_ORDER =
            List.of(Role.HTTP_API, Role.WS_FANOUT, Role.SIMULATOR, Role.NATS_BRIDGE, Role.ZMQ_BRIDGE, Role.HEALTH);

    private final GatewayConfig config;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Verticles verticles;
    private final Map<Role, String> deployments = new EnumMap<>(Role.class);
    private @Nullable Vertx vertx;
    private @Nullable Readiness readiness;
    private long readyMillis;

    GatewayNode(GatewayConfig config, List<RouteConfig> routes) {
        this.config = config;
        this.verticles = new Verticles(config, routes, registry);
    }

    void start() throws PortInUse, StartFailed {
        Vertx started = createVertx();
        vertx = started;
        Bus bus = new Bus(started, config.node().id());
        Readiness ready = new Readiness(started, bus, config);
        readiness = ready;
        ready.start();
        for (List<Role> group : START_ORDER) {
            deploy(started, group);
        }
        ready.await();
        readyMillis = ManagementFactory.getRuntimeMXBean().getUptime();
    }

    /** Milliseconds from the start of the JVM until the node was ready. */
    long readyMillis() {
        return readyMillis;
    }

    /** One line per address that this node listens on. */
    List<String> addresses() {
        Readiness ready = readiness;
        return ready == null ? List.of() : new Addresses(config, ready).lines();
    }

    /** Drains and stops everything, whatever was started; safe to call twice. */
    synchronized void stop() {
        Vertx running = vertx;
        if (running == null) {
            return;
        }
        vertx = null;
        new Bus(running, config.node().id())
                .publish(
                        Contract.CONTROL,
                        new Control(Control.Kind.DRAIN, config.node().id(), ""));
        for (Role role : STOP_ORDER) {
            String id = deployments.remove(role);
            if (id != null) {
                quietly(role.word(), running.undeploy(id), config.node().drainMillis() + 5_000);
            }
        }
        quietly("vertx", running.close(), 10_000);
        Metrics.globalRegistry.remove(registry);
        registry.close();
    }

    private Vertx createVertx() throws PortInUse, StartFailed {
        HazelcastClusterManager membership = config.cluster().enabled()
                ? ClusterMembership.manager(
                        config.cluster(), config.node().id(), config.jwt().refreshExpiresInMillis())
                : null;
        Vertx created;
        try {
            created = VertxFactory.create(config, registry, membership).await(START_SECONDS, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw clusterFailure(e);
        }
        if (membership != null) {
            Bus bus = new Bus(created, config.node().id());
            ClusterMembership.onLeave(membership.getHazelcastInstance(), node -> {
                LOG.info("node {} has left", node);
                bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, node, ""));
            });
        }
        return created;
    }

    private StartFailed clusterFailure(Exception e) throws PortInUse {
        if (isPortInUse(e)) {
            throw new PortInUse("cluster", config.cluster().port(), "CLUSTER_PORT or EVENT_BUS_PORT");
        }
        return new StartFailed("the cluster", e);
    }

    private void deploy(Vertx on, List<Role> group) throws PortInUse, StartFailed {
        Map<Role, Future<String>> started = new EnumMap<>(Role.class);
        for (Role role : group) {
            if (config.node().runs(role)) {
                DeploymentOptions options = new DeploymentOptions().setInstances(verticles.instances(role));
                started.put(role, on.deployVerticle(verticles.supplier(role), options));
            }
        }
        List<Map.Entry<Role, Exception>> failures = new ArrayList<>();
        started.forEach((role, deployment) -> {
            try {
                deployments.put(role, deployment.await(START_SECONDS, TimeUnit.SECONDS));
            } catch (Exception e) {
                // A failed future throws its cause as it is, checked or not.
                failures.add(Map.entry(role, e));
            }
        });
        for (Map.Entry<Role, Exception> failure : failures) {
            if (isPortInUse(failure.getValue())) {
                throw Addresses.inUse(config, failure.getKey());
            }
            throw new StartFailed(failure.getKey().word(), failure.getValue());
        }
    }

    /** The native transport and Hazelcast have exceptions of their own for it. */
    private static boolean isPortInUse(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (cause instanceof BindException
                    || message.contains("Address already in use")
                    || message.contains("ports are in use")
                    || message.contains("is already in use")) {
                return true;
            }
        }
        return false;
    }

    private static void quietly(String what, Future<?> stopping, long limitMillis) {
        try {
            stopping.await(limitMillis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("{} did not stop within {} ms", what, limitMillis);
        } catch (Exception e) {
            LOG.warn("{} did not stop cleanly: {}", what, e.getMessage());
        }
    }
}
