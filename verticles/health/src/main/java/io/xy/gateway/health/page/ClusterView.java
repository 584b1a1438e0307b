package io.xy.gateway.health.page;

import io.xy.gateway.health.probe.Databases;
import io.xy.gateway.health.probe.Standing;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;

/** What this node knows of itself, of the others and of what they all lean on. Read on the verticle's event loop. */
public final class ClusterView {
    private final GatewayConfig config;
    private final Directory directory;
    private final Databases databases;
    private final BooleanSupplier draining;

    public ClusterView(GatewayConfig config, Directory directory, Databases databases, BooleanSupplier draining) {
        this.config = config;
        this.directory = directory;
        this.databases = databases;
        this.draining = draining;
    }

    String node() {
        return config.node().id();
    }

    GatewayConfig config() {
        return config;
    }

    boolean draining() {
        return draining.getAsBoolean();
    }

    List<Standing> standings() {
        return databases.standings();
    }

    /** Every fresh report of the cluster, in a stable order. */
    List<HealthReport> reports() {
        return directory.reports().stream()
                .sorted(Comparator.comparing(HealthReport::node)
                        .thenComparing(HealthReport::role)
                        .thenComparing(HealthReport::instance))
                .toList();
    }

    /** The fresh reports of one role on this node. */
    List<HealthReport> own(Role role) {
        return reports().stream()
                .filter(report -> report.role() == role && report.node().equals(node()))
                .toList();
    }

    /** NATS and the broker as the bridges see them, the databases as this node sees them. */
    List<Dependency> dependencies() {
        List<Dependency> dependencies = new ArrayList<>(5);
        dependencies.add(bridged("nats", Role.NATS_BRIDGE));
        dependencies.add(bridged("zmq", Role.ZMQ_BRIDGE));
        for (String database : List.of("postgres", "neo4j", "redis")) {
            dependencies.add(database(database));
        }
        return dependencies;
    }

    Dependency nats() {
        return bridged("nats", Role.NATS_BRIDGE);
    }

    /** The own node's bridge where there is one, else the best of the cluster's. */
    private Dependency bridged(String name, Role role) {
        List<HealthReport> own = own(role);
        List<HealthReport> witnesses = own.isEmpty()
                ? reports().stream().filter(report -> report.role() == role).toList()
                : own;
        Dependency found = new Dependency(name, config.node().runs(role), false, "no " + role.word() + " has reported");
        for (HealthReport report : witnesses) {
            for (Check check : report.checks()) {
                if (check.name().equals(name) && (!found.up() || check.up())) {
                    found = new Dependency(name, true, check.up(), check.detail());
                }
            }
        }
        return found;
    }

    private Dependency database(String name) {
        for (Standing standing : standings()) {
            if (standing.name().equals(name)) {
                return new Dependency(name, true, standing.up(), standing.detail());
            }
        }
        return new Dependency(name, false, false, "not configured");
    }
}
