package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.StreamBatch;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.ZMQ;
import org.zeromq.ZMQ.Curve.KeyPair;

/** Publishers of CPython, in both framings and both codecs, as streams of a fan-out instance. */
@Tag("Z8")
class StreamsTest {
    private static final String KEY = "node-b/0";
    private static final String TICK = "xy.md.tick.510050=2ESSE";
    private static final String ACCOUNT = "xy.acct.account1.balance";
    private static final String ALGO = "xy.algo.job-7.progress";

    private final String endpoint = "tcp://127.0.0.1:" + Ports.free();
    private final List<StreamBatch> batches = new CopyOnWriteArrayList<>();
    private final List<StreamRecord> records = new CopyOnWriteArrayList<>();
    private final List<Promise<Void>> owed = new CopyOnWriteArrayList<>();
    private volatile boolean stingy;
    private long revision;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @ParameterizedTest(name = "{0} frames of {1}")
    @CsvSource({"two, pickle", "two, json", "single, pickle", "single, json"})
    void topicsBecomeSubjectsWhoseValuesAreNumbered(String framing, String codec) throws Exception {
        try (BridgeStage stage = stage(framing, codec, "");
                PeerProcess publisher = Peers.publisher(endpoint, framing, codec)) {
            Await.until("connected", () -> want(stage, "xy.md.>", ACCOUNT, "xy.algo.*.progress")
                    .connected());
            awaitValues(TICK, 20);
            awaitValues(ACCOUNT, 20);
            awaitValues(ALGO, 20);
            assertThat(json(of(TICK).getFirst())).contains("\"symbol\":\"沪500\"", "\"price\":5.123");
            assertThat(json(of(ACCOUNT).getFirst())).contains("\"accountId\":\"account1\"");
            assertThat(json(of(ALGO).getFirst())).contains("a \\\"quoted\\\" ]");
            for (String subject : List.of(TICK, ACCOUNT, ALGO)) {
                assertUnbroken(of(subject));
            }
            for (int i = 0; i < batches.size(); i++) {
                assertThat(batches.get(i).number()).isEqualTo(i + 1);
                assertThat(batches.get(i).source()).isEqualTo("zmq");
            }
            assertThat(records.stream().map(StreamRecord::subject)).doesNotContain("xy.md.tick.x");
            stage.awaitFigure("streams", 1);
            stage.awaitFigure("streamConsumers", 1);
            Await.until("noise is counted", () -> stage.report().figure("streamUnread") > 10);
            assertThat(stage.report().up("zmqStreams")).isTrue();
            want(stage);
            stage.awaitFigure("streamConsumers", 0);
            assertThat(publisher.isAlive()).isTrue();
        }
    }

    @Test
    void aPublisherThatGoesIsStaleAndWhenItComesBackCountsInANewEpoch() throws Exception {
        PeerProcess publisher = Peers.publisher(endpoint, "two", "json");
        try (BridgeStage stage = stage("two", "json", "")) {
            Await.until("connected", () -> want(stage, TICK).connected());
            awaitValues(TICK, 3);
            // The consumer may have been there before the connection was.
            int stale = ofKind(Kind.STALE).size();
            int live = ofKind(Kind.LIVE).size();
            publisher.kill();
            Await.until("stale", () -> ofKind(Kind.STALE).size() == stale + 1);
            assertThat(ofKind(Kind.STALE).getLast().reason()).isEqualTo("upstream");
            assertThat(want(stage, TICK).connected()).isFalse();
            String before = of(TICK).getLast().epoch();
            int count = of(TICK).size();
            publisher = Peers.publisher(endpoint, "two", "json");
            Await.until("live", () -> ofKind(Kind.LIVE).size() > live);
            awaitValues(TICK, count + 3);
            StreamRecord again = of(TICK).get(count);
            assertThat(again.epoch()).isNotEqualTo(before);
            assertThat(again.sequence()).isEqualTo(1);
            assertThat(want(stage, TICK).epoch()).isEqualTo(again.epoch());
        } finally {
            publisher.close();
        }
    }

    @Test
    void aConsumerWithoutCreditGetsTheNewestBehindAGap() throws Exception {
        try (BridgeStage stage = stage("two", "json", "zmq:\n  stream-window: 2\n");
                PeerProcess publisher = Peers.publisher(endpoint, "two", "json")) {
            stingy = true;
            Await.until("connected", () -> want(stage, TICK).connected());
            Await.until("the window is full", () -> batches.size() == 2);
            Await.until("values are overtaken", () -> stage.report().figure("streamDropped") > 5);
            assertThat(batches).hasSize(2);
            stingy = false;
            owed.forEach(Promise::tryComplete);
            Await.until("a gap", () -> !ofKind(Kind.GAP).isEmpty());
            StreamRecord gap = ofKind(Kind.GAP).getFirst();
            assertThat(gap.reason()).isEqualTo("slow");
            StreamRecord next = records.get(records.indexOf(gap) + 1);
            assertThat(next.sequence()).isEqualTo(gap.sequence() + 1);
            assertThat(gap.from())
                    .isEqualTo(records.get(records.indexOf(gap) - 1).sequence() + 1);
            assertThat(publisher.isAlive()).isTrue();
        }
    }

