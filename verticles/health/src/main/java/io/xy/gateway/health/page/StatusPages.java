package io.xy.gateway.health.page;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.health.probe.Standing;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.Role;
import java.util.ArrayList;
import java.util.List;

/** The short answers for probes of orchestrators: alive, ready, healthy. */
final class StatusPages {
    private static final int OK = 200;
    private static final int UNAVAILABLE = 503;

    private final ClusterView view;

    StatusPages(ClusterView view) {
        this.view = view;
    }

    /** Being answered at all is the proof: this runs on an event loop. */
    HealthSnapshot liveness() {
        return Json.page(OK, new JsonObject().put("status", "alive"));
    }

    /** Only the databases that decide are named; the wording is a promise to existing monitors. */
    HealthSnapshot health() {
        JsonObject unhealthy = new JsonObject().put("status", "unhealthy");
        boolean healthy = true;
        for (Standing standing : view.standings()) {
            if (standing.decides()) {
                unhealthy.put(standing.name(), standing.up());
                healthy &= standing.up();
            }
        }
        return healthy ? Json.page(OK, new JsonObject().put("status", "ok")) : Json.page(UNAVAILABLE, unhealthy);
    }

    /** A missing NATS or broker is no reason: taking the node out of service would not bring either back. */
    HealthSnapshot readiness() {
        List<String> reasons = reasons();
        if (reasons.isEmpty()) {
            return Json.page(OK, new JsonObject().put("status", "ready"));
        }
        JsonObject body = new JsonObject().put("status", "not ready").put("reasons", new JsonArray(reasons));
        for (Standing standing : view.standings()) {
            if (standing.decides()) {
                String member = standing.name().equals("postgres") ? "postgres_schema" : "neo4j_constraints";
                body.put(member, standing.up() && standing.missing().isEmpty());
            }
        }
        return Json.page(UNAVAILABLE, body);
    }

    /** Why this node should not get traffic; empty when it should. */
    List<String> reasons() {
        List<String> reasons = new ArrayList<>();
        if (view.draining()) {
            reasons.add("the node is draining");
        }
        for (Role role : view.config().node().roles()) {
            List<HealthReport> reports = view.own(role);
            if (reports.isEmpty()) {
                reasons.add(role.word() + " has not reported");
            } else if (reports.stream().anyMatch(report -> report.state() == HealthReport.State.DRAINING)) {
                reasons.add(role.word() + " is draining");
            }
        }
        for (Standing standing : view.standings()) {
            if (standing.decides() && !standing.up()) {
                reasons.add(standing.name() + " is not connected");
            }
            for (String missing : standing.missing()) {
                reasons.add(standing.name() + ": " + missing);
            }
        }
        return reasons;
    }
}
