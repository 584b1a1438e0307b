package io.xy.gateway.cluster;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Deployable;
import io.xy.gateway.health.HealthVerticle;
import io.xy.gateway.httpapi.HttpApiVerticle;
import io.xy.gateway.natsbridge.NatsBridgeVerticle;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.simulator.SimulatorVerticle;
import io.xy.gateway.wsfanout.WsFanoutVerticle;
import io.xy.gateway.zmqbridge.ZmqBridgeVerticle;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** Makes the verticles of each role; the only place that knows all of them. */
final class Verticles {
    private final GatewayConfig config;
    private final List<RouteConfig> routes;
    private final PrometheusMeterRegistry registry;

    Verticles(GatewayConfig config, List<RouteConfig> routes, PrometheusMeterRegistry registry) {
        this.config = config;
        this.routes = routes;
        this.registry = registry;
    }

    /** The two fronts run on every event loop; what owns a foreign connection runs once. */
    int instances(Role role) {
        return role == Role.HTTP_API || role == Role.WS_FANOUT ? config.node().instances() : 1;
    }

    Supplier<Deployable> supplier(Role role) {
        return switch (role) {
            case HEALTH -> numbered(instance -> new HealthVerticle(config, registry, instance));
            case ZMQ_BRIDGE -> numbered(instance -> new ZmqBridgeVerticle(config, instance));
            case NATS_BRIDGE -> numbered(instance -> new NatsBridgeVerticle(config, instance));
            case SIMULATOR -> numbered(instance -> new SimulatorVerticle(config, instance));
            case WS_FANOUT -> numbered(instance -> new WsFanoutVerticle(config, instance));
            case HTTP_API -> {
                HttpApiVerticle.NodeStores stores = HttpApiVerticle.NodeStores.create(config);
                yield numbered(instance -> new HttpApiVerticle(config, routes, instance, stores));
            }
        };
    }

    private static Supplier<Deployable> numbered(IntFunction<Deployable> make) {
        AtomicInteger next = new AtomicInteger();
        return () -> make.apply(next.getAndIncrement());
    }
}