    /** One endpoint has the key; another has a key of its own, a third none: those two are not heard. */
    @ParameterizedTest(name = "with keys of its own: {0}")
    @ValueSource(booleans = {true, false})
    void publishersWithTheKeyAreHeardAndNoOthers(boolean known) throws Exception {
        KeyPair theirs = key();
        KeyPair others = key();
        KeyPair ours = key();
        String wrong = "tcp://127.0.0.1:" + Ports.free();
        String plain = "tcp://127.0.0.1:" + Ports.free();
        Map<String, String> own = known
                ? Map.of("ZMQ_CURVE_PUBLIC_KEY", ours.publicKey, "ZMQ_CURVE_SECRET_KEY", ours.secretKey)
                : Map.of();
        Files.writeString(directory.resolve("streams.yaml"), """
                sources:
                  desk:
                    endpoints: ["%s", "%s", "%s"]
                    server-key: '%s'
                    codec: json
                    map: [{ topic: "market.{symbol}", subject: "xy.md.tick.{symbol}" }]
                """.formatted(wrong, plain, endpoint, theirs.publicKey));
        try (PeerProcess stranger = Peers.publisher(serving(others), wrong, "two", "json");
                PeerProcess open = Peers.publisher(plain, "two", "json");
                PeerProcess publisher = Peers.publisher(serving(theirs), endpoint, "two", "json");
                BridgeStage stage = deployed("", own)) {
            Await.until("values come", () -> {
                want(stage, TICK);
                return of(TICK).size() > 50;
            });
            int before = 0;
            for (StreamRecord record : of(TICK)) {
                int count = new JsonObject(json(record)).getInteger("count");
                assertThat(before == 0 || count == before + 1).isTrue();
                before = count;
            }
            assertThat(stranger.isAlive() && open.isAlive() && publisher.isAlive())
                    .isTrue();
        }
    }

    /** In a file {@code $} and a brace begin a variable. */
    private static KeyPair key() {
        KeyPair pair = ZMQ.Curve.generateKeyPair();
        return pair.publicKey.contains("${") ? key() : pair;
    }

    private static Map<String, String> serving(KeyPair keys) {
        return Map.of("CURVE_PUBLIC", keys.publicKey, "CURVE_SECRET", keys.secretKey);
    }

    @Test
    void consumersGoWithTheirLeaseTheirNodeAndTheirAddress() throws Exception {
        try (BridgeStage stage = stage("two", "json", "");
                PeerProcess publisher = Peers.publisher(endpoint, "two", "json")) {
            interest(stage, new Interest("node-c", "node-c/0", 1, List.of("xy.other"), 200));
            stage.awaitFigure("streamConsumers", 1);
            stage.awaitFigure("streamConsumers", 0);
            want(stage, "xy.other");
            stage.awaitFigure("streamConsumers", 1);
            stage.bus.publish(Contract.CONTROL, new Control(Control.Kind.MEMBER_LEFT, "node-b", ""));
            stage.awaitFigure("streamConsumers", 0);
            interest(stage, new Interest(BridgeStage.NODE, "node-a/9", 1, List.of(TICK), 60_000));
            stage.awaitFigure("streamConsumers", 0);
            assertThatThrownBy(() -> interest(stage, new Interest("node-c", "", 1, List.of(TICK), 200)))
                    .hasMessageContaining("lease");
            assertThat(publisher.isAlive()).isTrue();
        }
    }

    private BridgeStage stage(String framing, String codec, String yaml) throws IOException {
        Files.writeString(directory.resolve("streams.yaml"), """
                sources:
                  desk:
                    endpoints: ["%s"]
                    framing: %s
                    codec: %s
                    topics: [market., acct, algo.]
                    map:
                      - { topic: "market.{symbol}", subject: "xy.md.tick.{symbol}" }
                      - { topic: acct, subject: "xy.acct.{data.accountId}.{data.type}" }
                      - { topic: "algo.{type}.{every}.{job}", subject: "xy.algo.{job}.{type}" }
                """.formatted(
                        endpoint, framing.equals("two") ? "two-frames" : "single-pickle", codec));
        return deployed(yaml, Map.of());
    }

    private BridgeStage deployed(String yaml, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(Map.of("ZMQ_BROKER_URL", "tcp://127.0.0.1:" + Ports.free()));
        environment.putAll(more);
        BridgeStage stage = BridgeStage.deployed(BridgeStage.config(directory, yaml, environment));
        TestVertx.await(stage.bus.serve(Contract.STREAM_BATCH, KEY, this::onBatch));
        return stage;
    }

    private Future<Credit> onBatch(StreamBatch batch) {
        batches.add(batch);
        records.addAll(batch.records());
        if (!stingy) {
            return Future.succeededFuture(new Credit(batch.number()));
        }
        Promise<Void> later = Promise.promise();
        owed.add(later);
        return later.future().map(done -> new Credit(batch.number()));
    }

    private InterestAck want(BridgeStage stage, String... patterns) {
        return interest(stage, new Interest("node-b", KEY, ++revision, List.of(patterns), 60_000));
    }

    private static InterestAck interest(BridgeStage stage, Interest interest) {
        return TestVertx.await(stage.bus.request(Contract.STREAM_INTEREST_ZMQ, BridgeStage.NODE, interest, 5_000));
    }

    private List<StreamRecord> of(String subject) {
        return ofKind(Kind.VALUE).stream()
                .filter(record -> record.subject().equals(subject))
                .toList();
    }

    private List<StreamRecord> ofKind(Kind kind) {
        return records.stream().filter(record -> record.kind() == kind).toList();
    }

    private void awaitValues(String subject, int count) {
        Await.until(count + " values of " + subject, () -> of(subject).size() >= count);
    }

    private static void assertUnbroken(List<StreamRecord> values) {
        for (int i = 1; i < values.size(); i++) {
            assertThat(values.get(i).epoch()).isEqualTo(values.get(0).epoch());
            assertThat(values.get(i).sequence()).isEqualTo(values.get(i - 1).sequence() + 1);
        }
    }

    private static String json(StreamRecord value) {
        return Json.encode(Json.decodeValue(value.payload().toBuffer()));
    }
}
