package io.xy.gateway.health.page;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthSnapshot;

/**
 * Every health page, the same for HTTP and for the bus. Shows what is known and waits for nothing outside the process.
 * Belongs to the verticle's event loop.
 */
public final class Pages {
    private final StatusPages status;
    private final DetailedPage detailed;
    private final NatsPage nats;
    private final MetricsPage metrics;
    private final BuildInfo build = BuildInfo.read();

    /**
     * @param startedMillis when the node's health verticle came up, in milliseconds since 1970
     */
    public Pages(Vertx vertx, PrometheusMeterRegistry registry, ClusterView view, long startedMillis) {
        this.status = new StatusPages(view);
        this.detailed = new DetailedPage(view, status, build, startedMillis);
        this.nats = new NatsPage(view, startedMillis);
        this.metrics = new MetricsPage(vertx, registry, view, status, build);
    }

    public Future<HealthSnapshot> page(HealthQuery.View view) {
        return switch (view) {
            case HEALTH -> Future.succeededFuture(status.health());
            case DETAILED -> Future.succeededFuture(detailed.page());
            case LIVENESS -> Future.succeededFuture(status.liveness());
            case READINESS -> Future.succeededFuture(status.readiness());
            case HEALTHZ -> Future.succeededFuture(nats.page());
            case METRICS -> metrics.page();
            case VERSION -> Future.succeededFuture(version());
        };
    }

    private HealthSnapshot version() {
        JsonObject body = new JsonObject()
                .put("service", BuildInfo.SERVICE)
                .put("version", build.version())
                .put("java", build.java())
                .put("vertx", build.vertx());
        if (!build.commit().isEmpty()) {
            body.put("commit", build.commit());
        }
        return Json.page(200, body);
    }
}
