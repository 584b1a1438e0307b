package io.xy.gateway.health;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.xy.gateway.health.page.ClusterView;
import io.xy.gateway.health.page.Pages;
import io.xy.gateway.health.probe.Databases;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.shared.runtime.HealthReporter;
import org.jspecify.annotations.Nullable;

/**
 * Health of the node and of what it knows of the cluster, on the management port and on the bus. Runs on every node,
 * whatever its roles, on one event loop.
 */
public final class HealthVerticle extends VerticleBase {
    private final GatewayConfig config;
    private final PrometheusMeterRegistry registry;
    private final int instance;
    private boolean serving;
    private boolean draining;
    private @Nullable Databases databases;
    private @Nullable ManagementServer server;
    private @Nullable HealthReporter reporter;

    /**
     * @param registry where every verticle of the node counts
     * @param instance number of this instance on its node, from 0
     */
    public HealthVerticle(GatewayConfig config, PrometheusMeterRegistry registry, int instance) {
        this.config = config;
        this.registry = registry;
        this.instance = instance;
    }

    @Override
    public Future<?> start() {
        long startedMillis = System.currentTimeMillis();
        Bus bus = new Bus(vertx, config.node().id());
        Directory directory = new Directory(vertx, bus);
        Databases probed = new Databases(vertx, config, this::reportNow);
        Pages pages =
                new Pages(vertx, registry, new ClusterView(config, directory, probed, () -> draining), startedMillis);
        ManagementServer management =
                new ManagementServer(vertx, config.management(), pages::page, new SlowPage(bus, directory)::page);
        OwnReport own = new OwnReport(config.node().id(), instance, startedMillis, probed, management);
        HealthReporter reports = new HealthReporter(vertx, bus, () -> own.make(draining));
        databases = probed;
        server = management;
        reporter = reports;
        return bus.listen(Contract.CONTROL, this::onControl)
                .compose(listening -> directory.start())
                .compose(hearing -> probed.start())
                .compose(probing -> management.listen())
                .compose(bound -> bus.serve(Contract.HEALTH_QUERY, query -> pages.page(query.view())))
                .compose(registered -> {
                    serving = true;
                    return reports.start();
                });
    }

    @Override
    public Future<?> stop() {
        if (reporter != null) {
            reporter.stop();
        }
        Future<?> closed = server == null ? Future.succeededFuture() : server.stop();
        Future<?> released = databases == null ? Future.succeededFuture() : databases.stop();
        return Future.join(closed, released).otherwiseEmpty();
    }

    private void onControl(Control control) {
        boolean meant =
                control.node().isEmpty() || control.node().equals(config.node().id());
        if (control.kind() == Control.Kind.DRAIN && meant && !draining) {
            draining = true;
            reportNow();
        }
    }

    private void reportNow() {
        if (serving && reporter != null) {
            reporter.now();
        }
    }
}
