package io.xy.gateway.zmqbridge;

import static io.xy.gateway.zmqbridge.CallsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls whose payloads go through the Python helper, in part or all. */
@Tag("Z3")
class HelperCallsTest {
    private static final String SERVICE = "account_service";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void whatTheStrictReaderDoesNotKnowIsReadByTheHelper() {
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        try (PeerProcess broker = Peers.broker(endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE);
                BridgeStage stage = stage(endpoint, Map.of("PICKLE_HELPER", "true"))) {
            stage.awaitService(SERVICE);
            assertThat(stage.result(SERVICE, "object", "[[],{}]")).startsWith("[[0,1,2,3,4,5,6,7,8,9]");
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            assertThat(failed(stage.call(SERVICE, "garbage", "[[],{}]")).error())
                    .isEqualTo(GatewayError.BAD_REPLY);
            stage.awaitFigure("helperDone", 1);
            assertThat(broker.isAlive() && worker.isAlive()).isTrue();
        }
    }

    @Test
    void theCodecPythonSendsEveryPayloadThroughTheHelper() {
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        try (PeerProcess broker = Peers.broker(endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE);
                BridgeStage stage = stage(endpoint, Map.of("PICKLE_CODEC", "python"))) {
            stage.awaitService(SERVICE);
            assertThat(stage.result(SERVICE, "echo", "[[1,\"双\",null],{\"a\":[1.5]}]"))
                    .isEqualTo("[[1,\"双\",null],{\"a\":[1.5]}]");
            assertThat(failed(stage.call(SERVICE, "refuse", "[[],{}]")).detail())
                    .isEqualTo("Account not found");
            assertThat(failed(stage.call(SERVICE, "ping", "[[]]")).error()).isEqualTo(GatewayError.BAD_REQUEST);
            assertThat(broker.isAlive() && worker.isAlive()).isTrue();
        }
    }

    @Test
    void anAnswerThatTheHelperCannotReadInTimeWasExecutedAllTheSame() {
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        Map<String, String> slow = Map.of(
                "PICKLE_HELPER",
                "true",
                "PICKLE_HELPER_TIMEOUT",
                "5s",
                "PYTHON_SCRIPT_PATH",
                "src/test/python/helper_that_sleeps.py");
        try (PeerProcess broker = Peers.broker(endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE);
                BridgeStage stage = stage(endpoint, slow)) {
            stage.awaitService(SERVICE);
            Failure failure = failed(stage.call(SERVICE, "object", "[[],{}]", Effect.ONCE, 500));
            assertThat(failure.error()).isEqualTo(GatewayError.BAD_REPLY);
            assertThat(failure.outcome()).isEqualTo(Outcome.EXECUTED);
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            assertThat(broker.isAlive() && worker.isAlive()).isTrue();
        }
    }

    private BridgeStage stage(String endpoint, Map<String, String> environment) {
        Map<String, String> variables = new HashMap<>(environment);
        variables.put("ZMQ_BROKER_URL", endpoint);
        variables.put("PYTHON_PATH", PeerProcess.python());
        variables.put("PICKLE_HELPER_ALLOW", "os.stat_result");
        return BridgeStage.deployed(BridgeStage.config(directory, "", variables));
    }
}
