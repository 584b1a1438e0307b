package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders, and workers that are killed while they work on them: the workers' own records are the judge. */
@Tag("Z12")
class NeverTwiceTest {
    /** The one service name whose work the desk's broker spreads over all workers. */
    private static final String SERVICE = "APP";

    private static final int WORKERS = 3;
    private static final int AT_ONCE = 25;
    private static final String YAML = "zmq:\n  breaker: { failures: 10000 }\n";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void noneOfAThousandOrdersIsExecutedTwice() throws Exception {
        run(1_000);
    }

    @Test
    @Tag("nightly")
    void noneOfTenThousandOrdersIsExecutedTwice() throws Exception {
        run(10_000);
    }

    private void run(int orders) throws Exception {
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        Path log = Files.createFile(directory.resolve("executed"));
        Random random = new Random(20_261_120);
        Map<String, CallReply> replies = new LinkedHashMap<>();
        List<PeerProcess> workers = new ArrayList<>();
        try (BridgeStage stage = BridgeStage.deployed(
                BridgeStage.config(directory, YAML, Map.of("ZMQ_MODE", "broker", "ZMQ_BIND", endpoint)))) {
            for (int i = 0; i < WORKERS; i++) {
                workers.add(Peers.worker(endpoint, SERVICE, "--log", log.toString()));
            }
            stage.awaitService(SERVICE);
            for (int first = 0; first < orders; first += AT_ONCE) {
                Map<String, Future<CallReply>> underWay = send(stage, first);
                if (random.nextInt(3) == 0) {
                    int victim = random.nextInt(WORKERS);
                    workers.get(victim).kill();
                    workers.set(victim, Peers.worker(endpoint, SERVICE, "--log", log.toString()));
                }
                underWay.forEach((key, reply) -> replies.put(key, TestVertx.await(reply)));
            }
        } finally {
            workers.forEach(PeerProcess::close);
        }
        assertThat(replies).hasSize(orders);
        judge(replies, Files.readAllLines(log));
    }

    private static Map<String, Future<CallReply>> send(BridgeStage stage, int first) {
        Map<String, Future<CallReply>> underWay = new LinkedHashMap<>();
        for (int i = first; i < first + AT_ONCE; i++) {
            String key = "order-" + i;
            underWay.put(key, stage.send(SERVICE, "note_and_work", "[[\"" + key + "\"],{}]", Effect.ONCE, 1_000));
        }
        return underWay;
    }

    private static void judge(Map<String, CallReply> replies, List<String> executed) {
        assertThat(executed).doesNotHaveDuplicates();
        Set<String> done = new HashSet<>(executed);
        int answered = 0;
        for (Map.Entry<String, CallReply> reply : replies.entrySet()) {
            Failure failure = reply.getValue().failure();
            if (failure == null) {
                answered++;
                assertThat(done).contains(reply.getKey());
            } else if (failure.outcome() == Outcome.NOT_EXECUTED) {
                assertThat(done).doesNotContain(reply.getKey());
            } else {
                assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
            }
        }
        assertThat(answered).isPositive();
    }
}
