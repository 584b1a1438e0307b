package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.NatsServer;
import io.xy.gateway.testkit.PeerProcess;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A server that keeps its connections open and does nothing, as a stopped machine or a cut cable does. */
class FrozenServerTest {
    @Test
    @Tag("N1")
    void aServerThatIsSilentIsNoticedAndFollowedAgainWhenItWakes() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            fanOut.want("xy.md.>");

            signal("-STOP", server);
            try {
                fanOut.awaitKind(Kind.STALE, 1);
            } finally {
                signal("-CONT", server);
            }

            fanOut.awaitKind(Kind.LIVE, 1);
            node.connected().publish("xy.md.a", "v");
            fanOut.awaitValues(1);
        }
    }

    @Test
    void anInterestIsAnsweredAlthoughTheServerIsSilent() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            signal("-STOP", server);
            try {
                Future<InterestAck> ack = node.bus.request(
                        Contract.STREAM_INTEREST_NATS,
                        BridgeNode.NODE,
                        new Interest("n", "n/0", 1, List.of("xy.a"), 30_000),
                        19_000);

                assertThat(BridgeNode.await(ack).connected()).isFalse();
            } finally {
                signal("-CONT", server);
            }
        }
    }

    @Test
    @Tag("B13")
    void stoppingDoesNotWaitForASilentServer() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            signal("-STOP", server);
            try {
                node.undeploy();
            } finally {
                signal("-CONT", server);
            }
            assertThat(node.vertx.deploymentIDs()).isEmpty();
        }
    }

    private static void signal(String signal, NatsServer server) {
        ProcessHandle process = ProcessHandle.current()
                .children()
                .filter(each -> each.info().commandLine().orElse("").endsWith("-p " + server.port()))
                .findFirst()
                .orElseThrow();
        try (PeerProcess kill = PeerProcess.start(PeerProcess.find("kill"), signal, String.valueOf(process.pid()))) {
            assertThat(kill.await(10)).isZero();
        }
    }
}
