package io.xy.gateway.health.page;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.Role;

/** {@code /healthz}: always 200, in the members of the first NATS gateway, about this node. */
final class NatsPage {
    private static final String NATS_LOST = "XYW004";

    private final ClusterView view;
    private final long startedMillis;

    NatsPage(ClusterView view, long startedMillis) {
        this.view = view;
        this.startedMillis = startedMillis;
    }

    HealthSnapshot page() {
        long clients = 0;
        long subscriptions = 0;
        for (HealthReport report : view.own(Role.WS_FANOUT)) {
            clients += report.figure("clients");
            subscriptions += report.figure("subscriptions");
        }
        Dependency nats = view.nats();
        return Json.page(
                200,
                new JsonObject()
                        .put("natsConnected", nats.up())
                        .put("subscriptions", subscriptions)
                        .put("lastErrorCode", nats.lost() ? NATS_LOST : null)
                        .put("uptimeSeconds", (System.currentTimeMillis() - startedMillis) / 1_000)
                        .put("clients", clients)
                        .put("subsPerConn", clients == 0 ? 0.0 : Math.round(100.0 * subscriptions / clients) / 100.0));
    }
}
