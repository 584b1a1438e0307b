package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SlowConsumerTest {
    private static final int WINDOW = 3;

    @Test
    @Tag("N5")
    void aConsumerOfAnotherNodeGetsNoMoreThanItsWindowAndThenAGapAndTheNewestValue() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node =
                        new BridgeNode("NATS_URLS", server.url(), "NATS_WINDOW", String.valueOf(WINDOW)).connected()) {
            FanOut slow = new FanOut(node, "gw-other/0");
            FanOut near = new FanOut(node, BridgeNode.NODE + "/0");
            slow.want("xy.md.>");
            near.want("xy.md.>");
            slow.withhold();

            for (int i = 1; i <= 40; i++) {
                node.publish("xy.md.a", "v" + i);
            }
            near.awaitValues(40);
            assertThat(slow.batches).hasSize(WINDOW);
            int had = slow.values().size();
            slow.relent();
            Await.until("the newest value came", () -> slow.values().contains("v40"));

            StreamRecord gap = slow.of(Kind.GAP).get(0);
            assertThat(List.of(gap.from(), gap.sequence())).containsExactly(had + 1L, 39L);
            assertThat(gap.reason()).isEqualTo("slow");
            assertThat(near.of(Kind.GAP)).isEmpty();
            Await.until("the skipped values are counted", () -> node.last().figure("dropped") == 39 - had);

            node.publish("xy.md.a", "v41");
            Await.until("it goes on", () -> slow.values().contains("v41"));
            assertThat(slow.of(Kind.GAP)).hasSize(1);
        }
    }

    @Test
    @Tag("N5")
    void aConsumerThatNobodyServesAnyMoreIsForgotten() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            node.interest("gw-other", "gw-other/7", 1, 30_000, "xy.md.a");
            Await.until("it is subscribed", () -> node.last().figure("subscriptions") == 1);

            node.publish("xy.md.a", "v");

            Await.until("it is given back", () -> node.last().figure("subscriptions") == 0);
        }
    }
}
