package io.xy.gateway.zmqbridge;

import static io.xy.gateway.zmqbridge.CallsTest.failed;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.Outcome;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes over the wire byte by byte, and answers that are late, twice, foreign or garbled. */
class ReplyFaultsTest {
    private static final String SERVICE = "account_service";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private PeerProcess router;

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private BridgeStage stage;

    @BeforeEach
    void start() {
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        router = Peers.router(endpoint);
        String yaml = """
                zmq:
                  queue: 2
                  services:
                    narrow_service: { concurrency: 2 }
                """;
        stage = BridgeStage.client(directory, yaml, endpoint);
        stage.awaitService(SERVICE);
    }

    @AfterEach
    void stop() {
        stage.close();
        router.close();
    }

    @Test
    @Tag("Z1")
    void aCallIsExactlyFiveFramesWithThePickleOfTheDesk() {
        stage.call(SERVICE, "ping", "[[],{}]");
        String call = last("8004950f000000000000005d94288c0470696e6794297d94652e");
        String[] frames = call.split(" ");
        assertThat(frames).hasSize(6);
        assertThat(frames[1]).isEqualTo("-");
        assertThat(frames[2]).isEqualTo(hex("MDPC01"));
        assertThat(frames[3]).isEqualTo(hex(SERVICE));
        assertThat(text(frames[4])).matches("[0-9a-f]{32}");
        String probe = last(hex("mmi.service"));
        assertThat(probe.split(" ")).hasSize(6);
        assertThat(text(probe.split(" ")[4])).matches("[0-9a-f]{32}");
    }

    @Test
    @Tag("Z1")
    void noRequestIdIsEverUsedTwice() {
        for (int i = 0; i < 50; i++) {
            stage.call(SERVICE, "ping", "[[],{}]");
        }
        Await.until("the calls were seen", () -> ids().size() > 50);
        assertThat(ids()).doesNotHaveDuplicates();
    }

    @Test
    @Tag("T-Z09")
    void answersOfOthersAndGarbageReachNobody() {
        assertThat(stage.result(SERVICE, "strange", "[[],{}]")).isEqualTo("\"right\"");
        stage.awaitFigure("zmqDuplicates", 1);
        stage.awaitFigure("zmqMismatched", 11);
        assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
    }

    @Test
    @Tag("Z1")
    void answersInAnotherOrderFindTheirCallers() {
        Future<CallReply> first = stage.send(SERVICE, "crossed", "[[],{}]");
        stage.awaitFigure("zmqPending", 1);
        Future<CallReply> second = stage.send(SERVICE, "crossed", "[[],{}]");
        assertThat(TestVertx.await(first).body().text()).isEqualTo("\"first\"");
        assertThat(TestVertx.await(second).body().text()).isEqualTo("\"second\"");
    }

    @Test
    @Tag("Z12")
    void aLateAnswerIsToldToTheLedgerOnceAndToNobodyElse() {
        CallReply timedOut = stage.call(SERVICE, "hold", "[[],{}]", Effect.ONCE, 300);
        assertThat(failed(timedOut).error()).isEqualTo(GatewayError.TIMEOUT);
        assertThat(failed(timedOut).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(timedOut.status()).isEqualTo(504);
        assertThat(stage.result(SERVICE, "release", "[[],{}]")).isEqualTo("\"done\"");
        Await.until("the late answer is told", () -> !stage.late.isEmpty());
        assertThat(stage.late).hasSize(1);
        assertThat(stage.late.get(0).reply().body().text()).isEqualTo("\"released\"");
        assertThat(stage.late.get(0).service()).isEqualTo(SERVICE);
        assertThat(stage.late.get(0).idempotencyKey()).isEqualTo("key-1");
        stage.awaitFigure("zmqLate", 1);
        stage.awaitFigure("zmqTimeouts", 1);
    }

    @Test
    @Tag("Z4")
    void aReadIsRepeatedInTheMiddleOfItsTimeAndTheFirstAnswerWins() {
        CallReply reply = stage.call(SERVICE, "hold", "[[],{}]", Effect.READ, 1_000);
        assertThat(failed(reply).error()).isEqualTo(GatewayError.TIMEOUT);
        stage.awaitFigure("zmqRetries", 1);
        String method = "686f6c64";
        Await.until("it was sent 2 times", () -> seen(method) == 2);
        stage.call(SERVICE, "hold", "[[],{}]", Effect.ONCE, 300);
        Await.until("it was sent 3 times", () -> seen(method) == 3);
    }

    @Test
    @Tag("Z6")
    void calledBeyondItsBoundAServiceIsOverloaded() {
        String narrow = "narrow_service";
        stage.awaitService(narrow);
        for (int i = 0; i < 4; i++) {
            Future<CallReply> held = stage.send(narrow, "hold", "[[],{}]", Effect.ONCE, 1_500);
            assertThat(held.failed()).isFalse();
        }
        stage.awaitFigure("zmqPending", 2);
        stage.awaitFigure("zmqQueued", 2);
        CallReply refused = stage.call(narrow, "ping", "[[],{}]");
        assertThat(failed(refused).error()).isEqualTo(GatewayError.OVERLOADED);
        assertThat(failed(refused).outcome()).isEqualTo(Outcome.NOT_EXECUTED);
        assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
        stage.awaitFigure("zmqPending", 0);
        stage.awaitFigure("zmqQueued", 0);
        assertThat(stage.result(narrow, "ping", "[[],{}]")).isEqualTo("\"pong\"");
    }

    @Test
    @Tag("B13")
    void stoppingWaitsForWhatIsUnderWay() {
        Future<CallReply> held = stage.send(SERVICE, "hold", "[[],{}]", Effect.ONCE, 1_000);
        stage.awaitFigure("zmqPending", 1);
        stage.undeploy();
        assertThat(failed(TestVertx.await(held)).error()).isEqualTo(GatewayError.TIMEOUT);
    }

    private List<String> ids() {
        return router.lines().stream()
                .filter(line -> line.startsWith("frames"))
                .map(line -> line.split(" ")[4])
                .toList();
    }

    private long seen(String frame) {
        return router.lines().stream().filter(line -> line.contains(frame)).count();
    }

    private String last(String frame) {
        Await.until("a message with " + frame + " was seen", () -> router.lines().stream()
                .anyMatch(line -> line.contains(frame)));
        return router.lines().stream()
                .filter(line -> line.contains(frame))
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static String text(String hex) {
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.US_ASCII);
    }
}
