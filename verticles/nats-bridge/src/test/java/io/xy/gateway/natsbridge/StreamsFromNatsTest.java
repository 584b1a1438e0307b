package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.NatsServer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StreamsFromNatsTest {
    private static NatsServer server;
    private BridgeNode node;

    @BeforeAll
    static void serve() {
        server = NatsServer.start();
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void start() {
        node = BridgeNode.at(server.url()).connected();
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    @Tag("N2")
    void valuesOfASubjectArriveInOrderWithSequencesThatGrowByOne() {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        InterestAck ack = fanOut.want("xy.md.tick.aapl");

        for (int i = 1; i <= 300; i++) {
            assertThat(node.publish("xy.md.tick.aapl", "v" + i).failure()).isNull();
        }

        fanOut.awaitValues(300);
        assertThat(ack.connected()).isTrue();
        assertThat(fanOut.values())
                .isEqualTo(IntStream.rangeClosed(1, 300).mapToObj(i -> "v" + i).toList());
        assertThat(fanOut.of(Kind.VALUE))
                .extracting(StreamRecord::sequence)
                .isEqualTo(IntStream.rangeClosed(1, 300).mapToObj(i -> (long) i).toList());
        assertThat(fanOut.of(Kind.VALUE)).extracting(StreamRecord::epoch).containsOnly(ack.epoch());
        assertThat(fanOut.batches)
                .extracting(StreamBatch::number)
                .isEqualTo(IntStream.rangeClosed(1, fanOut.batches.size())
                        .mapToObj(i -> (long) i)
                        .toList());
        assertThat(fanOut.batches).extracting(StreamBatch::source).containsOnly("nats");
    }
}
