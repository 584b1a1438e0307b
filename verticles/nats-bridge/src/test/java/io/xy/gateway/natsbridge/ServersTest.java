package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import io.xy.gateway.testkit.Ports;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** More than one server to connect to. */
@Tag("N1")
class ServersTest {
    @ParameterizedTest
    @ValueSource(strings = {"%1$s,%2$s", "%2$s,%1$s", "%1$s, %2$s", "nats://unknown.invalid:4222,%1$s,%2$s"})
    void ofSeveralServersOneThatAnswersIsTaken(String form) {
        String dead = "nats://127.0.0.1:" + Ports.free();
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(String.format(form, dead, server.url()))) {
            assertThat(node.connected().detail()).contains(String.valueOf(server.port()));
        }
    }

    @Test
    void whenAServerDiesTheNextOfTheListCarriesOn() {
        try (NatsServer first = NatsServer.start();
                NatsServer second = NatsServer.start();
                BridgeNode node =
                        BridgeNode.at(first.url() + ',' + second.url()).connected()) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            fanOut.want("xy.a");
            boolean tookFirst = node.detail().contains(String.valueOf(first.port()));
            NatsServer taken = tookFirst ? first : second;
            NatsServer other = tookFirst ? second : first;

            taken.kill();

            Await.until("the other is taken", () -> node.detail().contains(String.valueOf(other.port())));
            node.connected().publish("xy.a", "v");
            fanOut.awaitValues(1);
        }
    }

    @Test
    void aServerThatTheClusterToldOfIsTakenWhenTheConfiguredOneIsGone() {
        int route = Ports.free();
        String cluster = "nats://127.0.0.1:" + route;
        try (NatsServer first = NatsServer.start(cluster(cluster, ""));
                NatsServer second = NatsServer.start(cluster("nats://127.0.0.1:" + Ports.free(), cluster));
                BridgeNode node =
                        new BridgeNode("NATS_URLS", "nats://desk:s3cret-word@127.0.0.1:" + first.port()).connected()) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            fanOut.want("xy.a");
            // What is published on the one side arrives by the other: the two know each other, and told so.
            try (BridgeNode other =
                    new BridgeNode("NATS_URLS", "nats://desk:s3cret-word@127.0.0.1:" + second.port()).connected()) {
                Await.until("the servers have found each other", () -> {
                    other.publish("xy.a", "v");
                    return !fanOut.values().isEmpty();
                });
            }

            first.kill();

            Await.until("the discovered server is taken", () -> node.detail().contains(String.valueOf(second.port())));
            int before = fanOut.values().size();
            node.connected().publish("xy.a", "after");
            fanOut.awaitValues(before + 1);
            assertThat(node.detail()).doesNotContain("s3cret");
        }
    }

    private static String[] cluster(String own, String other) {
        List<String> common = List.of("--user", "desk", "--pass", "s3cret-word", "-cluster_name", "t", "-cluster", own);
        return other.isEmpty()
                ? common.toArray(String[]::new)
                : Stream.concat(common.stream(), Stream.of("-routes", other)).toArray(String[]::new);
    }
}
