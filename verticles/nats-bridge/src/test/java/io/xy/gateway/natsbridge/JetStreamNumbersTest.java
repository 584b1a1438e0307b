package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.api.Republish;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.NatsServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JetStreamNumbersTest {
    @Test
    @Tag("N14")
    void aRepublishedStreamKeepsItsSequencesAndItsEpochAcrossAReconnect(@TempDir Path store) throws Exception {
        try (NatsServer server = NatsServer.start("-js", "-sd", store.toString());
                BridgeNode node = BridgeNode.at(server.url()).connected()) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            fanOut.want("out.md.*");
            try (Connection peer = Nats.connect(server.url())) {
                peer.jetStreamManagement()
                        .addStream(StreamConfiguration.builder()
                                .name("PRICES")
                                .subjects("md.*")
                                .storageType(StorageType.File)
                                .republish(Republish.builder()
                                        .source("md.>")
                                        .destination("out.md.>")
                                        .build())
                                .build());
                put(peer, "md.a", "a1");
                put(peer, "md.b", "b2");
                put(peer, "md.a", "a3");
            }
            fanOut.awaitValues(3);

            server.kill();
            fanOut.awaitKind(Kind.STALE, 1);
            server.restart();
            fanOut.awaitKind(Kind.LIVE, 1);
            try (Connection peer = Nats.connect(server.url())) {
                put(peer, "md.a", "a4");
            }
            fanOut.awaitValues(4);

            assertThat(fanOut.of(Kind.VALUE))
                    .extracting(record -> record.subject() + ' ' + record.sequence() + ' ' + record.epoch())
                    .containsExactly(
                            "out.md.a 1 js:PRICES",
                            "out.md.b 2 js:PRICES",
                            "out.md.a 3 js:PRICES",
                            "out.md.a 4 js:PRICES");
            assertThat(fanOut.of(Kind.GAP)).isEmpty();
            assertThat(fanOut.of(Kind.VALUE))
                    .extracting(StreamRecord::timestamp)
                    .allMatch(time -> time > 0);
        }
    }

    private static void put(Connection peer, String subject, String text) throws Exception {
        peer.jetStream().publish(subject, text.getBytes(StandardCharsets.UTF_8));
    }
}
