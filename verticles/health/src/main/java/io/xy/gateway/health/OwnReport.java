package io.xy.gateway.health;

import io.xy.gateway.health.probe.Databases;
import io.xy.gateway.health.probe.Standing;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.Role;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/** The report of this verticle; it also carries what concerns the process as a whole. */
final class OwnReport {
    private final String node;
    private final int instance;
    private final long startedMillis;
    private final Databases databases;
    private final ManagementServer server;

    OwnReport(String node, int instance, long startedMillis, Databases databases, ManagementServer server) {
        this.node = node;
        this.instance = instance;
        this.startedMillis = startedMillis;
        this.databases = databases;
        this.server = server;
    }

    HealthReport make(boolean draining) {
        List<Standing> standings = databases.standings();
        boolean whole = standings.stream().allMatch(Standing::up);
        State state = draining ? State.DRAINING : whole ? State.UP : State.DEGRADED;
        List<Check> checks = standings.stream()
                .map(standing -> new Check(standing.name(), standing.up(), standing.detail()))
                .toList();
        return new HealthReport(node, Role.HEALTH, instance, state, startedMillis, checks, figures());
    }

    private List<Figure> figures() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return List.of(
                new Figure("managementPort", server.port()),
                new Figure("heapUsedBytes", heap.getUsed()),
                new Figure("heapMaxBytes", heap.getMax()),
                new Figure("threads", ManagementFactory.getThreadMXBean().getThreadCount()),
                new Figure("processors", Runtime.getRuntime().availableProcessors()));
    }
}
