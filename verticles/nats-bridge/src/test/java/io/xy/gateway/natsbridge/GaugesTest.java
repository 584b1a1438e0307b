package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import java.lang.ref.WeakReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class GaugesTest {
    @Test
    @Tag("N6")
    void gaugesAreStillNumbersAfterTheCollectorHasRunAndGoWithTheBridge() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Metrics.addRegistry(meters);
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            WeakReference<Object> sentinel = new WeakReference<>(new Object());
            Await.until("the collector has run", () -> {
                System.gc();
                return sentinel.get() == null;
            });

            for (String name : new String[] {"xy_nats_inbox_size", "xy_nats_hand_off_size"}) {
                Gauge gauge = meters.get(name).gauge();
                assertThat(gauge.value()).as(name).isNotNaN().isNotNegative();
            }
            node.undeploy();
            assertThat(meters.find("xy_nats_inbox_size").gauge()).isNull();
        } finally {
            Metrics.removeRegistry(meters);
        }
    }

    @Test
    @Tag("N6")
    @Tag("N11")
    void aPatternThatComesAndGoesQuicklyIsCountedAsAStorm() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Metrics.addRegistry(meters);
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            for (int i = 0; i < 6; i++) {
                fanOut.want("xy.md.a");
                fanOut.want();
            }
            Await.until(
                    "the storm is counted",
                    () -> meters.counter("xy_sub_storms_total").count() >= 1);
            assertThat(node.last().figure("subscriptions")).isLessThanOrEqualTo(1);
        } finally {
            Metrics.removeRegistry(meters);
        }
    }
}
