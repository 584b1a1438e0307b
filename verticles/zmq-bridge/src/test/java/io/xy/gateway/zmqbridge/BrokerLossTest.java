package io.xy.gateway.zmqbridge;

import static io.xy.gateway.zmqbridge.CallsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that are not there, go, come back, freeze, or are several. */
class BrokerLossTest {
    private static final String SERVICE = "instruction_service";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    @Tag("Z1")
    void withoutABrokerTheBridgeStartsSaysSoAndHealsWhenItComes() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.client(directory, "", endpoint)) {
            stage.awaitCheck(false);
            assertThat(stage.report().state()).isEqualTo(HealthReport.State.DEGRADED);
            CallReply refused = stage.call(SERVICE, "ping", "[[],{}]");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(failed(refused).error()).isEqualTo(GatewayError.UPSTREAM_DOWN);
            assertThat(failed(refused).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
            try (PeerProcess broker = Peers.broker(endpoint);
                    PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
                stage.awaitCheck(true);
                stage.awaitService(SERVICE);
                assertThat(stage.report().state()).isEqualTo(HealthReport.State.UP);
                assertThat(broker.isAlive() && worker.isAlive()).isTrue();
            }
        }
    }

    @Test
    @Tag("Z12")
    void aBrokerThatIsKilledTakesNoCallWithItAndIsFoundAgain() throws Exception {
        String endpoint = endpoint();
        Path log = Files.createFile(directory.resolve("executed"));
        PeerProcess broker = Peers.broker(endpoint);
        try (PeerProcess worker = Peers.worker(endpoint, SERVICE, "--log", log.toString());
                BridgeStage stage = BridgeStage.client(directory, "", endpoint)) {
            stage.awaitService(SERVICE);
            Future<CallReply> underWay = stage.send(SERVICE, "sleep", "[[4],{}]", Effect.ONCE, 3_000);
            stage.awaitFigure("zmqPending", 1);
            broker.kill();
            stage.awaitCheck(false);
            Failure down = failed(stage.call(SERVICE, "note", "[[\"ghost\"],{}]"));
            assertThat(down.error()).isEqualTo(GatewayError.UPSTREAM_DOWN);
            assertThat(down.outcome()).isEqualTo(Outcome.NOT_EXECUTED);

            Failure lost = failed(TestVertx.await(underWay));
            assertThat(lost.error()).isEqualTo(GatewayError.TIMEOUT);
            assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN);

            broker = Peers.broker(endpoint);
            stage.awaitService(SERVICE);
            assertThat(stage.result(SERVICE, "note", "[[\"real\"],{}]")).isEqualTo("\"real\"");
            assertThat(executed(log)).isEqualTo("real\n");
            assertThat(worker.isAlive()).isTrue();
        } finally {
            broker.close();
        }
    }

    @Test
    @Tag("Z4")
    void aReadSurvivesTheRestartOfTheBrokerAndAnOrderIsNeverRepeated() throws Exception {
        String endpoint = endpoint();
        Path log = Files.createFile(directory.resolve("executed"));
        PeerProcess router = Peers.router(endpoint);
        try (BridgeStage stage = BridgeStage.client(directory, "", endpoint)) {
            stage.awaitService(SERVICE);
            Future<CallReply> read = stage.send(SERVICE, "hold", "[[],{}]", Effect.READ, 12_000);
            Future<CallReply> order = stage.send(SERVICE, "note", "[[\"order\"],{}]", Effect.ONCE, 3_000);
            stage.awaitFigure("zmqPending", 2);
            router.kill();
            try (PeerProcess broker = Peers.broker(endpoint);
                    PeerProcess worker = Peers.worker(endpoint, SERVICE, "--log", log.toString())) {
                assertThat(failed(TestVertx.await(order)).outcome()).isEqualTo(Outcome.UNKNOWN);
                // The worker does not know the method, which is an answer: the read was sent again.
                assertThat(failed(TestVertx.await(read)).error()).isEqualTo(GatewayError.SERVICE_FAILED);
                assertThat(executed(log)).isEmpty();
                assertThat(broker.isAlive() && worker.isAlive()).isTrue();
            }
        } finally {
            router.close();
        }
    }

    @Test
    @Tag("Z9")
    void callsGoToTheNextBrokerAndComeBackToTheFirst() {
        String first = endpoint();
        String second = endpoint();
        PeerProcess preferred = Peers.broker(first);
        try (PeerProcess spare = Peers.broker(second);
                PeerProcess one = Peers.worker(first, SERVICE);
                PeerProcess two = Peers.worker(second, SERVICE);
                BridgeStage stage = BridgeStage.client(directory, "", first, second)) {
            awaitServedBy(stage, one);
            preferred.kill();
            stage.awaitFigure("zmqBroker", 1);
            assertThat(stage.result(SERVICE, "pid", "[[],{}]")).isEqualTo(String.valueOf(two.pid()));
            assertThat(stage.report().up("zmq")).isTrue();
            preferred = Peers.broker(first);
            stage.awaitFigure("zmqBroker", 0);
            awaitServedBy(stage, one);
            assertThat(spare.isAlive()).isTrue();
        } finally {
            preferred.close();
        }
    }

    /** Until then the other broker serves, if it has the service already. */
    private static void awaitServedBy(BridgeStage stage, PeerProcess worker) {
        Await.until("the preferred broker serves", () -> {
            CallReply reply = stage.call(SERVICE, "pid", "[[],{}]");
            return reply.status() == 200 && reply.body().text().equals(String.valueOf(worker.pid()));
        });
    }

    /** One call at a time: the first is on its way when its broker dies, the others still wait in the gateway. */
    @Test
    @Tag("Z9")
    void callsThatWaitGoToTheNextBrokerAndBackAndRunOnceEach() throws Exception {
        String first = endpoint();
        String second = endpoint();
        Path log = Files.createFile(directory.resolve("executed"));
        String yaml = "zmq: {services: {" + SERVICE + ": {concurrency: 1}}}";
        PeerProcess preferred = Peers.broker(first);
        try (PeerProcess spare = Peers.broker(second);
                PeerProcess one = Peers.worker(first, SERVICE, "--log", log.toString());
                PeerProcess two = Peers.worker(second, SERVICE, "--log", log.toString());
                BridgeStage stage = BridgeStage.client(directory, yaml, first, second)) {
            stage.awaitService(SERVICE);
            Future<CallReply> lost = stage.send(SERVICE, "sleep", "[[9],{}]", Effect.ONCE, 9_000);
            stage.awaitFigure("zmqPending", 1);
            List<Future<CallReply>> over = notes(stage, "over", 20);
            stage.awaitFigure("zmqQueued", 20);
            preferred.kill();
            TestVertx.await(Future.all(over));
            assertThat(lost.isComplete()).isFalse();
            assertThat(stage.report().figure("zmqBroker")).isEqualTo(1);

            Future<CallReply> busy = stage.send(SERVICE, "sleep", "[[2],{}]", Effect.ONCE, 9_000);
            stage.awaitFigure("zmqPending", 2);
            List<Future<CallReply>> back = notes(stage, "back", 20);
            preferred = Peers.broker(first);
            TestVertx.await(Future.all(back));
            assertThat(TestVertx.await(busy).body().text()).isEqualTo("\"slept\"");
            stage.awaitFigure("zmqBroker", 0);
            stage.awaitService(SERVICE);
            TestVertx.await(Future.all(notes(stage, "home", 5)));

            assertThat(failed(TestVertx.await(lost)).outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(Files.readAllLines(log)).containsExactlyInAnyOrderElementsOf(keys());
            assertThat(spare.isAlive() && one.isAlive() && two.isAlive()).isTrue();
        } finally {
            preferred.close();
        }
    }

    private static List<Future<CallReply>> notes(BridgeStage stage, String name, int count) {
        List<Future<CallReply>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Future<CallReply> call = stage.send(SERVICE, "note", "[[\"" + name + i + "\"],{}]", Effect.ONCE, 15_000);
            calls.add(call.map(reply -> {
                assertThat(reply.failure()).isNull();
                return reply;
            }));
        }
        return calls;
    }

    private static List<String> keys() {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            keys.add("over" + i);
            keys.add("back" + i);
        }
        for (int i = 0; i < 5; i++) {
            keys.add("home" + i);
        }
        return keys;
    }

    @Test
    @Tag("Z1")
    void aBrokerThatListensButAnswersNothingIsLost() {
        String endpoint = endpoint();
        try (PeerProcess router = Peers.router(endpoint);
                BridgeStage stage = BridgeStage.client(directory, "", endpoint)) {
            stage.awaitService(SERVICE);
            assertThat(stage.result(SERVICE, "mute", "[[],{}]")).contains("silent");
            stage.awaitCheck(false);
            assertThat(failed(stage.call(SERVICE, "ping", "[[],{}]")).error()).isEqualTo(GatewayError.UPSTREAM_DOWN);
            assertThat(router.isAlive()).isTrue();
        }
    }

    @Test
    @Tag("Z1")
    void aWorkerThatIsStartedAgainServesAgain() {
        String endpoint = endpoint();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint)) {
            PeerProcess worker = Peers.worker(endpoint, SERVICE);
            stage.awaitService(SERVICE);
            worker.kill();
            stage.awaitFigure("brokerWorkers", 0);
            Await.until("the service is absent", () -> {
                Failure failure =
                        stage.call(SERVICE, "ping", "[[],{}]", Effect.ONCE, 300).failure();
                return failure != null && failure.error() == GatewayError.NO_SERVICE;
            });
            try (PeerProcess again = Peers.worker(endpoint, SERVICE)) {
                stage.awaitService(SERVICE);
                assertThat(stage.result(SERVICE, "pid", "[[],{}]")).isEqualTo(String.valueOf(again.pid()));
            }
        }
    }

    private static String executed(Path log) throws IOException {
        return Files.readString(log);
    }

    private static String endpoint() {
        return "tcp://127.0.0.1:" + Ports.free();
    }
}
