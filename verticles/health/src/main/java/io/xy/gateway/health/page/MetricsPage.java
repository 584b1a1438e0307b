package io.xy.gateway.health.page;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.Payload;
import org.jspecify.annotations.Nullable;

/**
 * The registry in the Prometheus text form, with what this node knows of its dependencies. A worker renders; those who
 * ask while it does get the same answer.
 */
final class MetricsPage {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Vertx vertx;
    private final PrometheusMeterRegistry registry;
    private final ClusterView view;
    private final StatusPages status;
    private final BuildInfo build;
    private @Nullable Future<HealthSnapshot> rendering;

    MetricsPage(Vertx vertx, PrometheusMeterRegistry registry, ClusterView view, StatusPages status, BuildInfo build) {
        this.vertx = vertx;
        this.registry = registry;
        this.view = view;
        this.status = status;
        this.build = build;
    }

    Future<HealthSnapshot> page() {
        Future<HealthSnapshot> current = rendering;
        if (current != null) {
            return current;
        }
        String own = own();
        Future<HealthSnapshot> started = vertx.executeBlocking(registry::scrape, false)
                .map(text -> new HealthSnapshot(200, CONTENT_TYPE, Payload.utf8(text + own)))
                .onComplete(done -> rendering = null);
        if (!started.isComplete()) {
            rendering = started;
        }
        return started;
    }

    private String own() {
        StringBuilder text = new StringBuilder(1_024);
        text.append("# HELP xy_dependency_up Whether a configured dependency answers\n# TYPE xy_dependency_up gauge\n");
        for (Dependency dependency : view.dependencies()) {
            if (dependency.configured()) {
                text.append("xy_dependency_up{name=\"")
                        .append(dependency.name())
                        .append("\"} ");
                text.append(dependency.up() ? 1 : 0).append('\n');
            }
        }
        text.append("# HELP xy_node_ready Whether this node wants traffic\n# TYPE xy_node_ready gauge\nxy_node_ready ");
        text.append(status.reasons().isEmpty() ? 1 : 0).append('\n');
        text.append("# HELP xy_instances Verticle instances that this node hears\n# TYPE xy_instances gauge\n");
        text.append("xy_instances ").append(view.reports().size()).append('\n');
        text.append("# HELP xy_build_info What runs\n# TYPE xy_build_info gauge\nxy_build_info{version=\"");
        text.append(build.version()).append("\",commit=\"").append(build.commit());
        return text.append("\",java=\"").append(build.java()).append("\"} 1\n").toString();
    }
}
