package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as a worker: the broker sees it live, and Python pushes values to streams through it. */
@Tag("Z1")
@Tag("Z8")
class WorkerTest {
    private static final String SERVICE = "gateway_events";
    private static final String KEY = "node-b/0";
    private static final String HEX_SERVICE = HexFormat.of().formatHex(SERVICE.getBytes(StandardCharsets.US_ASCII));
    private static final String READY = "frames - 4d4450573031 01 " + HEX_SERVICE;
    private static final String HEARTBEAT = "frames - 4d4450573031 04";

    private final String endpoint = "tcp://127.0.0.1:" + Ports.free();
    private final List<StreamRecord> records = new CopyOnWriteArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void whatPythonPublishesThroughTheBrokerBecomesAStream() throws IOException {
        try (PeerProcess broker = Peers.broker(endpoint);
                BridgeStage stage = stage();
                PeerProcess client = Peers.client(endpoint, SERVICE)) {
            stage.awaitFigure("workerLinks", 1);
            want(stage, "xy.acct.>", "xy.algo.>");

            say(client, "('ping', (), {})", "reply [True, 'pong']");
            for (int i = 1; i <= 20; i++) {
                say(
                        client,
                        "('publish', ('acct.balance', {'accountId': 'a%d', 'v': %d}), {})".formatted(i % 2, i),
                        "reply [True, 'xy.acct.a%d.balance']".formatted(i % 2));
            }
            say(client, "['publish', ['algo.7', None], {}]", "reply [True, 'xy.algo.7.progress']");
            Await.until("all have come", () -> records.size() == 21);

            assertThat(records.stream()
                            .filter(record -> record.subject().equals("xy.acct.a1.balance"))
                            .map(record ->
                                    record.sequence() + " " + record.payload().text()))
                    .startsWith("1 {\"accountId\":\"a1\",\"v\":1}", "2 {\"accountId\":\"a1\",\"v\":3}")
                    .hasSize(10);
            assertThat(stage.report().up("zmqWorker")).isTrue();
            assertThat(broker.isAlive()).isTrue();
        }
    }

    @Test
    void whatIsNoEventOfAMappedTopicIsRefusedAndTheNextOneServed() throws IOException {
        try (PeerProcess broker = Peers.broker(endpoint);
                BridgeStage stage = stage();
                PeerProcess client = Peers.client(endpoint, SERVICE)) {
            stage.awaitFigure("workerLinks", 1);
            want(stage, "xy.acct.>");
            List<String> refused = List.of(
                    "('publish', ('market.1', {}), {})",
                    "('publish', ('acct.balance', {}), {})",
                    "('publish', ('acct.balance', [1]), {})",
                    "('publish', ('', {}), {})",
                    "('publish', ('acct.balance',), {})",
                    "('publish', (1, {}), {})",
                    "('publish', ('a', 'b', 'c'), {})",
                    "('__class__', (), {})",
                    "('ping', (1,), {})",
                    "('publish', 'xy', {})",
                    "('publish',)",
                    "b'not a pickle'",
                    "b''");
            for (String call : refused) {
                say(client, call, "reply [False, ");
            }
            say(
                    client,
                    "('publish', ('acct.x', {'accountId': '../a b'}), {})",
                    "reply [True, 'xy.acct.=2E=2E=2Fa=20b.x']");
            Await.until("it has come", () -> records.size() == 1);
            assertThat(broker.isAlive()).isTrue();
        }
    }

    @Test
    void aBrokerThatGoesIsReportedAndRegisteredWithAgain() throws IOException {
        PeerProcess broker = Peers.broker(endpoint);
        try (BridgeStage stage = stage()) {
            stage.awaitFigure("workerLinks", 1);
            broker.kill();
            stage.awaitFigure("workerLinks", 0);
            Await.until("it is reported", () -> !stage.report().up("zmqWorker"));
            broker = Peers.broker(endpoint);
            stage.awaitFigure("workerLinks", 1);
            try (PeerProcess client = Peers.client(endpoint, SERVICE)) {
                say(client, "('ping', (), {})", "reply [True, 'pong']");
            }
            assertThat(stage.report().figure("workerLosses")).isEqualTo(1);
        } finally {
            broker.close();
        }
    }

