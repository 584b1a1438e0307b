package io.xy.gateway.health.page;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.health.probe.Standing;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.HealthSnapshot;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Everything that this node knows, for people: instances of the cluster, dependencies, breakers, calls under way. */
final class DetailedPage {
    /** Checks and figures of circuit breakers carry this in front of the breaker's name. */
    private static final String BREAKER = "breaker.";

    /** Figures that count what is under way at this moment, by role. */
    private static final Set<String> UNDER_WAY = Set.of(
            "http-api.requests",
            "http-api.calls",
            "http-api.tunnels",
            "zmq-bridge.zmqPending",
            "zmq-bridge.zmqQueued",
            "zmq-bridge.brokerWaiting",
            "nats-bridge.callsUnderway");

    private static final List<String> BREAKER_STATES = List.of("closed", "half-open", "open");

    private final ClusterView view;
    private final StatusPages status;
    private final BuildInfo build;
    private final long startedMillis;

    DetailedPage(ClusterView view, StatusPages status, BuildInfo build, long startedMillis) {
        this.view = view;
        this.status = status;
        this.build = build;
        this.startedMillis = startedMillis;
    }

    HealthSnapshot page() {
        List<HealthReport> reports = view.reports();
        List<String> reasons = status.reasons();
        JsonObject body = new JsonObject()
                .put("status", word(reports))
                .put("timestamp", Instant.now().toString())
                .put("service", BuildInfo.SERVICE)
                .put("version", build.version())
                .put("node", view.node())
                .put("profile", view.config().node().profile().name().toLowerCase(Locale.ROOT))
                .put("uptimeSeconds", secondsSince(startedMillis))
                .put("ready", reasons.isEmpty())
                .put("reasons", new JsonArray(reasons))
                .put("memory", memory())
                .put("runtime", runtime())
                .put("dependencies", dependencies())
                .put("breakers", breakers(reports))
                .put("pending", pending(reports))
                .put("instances", instances(reports));
        return Json.page(status.health().status(), body);
    }

    private String word(List<HealthReport> reports) {
        if (status.health().status() != 200) {
            return "unhealthy";
        }
        boolean whole = reports.stream().allMatch(report -> report.state() == State.UP)
                && view.dependencies().stream().noneMatch(Dependency::lost);
        return whole ? "ok" : "degraded";
    }

    private JsonObject memory() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        return new JsonObject()
                .put("heapUsedBytes", heap.getUsed())
                .put("heapMaxBytes", heap.getMax())
                .put("otherUsedBytes", other.getUsed());
    }

    private JsonObject runtime() {
        return new JsonObject()
                .put("java", build.java())
                .put("vertx", build.vertx())
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("threads", ManagementFactory.getThreadMXBean().getThreadCount());
    }

    private JsonObject dependencies() {
        JsonObject dependencies = new JsonObject();
        for (Dependency dependency : view.dependencies()) {
            JsonObject entry = new JsonObject()
                    .put("configured", dependency.configured())
                    .put("up", dependency.up())
                    .put("detail", dependency.detail());
            dependencies.put(dependency.name(), entry);
        }
        for (Standing standing : view.standings()) {
            dependencies
                    .getJsonObject(standing.name())
                    .put("since", Instant.ofEpochMilli(standing.sinceMillis()).toString())
                    .put("answerMicros", standing.answerMicros())
                    .put("missing", new JsonArray(standing.missing()));
        }
        return dependencies;
    }

    private static JsonArray breakers(List<HealthReport> reports) {
        JsonArray breakers = new JsonArray();
        for (HealthReport report : reports) {
            for (Check check : report.checks()) {
                if (check.name().startsWith(BREAKER)) {
                    breakers.add(breaker(report, check.name(), check.up() ? "closed" : "open")
                            .put("detail", check.detail()));
                }
            }
            for (Figure figure : report.figures()) {
                if (figure.name().startsWith(BREAKER)) {
                    int state = (int) Math.clamp(figure.value(), 0, BREAKER_STATES.size() - 1);
                    breakers.add(breaker(report, figure.name(), BREAKER_STATES.get(state)));
                }
            }
        }
        return breakers;
    }

    private static JsonObject breaker(HealthReport report, String name, String state) {
        return new JsonObject()
                .put("name", name.substring(BREAKER.length()))
                .put("state", state)
                .put("node", report.node())
                .put("role", report.role().word())
                .put("instance", report.instance());
    }

    /** Sums over the cluster, by role and figure. */
    private static JsonObject pending(List<HealthReport> reports) {
        Map<String, Long> sums = new TreeMap<>();
        for (HealthReport report : reports) {
            for (Figure figure : report.figures()) {
                String name = report.role().word() + '.' + figure.name();
                if (UNDER_WAY.contains(name)) {
                    sums.merge(name, figure.value(), Long::sum);
                }
            }
        }
        JsonObject pending = new JsonObject();
        sums.forEach(pending::put);
        return pending;
    }

    private static JsonArray instances(List<HealthReport> reports) {
        JsonArray instances = new JsonArray();
        for (HealthReport report : reports) {
            JsonArray checks = new JsonArray();
            for (Check check : report.checks()) {
                checks.add(new JsonObject()
                        .put("name", check.name())
                        .put("up", check.up())
                        .put("detail", check.detail()));
            }
            JsonObject figures = new JsonObject();
            report.figures().forEach(figure -> figures.put(figure.name(), figure.value()));
            instances.add(new JsonObject()
                    .put("node", report.node())
                    .put("role", report.role().word())
                    .put("instance", report.instance())
                    .put("state", report.state().name().toLowerCase(Locale.ROOT))
                    .put("uptimeSeconds", secondsSince(report.startedAt()))
                    .put("checks", checks)
                    .put("figures", figures));
        }
        return instances;
    }

    private static long secondsSince(long startedMillis) {
        return Math.max(0, (System.currentTimeMillis() - startedMillis) / 1_000);
    }
}
