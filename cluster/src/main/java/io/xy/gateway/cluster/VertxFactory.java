package io.xy.gateway.cluster;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import io.xy.gateway.shared.bus.Codecs;
import io.xy.gateway.shared.config.ClusterConfig;
import io.xy.gateway.shared.config.GatewayConfig;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds the node's one {@code Vertx}: native transport, own metrics, codecs, and the cluster where there is one. */
final class VertxFactory {
    private static final Logger LOG = LoggerFactory.getLogger(VertxFactory.class);
    private static final int EVENT_BUS_CONNECT_MILLIS = 1_000;
    private static final long LONGEST_TURN_MILLIS = 400;

    private VertxFactory() {}

    static Future<Vertx> create(
            GatewayConfig config, PrometheusMeterRegistry registry, @Nullable HazelcastClusterManager membership) {
        VertxOptions options = new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(config.node().instances())
                .setWorkerPoolSize(8)
                .setInternalBlockingPoolSize(4)
                // A loop that stands still is told of, with the place where it does.
                .setMaxEventLoopExecuteTime(LONGEST_TURN_MILLIS)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(LONGEST_TURN_MILLIS / 2)
                .setMetricsOptions(metrics())
                .setEventBusOptions(eventBus(config.cluster()));
        VertxBuilder builder = Vertx.builder().with(options).withMetrics(new MicrometerMetricsFactory(registry));
        Future<Vertx> built = membership == null
                ? Future.succeededFuture(builder.build())
                : builder.withClusterManager(membership).buildClustered();
        return built.map(vertx -> {
            vertx.exceptionHandler(e -> LOG.error("an error that nobody handled", e));
            Codecs.register(vertx, false);
            Metrics.globalRegistry.add(registry);
            bindJvm(registry);
            return vertx;
        });
    }

    /** What Vert.x would measure per message and request, the verticles measure themselves, by route and subject. */
    private static MicrometerMetricsOptions metrics() {
        return new MicrometerMetricsOptions()
                .setEnabled(true)
                .addDisabledMetricsCategory(MetricsDomain.EVENT_BUS)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.DATAGRAM_SOCKET);
    }

    private static EventBusOptions eventBus(ClusterConfig cluster) {
        return new EventBusOptions()
                .setHost(cluster.eventBusHost())
                .setPort(cluster.eventBusPort())
                .setClusterPingInterval(1_000)
                .setClusterPingReplyInterval(2_000)
                .setConnectTimeout(EVENT_BUS_CONNECT_MILLIS);
    }

    // The binder lives as long as the process.
    @SuppressWarnings({"resource", "MustBeClosedChecker"})
    private static void bindJvm(PrometheusMeterRegistry registry) {
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        // Micrometer's own binder listens: after every collection a thread works for half as long as it took.
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            FunctionTimer.builder(
                            "jvm.gc.pause",
                            collector,
                            GarbageCollectorMXBean::getCollectionCount,
                            GarbageCollectorMXBean::getCollectionTime,
                            TimeUnit.MILLISECONDS)
                    .tag("gc", collector.getName())
                    .description("Collections of garbage and the time that they took")
                    .register(registry);
        }
    }
}
