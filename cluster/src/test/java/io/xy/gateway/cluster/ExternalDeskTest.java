package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The desk as it exists: a broker outside the process and CPython workers behind it. */
@Tag("Z1")
@Tag("Z2")
class ExternalDeskTest {
    private static final Path SCRIPTS = Node.ROOT.resolve("cluster/src/test/python");

    @Test
    void accountCallsWorkAgainstAForeignBrokerAndHealWhenItComesLate() {
        int port = Ports.free();
        try (Node node = new Node("ZMQ_BROKER_URL", "tcp://127.0.0.1:" + port).start()) {
            HttpResponse<String> early =
                    node.post("/api/v1/auth/login", "", "{\"username\":\"trader1\",\"password\":\"password123\"}");
            assertThat(early.statusCode()).isEqualTo(503);
            assertThat(new JsonObject(early.body()).getString("code")).isEqualTo("upstream_down");
            assertThat(node.get("/health/detailed", "").body()).contains("zmq");

            try (PeerProcess broker = python("desk_broker.py", port);
                    PeerProcess worker = python("desk_worker.py", port)) {
                broker.awaitLine("ready");
                worker.awaitLine("ready");
                Await.until(
                        "the gateway has found the broker",
                        () -> node.post(
                                                "/api/v1/auth/login",
                                                "",
                                                "{\"username\":\"trader1\",\"password\":\"password123\"}")
                                        .statusCode()
                                == 200);
                String token = node.login();
                assertThat(ids(node.get("/api/v1/accounts", token))).containsExactly("cpython1", "cpython2");
                HttpResponse<String> one = node.get("/api/v1/accounts/cpython1", token);
                assertThat(new JsonObject(one.body()).getJsonObject("data").getInteger("availableBalance"))
                        .isEqualTo(4711);
                assertThat(node.get("/api/v1/accounts/nobody", token).statusCode())
                        .isEqualTo(404);
                HttpResponse<String> failed = node.get("/api/v1/accounts/cpython1/risk", token);
                assertThat(failed.statusCode()).isEqualTo(502);
                assertThat(failed.body()).doesNotContain("Traceback", "ZeroDivisionError");
                Evidence.contacted("cpython");
            }
        }
    }

    private static List<String> ids(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        new JsonObject(answer.body())
                .getJsonArray("data")
                .forEach(account -> ids.add(((JsonObject) account).getString("id")));
        return ids;
    }

    private static PeerProcess python(String script, Object... args) {
        List<String> command = new ArrayList<>(
                List.of(PeerProcess.python(), "-u", SCRIPTS.resolve(script).toString()));
        Arrays.stream(args).map(String::valueOf).forEach(command::add);
        return PeerProcess.start(command.toArray(new String[0]));
    }
}
