package io.xy.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.HealthReporter;
import io.xy.gateway.testkit.Await;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the pages make of the reports of others. */
class ClusterStateTest {
    private HealthNode node;
    private long repeating = -1;

    @BeforeEach
    void start() {
        node = HealthNode.start(Map.of("SERVICE_TYPE", "ws-fanout,nats-bridge"));
    }

    @AfterEach
    void stop() {
        node.vertx.cancelTimer(repeating);
        node.close();
    }

    @Test
    @Tag("B10")
    void aNodeIsReadyWhenEachOfItsRolesHasReported() {
        HttpResponse<String> before = node.get("/health/readiness");
        assertThat(before.statusCode()).isEqualTo(503);
        assertThat(new JsonObject(before.body()))
                .isEqualTo(new JsonObject()
                        .put("status", "not ready")
                        .put(
                                "reasons",
                                new JsonArray()
                                        .add("nats-bridge has not reported")
                                        .add("ws-fanout has not reported")));

        keepReporting(State.UP, true);

        node.awaitStatus("/health/readiness", 200);
        assertThat(node.json("/ready").getString("status")).isEqualTo("ready");
    }

    @Test
    @Tag("B10")
    void lostNatsShowsButDoesNotTakeTheNodeOutOfService() {
        keepReporting(State.DEGRADED, false);
        node.awaitStatus("/health/readiness", 200);

        JsonObject detailed = node.json("/health/detailed");

        assertThat(detailed.getString("status")).isEqualTo("degraded");
        assertThat(detailed.getJsonObject("dependencies").getJsonObject("nats"))
                .isEqualTo(new JsonObject()
                        .put("configured", true)
                        .put("up", false)
                        .put("detail", "said by the bridge"));
    }

    @Test
    @Tag("N7")
    void healthzSpeaksOfNatsAndTheClientsOfThisNode() {
        keepReporting(State.UP, true);
        node.awaitStatus("/ready", 200);

        JsonObject page = node.json("/healthz");

        assertThat(page.getBoolean("natsConnected")).isTrue();
        assertThat(page.getValue("lastErrorCode")).isNull();
        assertThat(page.containsKey("lastErrorCode")).isTrue();
        assertThat(page.getLong("clients")).isEqualTo(3);
        assertThat(page.getLong("subscriptions")).isEqualTo(7);
        assertThat(page.getDouble("subsPerConn")).isEqualTo(2.33);
        assertThat(page.getLong("uptimeSeconds")).isNotNegative();
    }

    @Test
    @Tag("N7")
    @Tag("N8")
    void healthzCarriesTheCodeWhileNatsIsLost() {
        keepReporting(State.DEGRADED, false);
        node.awaitStatus("/ready", 200);

        HttpResponse<String> answer = node.get("/healthz");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonObject page = new JsonObject(answer.body());
        assertThat(page.getBoolean("natsConnected")).isFalse();
        assertThat(page.getString("lastErrorCode")).isEqualTo("XYW004");
    }

    @Test
    @Tag("B10")
    @Tag("Z5")
    void theDetailedPageHasInstancesBreakersAndCallsUnderWay() {
        node.report(
                "node-b",
                Role.ZMQ_BRIDGE,
                State.UP,
                List.of(new Check("zmq", true, "broker answers"), new Check("breaker.auth", false, "5 failures")),
                new Figure("breaker.account", 1),
                new Figure("zmqPending", 12));
        Await.until("the other node is seen", () -> instances() == 2);

        JsonObject page = node.json("/api/v1/health");

        assertThat(page.getString("node")).isEqualTo(HealthNode.NAME);
        assertThat(page.getJsonObject("memory").getLong("heapUsedBytes")).isPositive();
        assertThat(page.getJsonObject("dependencies").getJsonObject("zmq").getBoolean("up"))
                .isTrue();
        assertThat(page.getJsonObject("pending").getLong("zmq-bridge.zmqPending"))
                .isEqualTo(12);
        JsonObject open = page.getJsonArray("breakers").getJsonObject(0);
        assertThat(open.getString("name")).isEqualTo("auth");
        assertThat(open.getString("state")).isEqualTo("open");
        assertThat(page.getJsonArray("breakers").getJsonObject(1).getString("state"))
                .isEqualTo("half-open");
        JsonObject other = page.getJsonArray("instances").getJsonObject(1);
        assertThat(other.getString("node")).isEqualTo("node-b");
        assertThat(other.getString("role")).isEqualTo("zmq-bridge");
        assertThat(other.getString("state")).isEqualTo("up");
        assertThat(other.getLong("uptimeSeconds")).isGreaterThanOrEqualTo(5);
    }

    @Test
    @Tag("B10")
    void aNodeThatLeftDisappears() {
        node.report("node-b", Role.WS_FANOUT, State.UP, List.of());
        Await.until("the other node is seen", () -> instances() == 2);

        node.bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "node-b", ""));

        Await.until("the other node is gone", () -> instances() == 1);
    }

    @Test
    @Tag("B13")
    void aDrainingNodeIsNotReadyAtOnceAndSaysSo() {
        keepReporting(State.UP, true);
        node.awaitStatus("/ready", 200);

        node.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, HealthNode.NAME, ""));

        node.awaitStatus("/ready", 503);
        assertThat(node.json("/ready").getJsonArray("reasons")).contains("the node is draining");
        assertThat(node.get("/live").statusCode()).isEqualTo(200);
    }

    @Test
    @Tag("B13")
    void theDrainOfAnotherNodeIsNotOurs() {
        keepReporting(State.UP, true);
        node.awaitStatus("/ready", 200);

        node.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, "node-b", ""));
        node.report("node-b", Role.WS_FANOUT, State.DRAINING, List.of());
        Await.until("the other node's report was heard", () -> instances() == 4);

        assertThat(node.get("/ready").statusCode()).isEqualTo(200);
    }

    @Test
    @Tag("B10")
    void aRoleThatDrainsMakesItsNodeUnready() {
        keepReporting(State.DRAINING, true);

        Await.until(
                "both roles are said to drain",
                () -> node.json("/ready").getJsonArray("reasons").contains("ws-fanout is draining"));
    }

    private int instances() {
        return node.json("/health/detailed").getJsonArray("instances").size();
    }

    /** Both roles of the node report as real ones do: at once and every second. */
    private void keepReporting(State state, boolean nats) {
        Runnable reports = () -> {
            node.report(
                    HealthNode.NAME,
                    Role.NATS_BRIDGE,
                    state,
                    List.of(new Check("nats", nats, nats ? "" : "said by the bridge")));
            node.report(
                    HealthNode.NAME,
                    Role.WS_FANOUT,
                    state,
                    List.of(),
                    new Figure("clients", 3),
                    new Figure("subscriptions", 7));
        };
        reports.run();
        repeating = node.vertx.setPeriodic(HealthReporter.SILENCE_MILLIS / 3, id -> reports.run());
    }
}
