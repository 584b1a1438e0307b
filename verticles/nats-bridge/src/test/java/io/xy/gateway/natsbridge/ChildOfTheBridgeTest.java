package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ChildOfTheBridgeTest {
    @Test
    @Tag("C6")
    void inDevelopmentTheBridgeBringsItsOwnServerAndTakesItAlong() {
        try (BridgeNode node = new BridgeNode()) {
            FanOut fanOut = new FanOut(node.connected(), BridgeNode.NODE + "/0");
            fanOut.want("xy.md.>");
            node.publish("xy.md.a", "v");
            fanOut.awaitValues(1);
            long port = node.last().figure("natsPort");

            assertThat(node.detail()).isEqualTo("connected to 127.0.0.1:" + port);
            node.undeploy();
            assertThat(ProcessHandle.current()
                            .descendants()
                            .filter(each -> each.isAlive()
                                    && each.info().commandLine().orElse("").contains("-p " + port)))
                    .isEmpty();
        }
    }

    @Test
    @Tag("C6")
    void aSecondInstanceLeavesTheChildToTheFirst() {
        try (BridgeNode node = new BridgeNode()) {
            String second = node.deploy(Map.of("XY_NODE_ID", BridgeNode.NODE), 1);

            assertThat(node.connected().publish("xy.md.a", "v").failure()).isNull();
            BridgeNode.await(node.vertx.undeploy(second));
        }
    }
}
