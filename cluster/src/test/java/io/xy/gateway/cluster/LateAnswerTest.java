package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Orders with keys through a whole gateway to CPython: workers that answer late, or die; their own records judge. */
@Tag("Z12")
@Tag("X8")
class LateAnswerTest {
    private static final Path SCRIPTS = Node.ROOT.resolve("cluster/src/test/python");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    @Tag("T-30")
    @Tag("T-31")
    @Tag("T-32")
    void whatIsUnknownIsResolvedByTheLateAnswerAndNothingRunsTwice() throws IOException {
        int port = Ports.free();
        Path log = Files.createFile(directory.resolve("executed"));
        try (PeerProcess broker = python("desk_broker.py", port, "");
                Node node = new Node("ZMQ_BROKER_URL", "tcp://127.0.0.1:" + port, "HTTP_CALL_TIMEOUT", "700ms")) {
            broker.awaitLine("ready");
            try (PeerProcess worker = python("desk_worker.py", port, log.toString())) {
                worker.awaitLine("ready");
                node.start();
                Await.until(
                        "the services are there",
                        () -> node.post(
                                                "/api/v1/auth/login",
                                                "",
                                                "{\"username\":\"trader1\",\"password\":\"password123\"}")
                                        .statusCode()
                                == 200);
                String token = node.login();
                lateAnswer(node, token);
                manyAtOnce(node, token);
                diesAfterReceiving(node, token);
            }
            try (PeerProcess next = python("desk_worker.py", port, log.toString())) {
                next.awaitLine("ready");
                String token = awaitLogin(node);
                HttpResponse<String> repeat = execute(node, token, "die", "k-die");
                assertThat(repeat.statusCode()).isEqualTo(504);
                assertThat(new JsonObject(repeat.body()).getString("outcome")).isEqualTo("unknown");
                assertThat(execute(node, token, "plain-2", "k-plain-2").statusCode())
                        .isEqualTo(200);
            }
            assertThat(Files.readAllLines(log)).containsExactlyInAnyOrder("slow", "plain-1", "many", "die", "plain-2");
            Evidence.contacted("cpython");
        }
    }

    private static void lateAnswer(Node node, String token) {
        HttpResponse<String> lost = execute(node, token, "slow", "k-slow");
        assertThat(lost.statusCode()).isEqualTo(504);
        assertThat(new JsonObject(lost.body()).getString("outcome")).isEqualTo("unknown");
        assertThat(outcome(node, token, "k-slow").getString("outcome")).isEqualTo("unknown");

        Await.until(
                "the late answer is known",
                () -> outcome(node, token, "k-slow").getString("outcome").equals("executed"));

        HttpResponse<String> repeat = execute(node, token, "slow", "k-slow");
        assertThat(repeat.statusCode()).isEqualTo(200);
        assertThat(repeat.headers().firstValue("idempotency-replayed")).hasValue("true");
        assertThat(new JsonObject(repeat.body()).getString("executionId")).isEqualTo("exec of slow");
        HttpResponse<String> other = execute(node, token, "plain-1", "k-plain-1");
        assertThat(new JsonObject(other.body()).getString("executionId")).isEqualTo("exec of plain-1");
    }

    private static void manyAtOnce(Node node, String token) {
        List<CompletableFuture<Integer>> statuses = IntStream.range(0, 100)
                .mapToObj(i -> CompletableFuture.supplyAsync(
                        () -> execute(node, token, "many", "k-many").statusCode()))
                .toList();
        assertThat(statuses.stream().map(CompletableFuture::join)).contains(200).allSatisfy(status -> assertThat(status)
                .isIn(200, 409));
    }

    private static void diesAfterReceiving(Node node, String token) {
        HttpResponse<String> lost = execute(node, token, "die", "k-die");
        assertThat(lost.statusCode()).isEqualTo(504);
        assertThat(new JsonObject(lost.body()).getString("outcome")).isEqualTo("unknown");
    }

    private static String awaitLogin(Node node) {
        Await.until(
                "the services are back",
                () -> node.post("/api/v1/auth/login", "", "{\"username\":\"trader1\",\"password\":\"password123\"}")
                                .statusCode()
                        == 200);
        return node.login();
    }

    private static HttpResponse<String> execute(Node node, String token, String raw, String key) {
        String body = "{\"instructions\":[{\"raw\":\"" + raw + "\"}],\"accounts\":[\"cpython1\"]}";
        return node.post("/api/v1/instructions/execute", token, body, "Idempotency-Key", key);
    }

    private static JsonObject outcome(Node node, String token, String key) {
        HttpResponse<String> answer = node.get("/api/v1/outcomes/" + key, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static PeerProcess python(String script, int port, String log) {
        String path = SCRIPTS.resolve(script).toString();
        return log.isEmpty()
                ? PeerProcess.start(PeerProcess.python(), "-u", path, String.valueOf(port))
                : PeerProcess.start(PeerProcess.python(), "-u", path, String.valueOf(port), log);
    }
}
