package io.xy.gateway.health;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowQuery;
import io.xy.gateway.shared.runtime.Directory;
import java.util.ArrayList;
import java.util.List;

/** {@code /admin/slow}: the connections of this node that take their data most slowly, asked of its fan-out instances. */
final class SlowPage {
    private static final int TOP = 20;
    private static final long ANSWER_MILLIS = 800;

    private final Bus bus;
    private final Directory directory;

    SlowPage(Bus bus, Directory directory) {
        this.bus = bus;
        this.directory = directory;
    }

    /** Waits for each instance at most for a moment; one that does not answer counts as silent. */
    Future<HealthSnapshot> page() {
        List<Future<SlowConnections>> asked = new ArrayList<>();
        for (HealthReport report : directory.reports()) {
            if (report.role() == Role.WS_FANOUT && report.node().equals(bus.node())) {
                String instance = bus.node() + "/ws-" + report.instance();
                asked.add(bus.request(Contract.STREAM_SLOW, instance, new SlowQuery(TOP), ANSWER_MILLIS));
            }
        }
        return Future.join(asked).transform(done -> Future.succeededFuture(page(asked)));
    }

    private static HealthSnapshot page(List<Future<SlowConnections>> answers) {
        List<SlowConnections.Connection> all = new ArrayList<>();
        int silent = 0;
        for (Future<SlowConnections> answer : answers) {
            if (answer.succeeded()) {
                all.addAll(answer.result().connections());
            } else {
                silent++;
            }
        }
        all.sort(SlowConnections.Connection.SLOWEST_FIRST);
        JsonArray connections = new JsonArray();
        all.stream().limit(TOP).forEach(each -> connections.add(json(each)));
        JsonObject body = new JsonObject().put("connections", connections).put("silentInstances", silent);
        return new HealthSnapshot(200, "application/json", Payload.of(body.toBuffer()));
    }

    private static JsonObject json(SlowConnections.Connection connection) {
        return new JsonObject()
                .put("connection", connection.id())
                .put("user", connection.user())
                .put("waiting", connection.entries())
                .put("waitingBytes", connection.bytes())
                .put("blockedMillis", connection.blockedMillis())
                .put("subscriptions", connection.subscriptions());
    }
}
