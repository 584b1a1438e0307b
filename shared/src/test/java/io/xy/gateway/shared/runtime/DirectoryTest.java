package io.xy.gateway.shared.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("C1")
@Tag("C2")
class DirectoryTest {
    private final List<String> gone = new CopyOnWriteArrayList<>();
    private Vertx vertx;
    private Context loop;
    private Bus bus;
    private Directory directory;

    @BeforeEach
    void start() {
        vertx = TestVertx.create();
        loop = vertx.getOrCreateContext();
        bus = new Bus(vertx, "n1");
        directory = new Directory(vertx, bus);
        directory.onNodeGone(gone::add);
        TestVertx.await(onLoop(directory::start));
    }

    @AfterEach
    void stop() {
        TestVertx.close(vertx);
    }

    @Test
    void theOwnNodeIsPreferred() {
        hear(report("n2", HealthReport.State.UP, true));
        hear(report("n1", HealthReport.State.UP, true));
        assertThat(choose()).isEqualTo("n1");
    }

    @Test
    void othersTakeTurns() {
        hear(report("n2", HealthReport.State.UP, true));
        hear(report("n3", HealthReport.State.UP, true));
        Set<String> chosen = new CopyOnWriteArraySet<>();
        for (int i = 0; i < 4; i++) {
            chosen.add(choose());
        }
        assertThat(chosen).containsExactlyInAnyOrder("n2", "n3");
    }

    @Test
    void aDrainingOrUnfitNodeIsPassedOver() {
        hear(report("n1", HealthReport.State.DRAINING, true));
        hear(report("n2", HealthReport.State.DEGRADED, false));
        hear(report("n3", HealthReport.State.UP, true));
        assertThat(choose()).isEqualTo("n3");
    }

    @Test
    void aNodeThatLeavesIsGoneAtOnceAndToldOnce() {
        hear(report("n2", HealthReport.State.UP, true));
        bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "n2", ""));
        bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "n2", ""));
        Await.until("n2 is gone", () -> !gone.isEmpty());
        assertThat(choose()).isNull();
        assertThat(gone).containsExactly("n2");
    }

    @Test
    void aSilentNodeIsGoneToo() {
        hear(report("n2", HealthReport.State.UP, true));
        Await.until("n2 is gone", () -> gone.equals(List.of("n2")));
        assertThat(choose()).isNull();
    }

    @Test
    void aReporterAnswersWhoeverComesLater() {
        HealthReporter reporter = new HealthReporter(vertx, bus, () -> report("n9", HealthReport.State.UP, true));
        TestVertx.await(onLoop(reporter::start));
        Directory late = new Directory(vertx, bus);
        TestVertx.await(onLoop(late::start));
        Await.until(
                "the late one knows n9",
                () -> TestVertx.await(onLoop(() -> Future.succeededFuture(
                        late.reports().stream().anyMatch(report -> report.node().equals("n9"))))));
        TestVertx.await(onLoop(() -> {
            reporter.stop();
            return Future.succeededFuture();
        }));
    }

    private String choose() {
        return TestVertx.await(
                onLoop(() -> Future.succeededFuture(directory.choose(Role.ZMQ_BRIDGE, report -> report.up("zmq")))));
    }

    private void hear(HealthReport report) {
        bus.publish(Contract.HEALTH_REPORT, report);
        Await.until(
                "the report is heard",
                () -> TestVertx.await(
                        onLoop(() -> Future.succeededFuture(directory.reports().contains(report)))));
    }

    private <T> Future<T> onLoop(Supplier<Future<T>> action) {
        io.vertx.core.Promise<T> promise = io.vertx.core.Promise.promise();
        loop.runOnContext(go -> action.get().onComplete(promise));
        return promise.future();
    }

    private static HealthReport report(String node, HealthReport.State state, boolean up) {
        return new HealthReport(
                node,
                Role.ZMQ_BRIDGE,
                0,
                state,
                1,
                List.of(new HealthReport.Check("zmq", up, "")),
                List.of(new HealthReport.Figure("pending", 2)));
    }
}
