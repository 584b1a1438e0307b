package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class StreamsFromNatsTest {
    private static final SimpleMeterRegistry METERS = new SimpleMeterRegistry();
    private static NatsServer server;
    private static int monitor;
    private BridgeNode node;

    @BeforeAll
    static void serve() {
        Metrics.addRegistry(METERS);
        monitor = Ports.free();
        server = NatsServer.start("-m", String.valueOf(monitor));
    }

    @AfterAll
    static void end() {
        server.close();
        Metrics.removeRegistry(METERS);
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

    @Test
    @Tag("N11")
    void manyConsumersOfASubjectShareOneSubscriptionAtTheServer() {
        List<FanOut> fanOuts = IntStream.range(0, 8)
                .mapToObj(i -> new FanOut(node, BridgeNode.NODE + "/" + i))
                .toList();
        fanOuts.forEach(each -> each.want("xy.md.tick.shared"));

        node.publish("xy.md.tick.shared", "one");

        fanOuts.forEach(each -> each.awaitValues(1));
        assertThat(subscriptionsAtTheServer()).containsExactly("xy.md.tick.shared");
        assertThat(node.last().figure("subscriptions")).isLessThanOrEqualTo(1);
    }

    @Test
    @Tag("N11")
    void aSubjectThatSeveralPatternsMatchIsDeliveredOncePerConsumer() {
        FanOut wide = new FanOut(node, BridgeNode.NODE + "/0");
        FanOut crossing = new FanOut(node, BridgeNode.NODE + "/1");
        crossing.want("xy.o.*.c", "xy.o.b.*", "xy.o.b.c");
        wide.want("xy.o.>", "xy.o.b.c", "xy.o.*.*");

        for (int i = 1; i <= 50; i++) {
            node.publish("xy.o.b.c", "v" + i);
        }
        node.publish("xy.o.end.c", "end");

        wide.awaitValues(51);
        crossing.awaitValues(51);
        List<String> expected = Stream.concat(IntStream.rangeClosed(1, 50).mapToObj(i -> "v" + i), Stream.of("end"))
                .toList();
        assertThat(wide.values()).isEqualTo(expected);
        assertThat(crossing.values()).isEqualTo(expected);
        assertThat(wide.of(Kind.GAP)).isEmpty();
    }

    @Test
    @Tag("N2")
    void aWildcardBringsEverySubjectBelowWithItsOwnSequence() {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        fanOut.want("xy.w.>");

        node.publish("xy.w.a", "a1");
        node.publish("xy.w.b.c", "b1");
        node.publish("xy.w.a", "a2");
        node.publish("xy.x.a", "other");

        fanOut.awaitValues(3);
        assertThat(fanOut.of(Kind.VALUE))
                .extracting(record -> record.subject() + record.sequence())
                .containsExactly("xy.w.a1", "xy.w.b.c1", "xy.w.a2");
    }

    @Test
    @Tag("N2")
    void repliesBetweenServicesAreNoStreamEvenForTheWidestPattern() throws Exception {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        fanOut.want(">");
        try (Connection peer = Nats.connect(server.url())) {
            peer.publish("_INBOX.secret.1", "private".getBytes(StandardCharsets.UTF_8));
            peer.publish("xy.open", "public".getBytes(StandardCharsets.UTF_8));
            peer.flush(Duration.ofSeconds(5));
        }

        fanOut.awaitValues(1);
        assertThat(fanOut.values()).containsExactly("public");
    }

    @Test
    @Tag("N2")
    void aPatternThatCannotBeSubscribedIsLeftOutAndTheOthersServed() {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        fanOut.want("$SYS.>", "_INBOX.>", "a..b", "xy.good");

        node.publish("xy.good", "1");

        fanOut.awaitValues(1);
        assertThat(subscriptionsAtTheServer()).containsExactly("xy.good");
    }

    @Test
    void anInterestWithoutALeaseIsRefused() {
        Interest interest = new Interest("n", "n/0", 1, List.of("xy.a"), 0);

        assertThat(node.bus
                        .request(Contract.STREAM_INTEREST_NATS, BridgeNode.NODE, interest, 5_000)
                        .map("accepted")
                        .otherwise(cause ->
                                GatewayException.failureOf(cause).error().code())
                        .await())
                .isEqualTo("bad_request");
    }

    @Test
    @Tag("N11")
    void quicklyRepeatedSubscribingIsDampedAndCounted() {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        for (int i = 0; i < 20; i++) {
            fanOut.want("xy.storm");
            fanOut.want();
        }
        fanOut.want("xy.storm");

        node.publish("xy.storm", "v");

        fanOut.awaitValues(1);
        Await.until("the storm is counted", () -> node.last().figure("storms") > 0);
        Await.until(
                "the meter counts it",
                () -> Metrics.globalRegistry.counter("xy_sub_storms_total").count() > 0);
        assertThat(totalSubscriptionsAtTheServer("xy.storm")).isEqualTo(1);
    }

    @Test
    @Tag("N11")
    void whatNobodyWantsAnyMoreIsGivenBackAfterAWhile() {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        fanOut.want("xy.brief", "xy.kept");
        assertThat(subscriptionsAtTheServer()).contains("xy.brief", "xy.kept");

        fanOut.want("xy.kept");

        Await.until("xy.brief is given back", () -> subscriptionsAtTheServer().equals(List.of("xy.kept")));
    }

    @Test
    void aConsumerWhoseLeaseEndsIsForgotten() {
        node.interest(BridgeNode.NODE, BridgeNode.NODE + "/0", 1, 100, "xy.leased");

        Await.until("the subscription is given back", () -> subscriptionsAtTheServer()
                .isEmpty());
        Await.until("the report says so", () -> node.last().figure("subscriptions") == 0);
    }

    @Test
    void theConsumersOfANodeThatLeftAreForgotten() {
        FanOut gone = new FanOut(node, "gw-gone/0");
        gone.want("xy.gone");

        node.bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "gw-gone", ""));

        Await.until("the subscription is given back", () -> subscriptionsAtTheServer()
                .isEmpty());
    }

    @Test
    void anOlderRevisionOfAnInterestChangesNothing() {
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        node.interest(BridgeNode.NODE, fanOut.key, 5, 30_000, "xy.new");
        node.interest(BridgeNode.NODE, fanOut.key, 4, 30_000, "xy.old");

        node.publish("xy.old", "old");
        node.publish("xy.new", "new");

        fanOut.awaitValues(1);
        assertThat(fanOut.values()).containsExactly("new");
    }

    @Test
    void aSecondInstanceServesCallsButNoStreams() {
        String second = node.deploy(Map.of("XY_NODE_ID", BridgeNode.NODE, "NATS_URLS", server.url()), 1);
        FanOut fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        for (int i = 0; i < 4; i++) {
            fanOut.want("xy.single");
        }

        assertThat(totalSubscriptionsAtTheServer("xy.single")).isEqualTo(1);
        TestVertx.await(node.vertx.undeploy(second));
    }

    private static List<String> subscriptionsAtTheServer() {
        return allSubscriptions()
                .filter(subject -> !subject.startsWith("_INBOX"))
                .sorted()
                .toList();
    }

    private static long totalSubscriptionsAtTheServer(String subject) {
        return allSubscriptions().filter(subject::equals).count();
    }

    private static Stream<String> allSubscriptions() {
        URI uri = URI.create("http://127.0.0.1:" + monitor + "/connz?subs=1");
        try (HttpClient client = HttpClient.newHttpClient()) {
            JsonObject connections = new JsonObject(
                    client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                            .body());
            return connections.getJsonArray("connections").stream()
                    .map(JsonObject.class::cast)
                    .filter(each -> each.containsKey("subscriptions_list"))
                    .flatMap(each -> each.getJsonArray("subscriptions_list").stream())
                    .map(String::valueOf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
