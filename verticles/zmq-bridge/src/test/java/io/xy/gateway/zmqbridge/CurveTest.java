package io.xy.gateway.zmqbridge;

import static io.xy.gateway.zmqbridge.CallsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Curve.KeyPair;

/** CURVE between the gateway and libzmq, in both roles: who has the right keys works, who has not is not there. */
@Tag("Z1")
@Tag("Z11")
class CurveTest {
    private static final String SERVICE = "account_service";

    private final KeyPair ours = ZMQ.Curve.generateKeyPair();
    private final KeyPair theirs = ZMQ.Curve.generateKeyPair();
    private final KeyPair strangers = ZMQ.Curve.generateKeyPair();
    private final String endpoint = "tcp://127.0.0.1:" + Ports.free();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    private BridgeStage bridge(String... variables) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "ZMQ_CURVE_PUBLIC_KEY", ours.publicKey,
                "ZMQ_CURVE_SECRET_KEY", ours.secretKey));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return BridgeStage.deployed(BridgeStage.config(directory, "", environment));
    }

    private static Map<String, String> serving(KeyPair keys) {
        return Map.of("CURVE_PUBLIC", keys.publicKey, "CURVE_SECRET", keys.secretKey);
    }

    private static Map<String, String> connecting(String server, KeyPair keys) {
        return Map.of(
                "CURVE_SERVER", server,
                "CURVE_CLIENT_PUBLIC", keys.publicKey,
                "CURVE_CLIENT_SECRET", keys.secretKey);
    }

    @Test
    void aBrokerOfLibzmqServesWhoHasItsKey() {
        try (PeerProcess broker = Peers.broker(serving(theirs), endpoint);
                PeerProcess worker = Peers.worker(connecting(theirs.publicKey, strangers), endpoint, SERVICE);
                BridgeStage stage = bridge("ZMQ_BROKER_URL", endpoint, "ZMQ_CURVE_SERVER_KEYS", theirs.publicKey)) {
            stage.awaitService(SERVICE);
            assertThat(stage.result(SERVICE, "add", "[[1,2],{}]")).isEqualTo("3");
            assertThat(broker.isAlive() && worker.isAlive()).isTrue();
        }
    }

    @Test
    void aBrokerWithAnotherKeyOrNoneIsNotThere() {
        String plain = "tcp://127.0.0.1:" + Ports.free();
        try (PeerProcess broker = Peers.broker(serving(theirs), endpoint);
                PeerProcess open = Peers.broker(plain);
                BridgeStage stage = bridge(
                        "ZMQ_BROKER_URL", endpoint + "," + plain, "ZMQ_CURVE_SERVER_KEYS", strangers.publicKey)) {
            stage.awaitFigure("zmqBroker", -1);
            var reply = stage.call(SERVICE, "add", "[[1,2],{}]");
            assertThat(failed(reply).error()).isEqualTo(GatewayError.UPSTREAM_DOWN);
            assertThat(failed(reply).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
            assertThat(broker.isAlive() && open.isAlive()).isTrue();
        }
    }

    @Test
    void aSecureBrokerIsNotThereForAGatewayWithoutKeys() {
        try (PeerProcess broker = Peers.broker(serving(theirs), endpoint);
                BridgeStage stage = BridgeStage.client(directory, "", endpoint)) {
            assertThat(failed(stage.call(SERVICE, "add", "[[1,2],{}]")).error()).isEqualTo(GatewayError.UPSTREAM_DOWN);
            assertThat(broker.isAlive()).isTrue();
        }
    }

    @Test
    void theBrokerOfTheGatewayLetsInOnlyKnownKeys() {
        String known = "known_service";
        String plain = "plain_service";
        String wrong = "wrong_service";
        String stranger = "stranger_service";
        try (BridgeStage stage =
                        bridge("ZMQ_MODE", "broker", "ZMQ_BIND", endpoint, "ZMQ_CURVE_CLIENTS", theirs.publicKey);
                PeerProcess first = Peers.worker(connecting(ours.publicKey, strangers), endpoint, stranger);
                PeerProcess second = Peers.worker(endpoint, plain);
                PeerProcess third = Peers.worker(connecting(strangers.publicKey, theirs), endpoint, wrong);
                PeerProcess last = Peers.worker(connecting(ours.publicKey, theirs), endpoint, known)) {
            stage.awaitService(known);
            assertThat(stage.result(known, "add", "[[1,2],{}]")).isEqualTo("3");
            for (String absent : new String[] {stranger, plain, wrong}) {
                assertThat(failed(stage.call(absent, "ping", "[[],{}]")).error())
                        .as(absent)
                        .isEqualTo(GatewayError.NO_SERVICE);
            }
            assertThat(first.isAlive() && second.isAlive() && third.isAlive() && last.isAlive())
                    .isTrue();
        }
    }

    @Test
    void withoutAListEveryClientThatKnowsTheKeyOfTheBrokerIsLetIn() {
        try (BridgeStage stage = bridge("ZMQ_MODE", "broker", "ZMQ_BIND", endpoint);
                PeerProcess worker = Peers.worker(connecting(ours.publicKey, strangers), endpoint, SERVICE)) {
            Await.until(
                    "it serves", () -> stage.call(SERVICE, "ping", "[[],{}]").succeeded());
            assertThat(worker.isAlive()).isTrue();
        }
    }
}
