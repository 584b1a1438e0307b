package io.xy.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.SlowConnections;
import io.xy.gateway.shared.message.SlowConnections.Connection;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may see the slow connections, and that all instances of the node are asked. */
@Tag("N6")
@Tag("B10")
class SlowPageTest {
    private static final String KEY = "the-admin-key-of-this-test-0123456789";
    private static HealthNode node;
    private static HealthNode closed;

    @BeforeAll
    static void start() {
        node = HealthNode.start(Map.of("ADMIN_KEY", KEY));
        closed = HealthNode.start(Map.of());
        TestVertx.await(node.bus.serve(
                Contract.STREAM_SLOW,
                HealthNode.NAME + "/ws-0",
                query -> Future.succeededFuture(new SlowConnections(
                        List.of(new Connection("c-1", "t07", 5, 900, 0, 2), new Connection("c-2", "", 3, 0, 10, 1))))));
        TestVertx.await(node.bus.serve(
                Contract.STREAM_SLOW,
                HealthNode.NAME + "/ws-1",
                query -> Future.succeededFuture(
                        new SlowConnections(List.of(new Connection("c-3", "t08", 1, 20, 4_000, 7))))));
        node.vertx.setPeriodic(200, id -> reportAll());
        reportAll();
    }

    private static void reportAll() {
        for (int instance = 0; instance < 3; instance++) {
            node.bus.publish(Contract.HEALTH_REPORT, report(HealthNode.NAME, instance));
        }
        node.bus.publish(Contract.HEALTH_REPORT, report("another-node", 0));
    }

    @AfterAll
    static void stop() {
        node.close();
        closed.close();
    }

    @Test
    void theSlowestOfAllInstancesComeFirstAndWhoDoesNotAnswerIsCounted() {
        Await.until("all instances are known", () -> page().getInteger("silentInstances") == 1);
        JsonObject page = page();
        assertThat(page.getJsonArray("connections").stream()
                        .map(each -> ((JsonObject) each).getString("connection"))
                        .toList())
                .containsExactly("c-3", "c-2", "c-1");
        assertThat(page.getJsonArray("connections").getJsonObject(2))
                .isEqualTo(new JsonObject()
                        .put("connection", "c-1")
                        .put("user", "t07")
                        .put("waiting", 5)
                        .put("waitingBytes", 900)
                        .put("blockedMillis", 0)
                        .put("subscriptions", 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "the-admin-key-of-this-test-012345678",
                "the-admin-key-of-this-test-01234567890",
                "THE-ADMIN-KEY-OF-THIS-TEST-0123456789"
            })
    void anotherKeyOpensNothing(String key) {
        assertThat(node.call("GET", "/admin/slow", "X-Admin-Key", key).statusCode())
                .isEqualTo(401);
    }

    @Test
    void noKeyTwoKeysAndOtherMethodsOpenNothing() {
        assertThat(node.get("/admin/slow").statusCode()).isEqualTo(401);
        assertThat(node.call("GET", "/admin/slow", "X-Admin-Key", KEY, "X-Admin-Key", KEY)
                        .statusCode())
                .isEqualTo(401);
        assertThat(node.call("POST", "/admin/slow", "X-Admin-Key", KEY).statusCode())
                .isEqualTo(405);
        assertThat(node.call("GET", "/admin/slow/", "X-Admin-Key", KEY).statusCode())
                .isEqualTo(404);
    }

    @Test
    void withoutAConfiguredKeyThereIsNoSuchPage() {
        assertThat(closed.get("/admin/slow").statusCode()).isEqualTo(404);
        assertThat(closed.call("GET", "/admin/slow", "X-Admin-Key", "").statusCode())
                .isEqualTo(404);
        assertThat(closed.call("GET", "/admin/slow", "X-Admin-Key", KEY).statusCode())
                .isEqualTo(404);
    }

    private static JsonObject page() {
        return new JsonObject(
                node.call("GET", "/admin/slow", "X-Admin-Key", KEY).body());
    }

    private static HealthReport report(String of, int instance) {
        return new HealthReport(of, Role.WS_FANOUT, instance, HealthReport.State.UP, 0, List.of(), List.of());
    }
}
