package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.impl.Headers;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server is killed while a publisher never stops: nothing that was lost goes unsaid. */
class RestartUnderLoadTest {
    @ParameterizedTest
    @Tag("N1")
    @Tag("N12")
    @ValueSource(ints = {1, 3})
    void whatWasLostWithTheServerIsExactlyWhatIsNamed(int restarts) throws Exception {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected();
                Connection peer = Nats.connect(Options.builder()
                        .server(server.url())
                        .maxReconnects(-1)
                        .reconnectWait(Duration.ofMillis(20))
                        .reconnectBufferSize(0)
                        .build())) {
            FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
            fanOut.want("xy.load");
            AtomicBoolean stop = new AtomicBoolean();
            AtomicLong last = new AtomicLong();
            Thread publisher = Thread.ofPlatform().start(() -> publish(peer, stop, last));

            for (int i = 0; i < restarts; i++) {
                int had = fanOut.values().size();
                fanOut.awaitValues(had + 50);
                server.kill();
                fanOut.awaitKind(Kind.STALE, i + 1);
                server.restart();
                fanOut.awaitKind(Kind.LIVE, i + 1);
            }
            fanOut.awaitValues(fanOut.values().size() + 50);
            stop.set(true);
            publisher.join();
            peer.flush(Duration.ofSeconds(10));
            Await.until("the last value came", () -> lastOf(fanOut) == last.get());

            assertThat(node.last().figure("reconnects")).isEqualTo(restarts);
            long next = fanOut.of(Kind.VALUE).get(0).sequence();
            for (StreamRecord record : fanOut.records) {
                if (record.kind() == Kind.GAP) {
                    assertThat(record.from()).isEqualTo(next);
                    next = record.sequence() + 1;
                } else if (record.kind() == Kind.VALUE) {
                    assertThat(record.sequence()).isEqualTo(next);
                    next++;
                }
            }
            assertThat(next).isEqualTo(last.get() + 1);
        }
    }

    @Test
    @Tag("B13")
    void whatWasAcceptedBeforeAStopIsWithTheServerAfterIt() throws Exception {
        try (NatsServer server = NatsServer.start();
                BridgeNode node = BridgeNode.at(server.url()).connected();
                Connection peer = Nats.connect(server.url())) {
            List<String> heard = new CopyOnWriteArrayList<>();
            peer.createDispatcher(message -> heard.add(new String(message.getData(), StandardCharsets.UTF_8)))
                    .subscribe("xy.out");
            peer.flush(Duration.ofSeconds(5));
            for (int i = 0; i < 300; i++) {
                assertThat(node.publish("xy.out", "v" + i).failure()).isNull();
            }

            node.undeploy();
            peer.flush(Duration.ofSeconds(5));

            Await.until("all of them came", () -> heard.size() == 300);
        }
    }

    private static long lastOf(FanOut fanOut) {
        List<StreamRecord> values = fanOut.of(Kind.VALUE);
        return values.get(values.size() - 1).sequence();
    }

    private static void publish(Connection peer, AtomicBoolean stop, AtomicLong last) {
        while (!stop.get()) {
            Headers headers = new Headers();
            headers.put("Xy-Epoch", "load-1");
            headers.put("Xy-Sequence", String.valueOf(last.get() + 1));
            try {
                peer.publish("xy.load", headers, "v".getBytes(StandardCharsets.UTF_8));
                last.incrementAndGet();
                peer.flush(Duration.ofSeconds(1));
            } catch (InterruptedException e) {
                return;
            } catch (TimeoutException | IllegalStateException e) {
                // The server is away: what was published into the void is what the test looks for.
                Thread.onSpinWait();
            }
        }
    }
}
