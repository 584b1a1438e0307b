package io.xy.gateway.zmqbridge;

import static io.xy.gateway.zmqbridge.CallsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker of the gateway with unmodified CPython workers. */
@Tag("Z11")
class EmbeddedBrokerTest {
    private static final String SERVICE = "algorithm_service";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void theFirstWorkerGetsTheWorkAndTheSecondStandsBy() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess first = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            first.awaitLine("designated");
            try (PeerProcess second = Peers.worker(endpoint, SERVICE)) {
                stage.awaitFigure("brokerWorkers", 2);
                assertThat(pids(stage, SERVICE, 10)).containsExactly(first.pid());
                first.kill();
                stage.awaitService(SERVICE);
                second.awaitLine("designated");
                assertThat(pids(stage, SERVICE, 10)).containsExactly(second.pid());
            }
        }
    }

    @Test
    void workOfAppIsSharedBetweenItsWorkers() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess first = Peers.worker(endpoint, "APP");
                PeerProcess second = Peers.worker(endpoint, "APP")) {
            stage.awaitFigure("brokerWorkers", 2);
            stage.awaitService("APP");
            assertThat(pids(stage, "APP", 20)).containsExactlyInAnyOrder(first.pid(), second.pid());
        }
    }

    @Test
    void aWorkerThatDiesOverACallIsReplacedAndTheCallIsNotRepeated() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess first = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            try (PeerProcess second = Peers.worker(endpoint, SERVICE)) {
                stage.awaitFigure("brokerWorkers", 2);
                CallReply reply = stage.call(SERVICE, "die", "[[],{}]", Effect.ONCE, 1_000);
                assertThat(failed(reply).error()).isEqualTo(GatewayError.TIMEOUT);
                assertThat(failed(reply).outcome()).isEqualTo(Outcome.UNKNOWN);
                stage.awaitService(SERVICE);
                stage.awaitFigure("brokerLost", 1);
                assertThat(first.await(5)).isEqualTo(3);
                assertThat(second.isAlive()).isTrue();
            }
        }
    }

    @Test
    void aWorkerThatAnswersTwiceIsHeardOnce() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            assertThat(stage.result(SERVICE, "twice", "[[],{}]")).isEqualTo("\"first\"");
            stage.awaitFigure("brokerForeign", 1);
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            assertThat(worker.isAlive()).isTrue();
        }
    }

    @Test
    void aLateAnswerCompletesTheLedgerEvenThoughTheCallerHasGone() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            CallReply reply = stage.call(SERVICE, "sleep", "[[0.6],{}]", Effect.ONCE, 200);
            assertThat(failed(reply).outcome()).isEqualTo(Outcome.UNKNOWN);
            Await.until("the late answer is told", () -> stage.late.size() == 1);
            assertThat(stage.late.get(0).reply().body().text()).isEqualTo("\"slept\"");
            assertThat(worker.isAlive()).isTrue();
        }
    }

    /** Megabytes of answers wait for a client that reads none; a direct client and the gateway are served as before. */
    @Test
    @Tag("Z9")
    void aClientThatReadsNothingIsNoBurdenToOthers() {
        String endpoint = endpoint();
        String quiet = "account_service";
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess loud = Peers.worker(endpoint, SERVICE);
                PeerProcess worker = Peers.worker(endpoint, quiet)) {
            stage.awaitService(SERVICE);
            stage.awaitService(quiet);
            try (PeerProcess deaf = Peers.deaf(endpoint, SERVICE);
                    PeerProcess client = Peers.client(endpoint, quiet)) {
                for (int i = 0; i < 100; i++) {
                    client.say("('add', [" + i + ", 1], {})");
                    client.awaitLine("reply [True, " + (i + 1) + "]");
                    assertThat(stage.result(quiet, "add", "[[" + i + ",2],{}]")).isEqualTo(String.valueOf(i + 2));
                }
                Await.until(
                        "its service is there for others",
                        () -> stage.call(SERVICE, "ping", "[[],{}]").status() == 200);
                assertThat(deaf.isAlive() && loud.isAlive() && worker.isAlive()).isTrue();
            }
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
        }
    }

    @Test
    @Tag("Z1")
    void plainWorkersAreServedOverLanes() {
        String endpoint = endpoint();
        String yaml = """
                zmq:
                  services:
                    plain_service: { correlation: lane, concurrency: 4 }
                """;
        GatewayConfig config = BridgeStage.config(directory, yaml, Map.of("ZMQ_MODE", "broker", "ZMQ_BIND", endpoint));
        try (BridgeStage stage = BridgeStage.deployed(config);
                PeerProcess worker = Peers.worker(endpoint, "plain_service", "--plain")) {
            stage.awaitService("plain_service");
            List<Future<CallReply>> replies = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                replies.add(stage.send("plain_service", "add", "[[" + i + ",0],{}]"));
            }
            TestVertx.await(Future.all(replies));
            for (int i = 0; i < 40; i++) {
                assertThat(replies.get(i).result().body().text()).isEqualTo(String.valueOf(i));
            }
            CallReply slow = stage.call("plain_service", "sleep", "[[0.5],{}]", Effect.ONCE, 200);
            assertThat(failed(slow).outcome()).isEqualTo(Outcome.UNKNOWN);
            // The answer of the slow call must not be taken for the answer of the next one.
            assertThat(stage.result("plain_service", "add", "[[1,1],{}]")).isEqualTo("2");
            assertThat(worker.isAlive()).isTrue();
        }
    }

    @Test
    @Tag("Z11")
    void aPortThatIsTakenFailsTheStartWithItsName() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                BridgeStage stage = BridgeStage.empty()) {
            String endpoint = "tcp://127.0.0.1:" + taken.getLocalPort();
            GatewayConfig config =
                    BridgeStage.config(directory, "", Map.of("ZMQ_MODE", "broker", "ZMQ_BIND", endpoint));
            assertThatThrownBy(() -> stage.deploy(config))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining(endpoint);
        }
    }

    @Test
    void aFreePortIsTakenAndTold() {
        GatewayConfig config =
                BridgeStage.config(directory, "", Map.of("ZMQ_MODE", "broker", "ZMQ_BIND", "tcp://127.0.0.1:0"));
        try (BridgeStage stage = BridgeStage.empty()) {
            ZmqBridgeVerticle verticle = new ZmqBridgeVerticle(config, 0);
            TestVertx.await(stage.vertx.deployVerticle(verticle));
            assertThat(verticle.brokerEndpoint()).matches("tcp://127\\.0\\.0\\.1:[1-9]\\d+");
            try (PeerProcess worker = Peers.worker(verticle.brokerEndpoint(), SERVICE)) {
                stage.awaitService(SERVICE);
                assertThat(worker.isAlive()).isTrue();
            }
        }
        assertThat(EmbeddedBroker.reachable("tcp://0.0.0.0:5555")).isEqualTo("tcp://127.0.0.1:5555");
        assertThat(EmbeddedBroker.reachable("tcp://*:5555")).isEqualTo("tcp://127.0.0.1:5555");
        assertThat(EmbeddedBroker.reachable("tcp://10.0.0.1:5555")).isEqualTo("tcp://10.0.0.1:5555");
    }

    @Test
    @Tag("B13")
    void afterUndeploymentThePortIsFreeAndNoThreadIsLeft() throws Exception {
        String endpoint = endpoint();
        for (int round = 0; round < 3; round++) {
            try (BridgeStage stage = BridgeStage.broker(directory, endpoint)) {
                stage.awaitCheck(true);
                stage.undeploy();
            }
        }
        Await.until("the threads are gone", () -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("zmq-")));
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        }
    }

    @Test
    @Tag("B13")
    void aDrainingBridgeSaysSoAndStillServes() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            stage.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, "another-node", ""));
            stage.bus.publish(Contract.CONTROL, new Control(Control.Kind.DRAIN, BridgeStage.NODE, ""));
            Await.until("it says that it drains", () -> stage.report().state() == HealthReport.State.DRAINING);
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            assertThat(worker.isAlive()).isTrue();
        }
    }

    private static Set<Long> pids(BridgeStage stage, String service, int calls) {
        Set<Long> pids = new HashSet<>();
        for (int i = 0; i < calls; i++) {
            pids.add(Long.valueOf(stage.result(service, "pid", "[[],{}]")));
        }
        return pids;
    }

    private static String endpoint() {
        return "tcp://127.0.0.1:" + Ports.free();
    }
}
