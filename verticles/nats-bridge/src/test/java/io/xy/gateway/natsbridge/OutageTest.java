package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.vertx.core.Future;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.HealthReport.State;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import io.xy.gateway.testkit.Ports;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class OutageTest {
    @Test
    @Tag("N1")
    @Tag("N6")
    @Tag("N8")
    void afterAKilledServerComesBackConsumersHearStaleThenLiveThenANewEpoch() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Metrics.addRegistry(meters);
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            fanOut.want("xy.md.>");
            node.publish("xy.md.a", "before");
            fanOut.awaitValues(1);

            server.kill();
            fanOut.awaitKind(Kind.STALE, 1);
            Await.until("the report says so", () -> node.last().state() == State.DEGRADED);
            assertThat(node.publish("xy.md.a", "during").failure())
                    .isEqualTo(GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected"));
            Await.until(
                    "the first gateway's code is counted",
                    () -> meters.counter("xy.ws.errors", "code", "XYW004").count() > 0);
            server.restart();
            fanOut.awaitKind(Kind.LIVE, 1);
            node.connected().publish("xy.md.a", "after");
            fanOut.awaitValues(2);

            assertThat(fanOut.records)
                    .extracting(StreamRecord::kind)
                    .containsExactly(Kind.VALUE, Kind.STALE, Kind.LIVE, Kind.VALUE);
            StreamRecord stale = fanOut.of(Kind.STALE).get(0);
            assertThat(List.of(stale.subject(), stale.reason())).containsExactly("", "upstream");
            List<StreamRecord> values = fanOut.of(Kind.VALUE);
            assertThat(values.get(1).epoch()).isNotEqualTo(values.get(0).epoch());
            assertThat(values.get(1).sequence()).isEqualTo(1);
            Await.until("the reconnect is counted", () -> node.last().figure("reconnects") == 1);
            Await.until(
                    "the meter counts it",
                    () -> meters.counter("xy_nats_reconnects_total").count() == 1);
        } finally {
            Metrics.removeRegistry(meters);
        }
    }

    @Test
    @Tag("N1")
    void aBridgeThatStartsWithoutAServerTakesInterestsAndServesThemOnceThereIsOne() {
        int port = Ports.free();
        try (BridgeNode node = BridgeNode.at("nats://127.0.0.1:" + port)) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            InterestAck ack = fanOut.want("xy.md.>");
            assertThat(ack.connected()).isFalse();
            CallReply refused = BridgeNode.await(node.call("xy.svc", "{}", 2_000));
            assertThat(refused.failure()).isEqualTo(GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected"));
            Await.until("the report says why", () -> node.detail().contains("Unable to connect"));

            try (NatsServer late = NatsServer.start("-p", String.valueOf(port))) {
                assertThat(late.port()).isPositive();
                fanOut.awaitKind(Kind.LIVE, 1);
                node.connected().publish("xy.md.a", "v");
                fanOut.awaitValues(1);
                assertThat(node.detail()).isEqualTo("connected to 127.0.0.1:" + port);
                assertThat(node.last().figure("reconnects")).isZero();
            }
        }
    }

    @Test
    @Tag("Z12")
    void aCallWhoseConnectionIsCutEndsUnknownAtOnce() throws Exception {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            CountDownLatch asked = new CountDownLatch(1);
            Connection service = Nats.connect(server.url());
            service.createDispatcher(message -> asked.countDown()).subscribe("xy.silent");
            service.flush(Duration.ofSeconds(5));
            Future<CallReply> call = node.call("xy.silent", "{}", 25_000);
            assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();

            server.kill();

            CallReply reply = BridgeNode.await(call);
            Failure failure = Objects.requireNonNull(reply.failure());
            assertThat(failure.error()).isEqualTo(GatewayError.UPSTREAM_DOWN);
            assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
            service.close();
        }
    }

    @Test
    void withoutUrlsAndChildTheReportSaysThatNothingIsConfigured() {
        try (BridgeNode node = new BridgeNode("NATS_CHILD", "false")) {
            Await.until("the report says why", () -> node.detail().contains("no NATS is configured"));
            assertThat(node.last().up("nats")).isFalse();
        }
    }

    @Test
    @Tag("B13")
    void undeployingEndsTheThreadOfTheLink() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            node.undeploy();

            assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .doesNotContain("xy-nats-link");
        }
    }
}
