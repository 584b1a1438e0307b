package io.xy.gateway.zmqbridge;

import static io.xy.gateway.zmqbridge.CallsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service that fails is spared, its neighbour is not, and what a service says is never a failure. */
@Tag("Z5")
class BreakerTest {
    private static final String SICK = "account_service";
    private static final String WELL = "algorithm_service";
    private static final String YAML = """
            zmq:
              breaker: { failures: 3, window: 30s, open: 300ms }
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    private final String endpoint = "tcp://127.0.0.1:" + Ports.free();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private PeerProcess broker;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private PeerProcess worker;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private BridgeStage stage;

    @BeforeEach
    void start() {
        Metrics.addRegistry(registry);
        broker = Peers.broker(endpoint);
        worker = Peers.worker(endpoint, SICK);
        stage = BridgeStage.client(directory, YAML, endpoint);
        stage.awaitService(SICK);
    }

    @AfterEach
    void stop() {
        stage.close();
        worker.close();
        broker.close();
        Metrics.removeRegistry(registry);
    }

    @Test
    void aServiceThatIsSilentIsSparedAndTheOneCallThatIsAnsweredEndsIt() {
        try (PeerProcess other = Peers.worker(endpoint, WELL)) {
            stage.awaitService(WELL);
            assertThat(stage.report().figure("breaker." + SICK)).isZero();
            for (int i = 0; i < 3; i++) {
                assertThat(failed(stage.call(SICK, "sleep", "[[0.3],{}]", Effect.ONCE, 150))
                                .error())
                        .isEqualTo(GatewayError.TIMEOUT);
            }
            CallReply spared = stage.call(SICK, "ping", "[[],{}]", Effect.READ, 5_000);
            Failure failure = failed(spared);
            assertThat(failure.error()).isEqualTo(GatewayError.CIRCUIT_OPEN);
            assertThat(failure.outcome()).isEqualTo(Outcome.NOT_EXECUTED);
            assertThat(failure.retryAfterMillis()).isBetween(1L, 300L);
            assertThat(spared.status()).isEqualTo(503);
            stage.awaitFigure("breaker." + SICK, 2);
            assertThat(stage.result(WELL, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            Await.until("the gauge says open", () -> gauge(SICK) == 2);
            assertThat(gauge(WELL)).isZero();
            stage.awaitService(SICK);
            stage.awaitFigure("breaker." + SICK, 0);
            assertThat(other.isAlive()).isTrue();
        }
        stage.undeploy();
        assertThat(found(SICK)).isNull();
    }

    @Test
    void theOneCallThatFailsKeepsItOpen() {
        for (int i = 0; i < 3; i++) {
            assertThat(failed(stage.call(SICK, "garbage", "[[],{}]")).error()).isEqualTo(GatewayError.BAD_REPLY);
        }
        Await.until(
                "one call may try",
                () -> failed(stage.call(SICK, "garbage", "[[],{}]")).error() == GatewayError.BAD_REPLY);
        assertThat(failed(stage.call(SICK, "ping", "[[],{}]")).error()).isEqualTo(GatewayError.CIRCUIT_OPEN);
    }

    @Test
    void whatAServiceSaysIsNeverAFailure() {
        for (int i = 0; i < 10; i++) {
            stage.call(SICK, "refuse", "[[],{}]");
            stage.call(SICK, "fail", "[[],{}]");
        }
        assertThat(stage.result(SICK, "ping", "[[],{}]")).isEqualTo("\"pong\"");
    }

    @Test
    void aLostBrokerIsOneFailureHoweverManyCallsWereUnderWay() {
        List<Future<CallReply>> held = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            held.add(stage.send(SICK, "sleep", "[[3],{}]", Effect.ONCE, 1_500));
        }
        stage.awaitFigure("zmqPending", 10);
        broker.kill();
        stage.awaitFigure("zmqPending", 0);
        for (Future<CallReply> call : held) {
            assertThat(failed(TestVertx.await(call)).outcome()).isEqualTo(Outcome.UNKNOWN);
        }
        broker = Peers.broker(endpoint);
        stage.awaitService(SICK);
        assertThat(stage.report().figure("breaker." + SICK)).isZero();
    }

    private double gauge(String service) {
        return Objects.requireNonNull(found(service)).value();
    }

    private @Nullable Gauge found(String service) {
        return registry.find("xy_zmq_breaker_state").tag("service", service).gauge();
    }
}
