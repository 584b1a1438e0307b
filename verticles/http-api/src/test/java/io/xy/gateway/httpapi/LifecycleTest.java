package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Start, stop and what happens in between when either goes wrong. */
@Tag("B13")
class LifecycleTest {
    private static final String PAUSE = "/api/v1/algorithms/a/pause";

    @Test
    void aPortThatIsTakenFailsTheStartByName() throws IOException {
        Vertx vertx = TestVertx.create();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            GatewayConfig config = Gateway.config(Map.of("HTTP_PORT", Integer.toString(taken.getLocalPort())));

            assertThatThrownBy(() -> await(vertx.deployVerticle(
                            new HttpApiVerticle(config, List.of(), 0, HttpApiVerticle.NodeStores.create(config)))))
                    .hasMessageContaining("Address already in use");
        } finally {
            TestVertx.close(vertx);
        }
    }

    @Test
    void withoutAKeyNothingStarts() {
        Vertx vertx = TestVertx.create();
        GatewayConfig config = Gateway.config(Map.of()).withJwtSecret("");
        try {
            assertThatThrownBy(() -> await(vertx.deployVerticle(
                            new HttpApiVerticle(config, List.of(), 0, HttpApiVerticle.NodeStores.create(config)))))
                    .hasMessageContaining("no key");
        } finally {
            TestVertx.close(vertx);
        }
    }

    @Test
    void allInstancesListenOnOnePortAndSayIt() {
        try (Gateway gateway = Gateway.start(Map.of(), 2, List.of())) {
            List<HealthReport> reports = new CopyOnWriteArrayList<>();
            await(gateway.bus.listen(Contract.HEALTH_REPORT, reports::add));
            gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.ANNOUNCE, "", ""));

            Await.until(
                    "both report",
                    () -> reports.stream()
                                    .map(HealthReport::instance)
                                    .distinct()
                                    .count()
                            == 2);

            assertThat(reports).allMatch(report -> report.figure("port") == gateway.port);
        }
    }

    @Test
    void aStopFinishesWhatIsBeingWorkedOn() {
        try (Gateway gateway = Gateway.start()) {
            FakeBridge bridge = gateway.bridge();
            Promise<CallReply> held = Promise.promise();
            bridge.service = call -> held.future();
            String token = gateway.token(Principal.ADMIN, "*");
            CompletableFuture<Gateway.Reply> request =
                    CompletableFuture.supplyAsync(() -> gateway.post(PAUSE, token, null));
            bridge.taken();

            Future<Void> stopped = gateway.vertx.undeploy(gateway.deployment);
            gateway.vertx.setTimer(200, id -> held.complete(FakeBridge.json("{\"success\":true}")));

            assertThat(request.join().status()).isEqualTo(200);
            await(stopped);
            assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), gateway.port).close())
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aClientThatVanishesIsNotWaitedFor() {
        try (Gateway gateway = Gateway.start(Map.of("HTTP_CALL_TIMEOUT", "30s"))) {
            FakeBridge bridge = gateway.bridge();
            bridge.hangs();
            List<HealthReport> reports = new CopyOnWriteArrayList<>();
            await(gateway.bus.listen(Contract.HEALTH_REPORT, report -> {
                if (report.role() == Role.HTTP_API) {
                    reports.add(report);
                }
            }));
            try (RawHttp raw = gateway.raw()) {
                raw.send("POST " + PAUSE + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                        + gateway.token(Principal.ADMIN, "*") + "\r\n\r\n");
                bridge.taken();
                Await.until("it is counted", () -> reports.stream().anyMatch(report -> report.figure("requests") == 1));
            }

            Await.until(
                    "it is no longer counted",
                    () -> reports.get(reports.size() - 1).figure("requests") == 0);
        }
    }

    @Test
    void aStopDoesNotWaitLongerThanItsLimit() {
        try (Gateway gateway = Gateway.start(Map.of("XY_DRAIN", "100ms", "HTTP_CALL_TIMEOUT", "30s"))) {
            FakeBridge bridge = gateway.bridge();
            bridge.hangs();
            try (RawHttp raw = gateway.raw()) {
                raw.send("POST " + PAUSE + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                        + gateway.token(Principal.ADMIN, "*") + "\r\n\r\n");
                bridge.taken();

                await(gateway.vertx.undeploy(gateway.deployment));

                assertThat(raw.isClosedByServer()).isTrue();
            }
        }
    }

    @Test
    void aNodeThatIsToDrainSaysSoAndGoesOnServing() {
        try (Gateway gateway = Gateway.start()) {
            gateway.bridge().answers("\"pong\"");
            List<HealthReport> reports = new CopyOnWriteArrayList<>();
            await(gateway.bus.listen(Contract.HEALTH_REPORT, reports::add));

            gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, "another", ""));
            gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, Gateway.NODE, ""));

            Await.until("it says so", () -> reports.stream()
                    .anyMatch(
                            report -> report.role() == Role.HTTP_API && report.state() == HealthReport.State.DRAINING));
            assertThat(gateway.get("/api/v1/services/auth/ping", gateway.token(Principal.ADMIN, "*"))
                            .status())
                    .isEqualTo(200);
        }
    }

    /** The listener of the test kit ends the run as failed when one of them is lost. */
    @Test
    @Tag("T-41")
    void everyBufferOfTheseTestsIsWatched() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        assertThat(ResourceLeakDetectorFactory.instance().getClass().getName()).contains("LeakListener");
    }
}