    @Test
    void itsFramesAreThoseOfMajordomoAndASilentBrokerIsLostAfterTwoBeats() throws IOException {
        try (PeerProcess broker = Peers.peek(endpoint);
                BridgeStage stage = stage()) {
            broker.awaitLine(READY);
            // Said again and again, because on a slow machine the broker may be given up in between.
            Await.until("it is registered", () -> {
                broker.say("[b'', b'MDPW01', b'\\x04']");
                return stage.report().up("zmqWorker");
            });
            Await.until("it beats", () -> broker.lines().contains(HEARTBEAT));
            stage.awaitFigure("workerLinks", 0);
            stage.awaitFigure("workerLosses", 1);
            Await.until("it registers again", () -> count(broker, READY) >= 2);

            Await.until("the call is answered", () -> {
                broker.say("[b'', b'MDPW01', b'\\x02', b'client', b'', b'id-1', b'garbage']");
                return broker.lines().stream()
                        .anyMatch(line -> line.startsWith("frames - 4d4450573031 03 636c69656e74 - 69642d31 8004"));
            });
            broker.say("[b'', b'MDPW01', b'\\x05']");
            int before = count(broker, READY);
            Await.until("sent away, it registers again", () -> count(broker, READY) > before);
        }
    }

    @Test
    void harmfulFramesFromTheBrokerChangeNothing() throws IOException {
        try (PeerProcess broker = Peers.peek(endpoint);
                BridgeStage stage = stage()) {
            broker.awaitLine(READY);
            for (String frames : List.of(
                    "[b'']",
                    "[b'', b'MDPW01']",
                    "[b'', b'MDPC01', b'\\x02', b'c', b'', b'i', b'p']",
                    "[b'x', b'MDPW01', b'\\x02', b'c', b'', b'i', b'p']",
                    "[b'', b'MDPW01', b'\\x02']",
                    "[b'', b'MDPW01', b'\\x02', b'c', b'']",
                    "[b'', b'MDPW01', b'\\x02', b'c', b'x', b'i', b'p']",
                    "[b'', b'MDPW01', b'\\x09', b'c', b'', b'i', b'p']",
                    "[b'', b'MDPW01', " + "b'', ".repeat(100) + "]")) {
                broker.say(frames);
            }
            Await.until("the one that is a call is answered", () -> {
                broker.say("[b'', b'MDPW01', b'\\x02', b'c', b'', b'last', b'p']");
                return broker.lines().stream().anyMatch(line -> line.contains(" 6c617374 "));
            });
            assertThat(broker.lines().stream().filter(line -> line.startsWith("frames - 4d4450573031 03")))
                    .allMatch(line -> line.contains(" 6c617374 "));
        }
    }

    private static int count(PeerProcess broker, String line) {
        return (int) broker.lines().stream().filter(line::equals).count();
    }

    private static void say(PeerProcess client, String call, String reply) {
        long before = replies(client).size();
        client.say(call);
        Await.until(call + " is answered", () -> replies(client).size() > before);
        assertThat(replies(client).getLast()).as(call).startsWith(reply);
    }

    private static List<String> replies(PeerProcess client) {
        return client.lines().stream()
                .filter(line -> line.startsWith("reply") || line.startsWith("no reply"))
                .toList();
    }

    private BridgeStage stage() throws IOException {
        Files.writeString(directory.resolve("streams.yaml"), """
                sources:
                  pushed:
                    pushed: true
                    map:
                      - { topic: "acct.{type}", subject: "xy.acct.{data.accountId}.{type}" }
                      - { topic: "algo.{job}", subject: "xy.algo.{job}.progress" }
                """);
        BridgeStage stage = BridgeStage.deployed(BridgeStage.config(
                directory,
                "",
                Map.of(
                        "ZMQ_BROKER_URL", endpoint,
                        "ZMQ_WORKER_SERVICE", SERVICE,
                        "ZMQ_HEARTBEAT_INTERVAL", "500")));
        TestVertx.await(stage.bus.serve(Contract.STREAM_BATCH, KEY, batch -> {
            batch.records().stream()
                    .filter(record -> record.kind() == StreamRecord.Kind.VALUE)
                    .forEach(records::add);
            return Future.succeededFuture(new Credit(batch.number()));
        }));
        return stage;
    }

    private static void want(BridgeStage stage, String... patterns) {
        Await.until("connected", () -> TestVertx.await(stage.bus.request(
                        Contract.STREAM_INTEREST_ZMQ,
                        BridgeStage.NODE,
                        new Interest("node-b", KEY, 1, List.of(patterns), 60_000),
                        5_000))
                .connected());
    }
}
