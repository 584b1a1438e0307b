package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.NatsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N12")
class PublisherNumbersTest {
    private NatsServer server;
    private BridgeNode node;
    private Connection peer;
    private FanOut fanOut;

    @BeforeEach
    void start() throws Exception {
        server = NatsServer.start();
        node = BridgeNode.at(server.url()).connected();
        peer = Nats.connect(server.url());
        fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        fanOut.want("xy.numbered");
    }

    @AfterEach
    void stop() throws Exception {
        peer.close();
        node.close();
        server.close();
    }

    @Test
    void aPublishersOwnNumbersAreKeptAndProveALoss() throws Exception {
        for (String sequence : List.of("7", "8", "8", "12")) {
            publish("v" + sequence, "Xy-Epoch", "feed-3", "Xy-Sequence", sequence, "Xy-Time", "1700000000123");
        }

        fanOut.awaitValues(3);
        assertThat(fanOut.values()).containsExactly("v7", "v8", "v12");
        assertThat(fanOut.of(Kind.VALUE)).extracting(StreamRecord::epoch).containsOnly("src:feed-3");
        assertThat(fanOut.of(Kind.VALUE)).extracting(StreamRecord::timestamp).containsOnly(1_700_000_000_123L);
        StreamRecord gap = fanOut.of(Kind.GAP).get(0);
        assertThat(List.of(gap.from(), gap.sequence())).containsExactly(9L, 11L);
        assertThat(gap.reason()).isEqualTo("upstream");
    }

    @Test
    void theTimeAtWhichAStreamStoredAMessageIsItsTime() throws Exception {
        publish(
                "v",
                "Nats-Stream",
                "S",
                "Nats-Sequence",
                "4",
                "Nats-Last-Sequence",
                "2",
                "Nats-Time-Stamp",
                "2026-01-02T03:04:05.678901234Z");

        fanOut.awaitValues(1);
        assertThat(fanOut.of(Kind.VALUE).get(0).timestamp()).isEqualTo(1_767_323_045_678L);
        assertThat(fanOut.of(Kind.VALUE).get(0).epoch()).isEqualTo("js:S");
    }

    @ParameterizedTest
    @CsvSource({
        "Xy-Epoch, e, Xy-Sequence, 0",
        "Xy-Epoch, e, Xy-Sequence, -4",
        "Xy-Epoch, e, Xy-Sequence, 1x",
        "Xy-Epoch, e, Xy-Sequence, 9007199254740992",
        "Xy-Epoch, e, Xy-Sequence, 99999999999999999999",
        "Xy-Epoch, two words, Xy-Sequence, 1",
        "Xy-Sequence, 1, Xy-Time, never",
        "Nats-Stream, S, Nats-Sequence, 3",
        "Nats-Stream, S, Nats-Time-Stamp, yesterday"
    })
    void numbersThatCannotBeUsedAreAsGoodAsNone(String first, String value, String second, String other)
            throws Exception {
        publish("v", first, value, second, other);

        fanOut.awaitValues(1);
        StreamRecord record = fanOut.of(Kind.VALUE).get(0);
        assertThat(record.sequence()).isEqualTo(1);
        assertThat(record.epoch()).doesNotStartWith("src:").doesNotStartWith("js:");
        assertThat(record.timestamp()).isGreaterThan(1_700_000_000_000L);
    }

    private void publish(String text, String... headers) throws Exception {
        Headers all = new Headers();
        for (int i = 0; i < headers.length; i += 2) {
            all.put(headers[i], headers[i + 1]);
        }
        peer.publish("xy.numbered", all, text.getBytes(StandardCharsets.UTF_8));
        peer.flush(Duration.ofSeconds(5));
    }
}
