package io.xy.gateway.simulator.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.desk.Desk;
import io.xy.gateway.simulator.desk.DeskClock;
import io.xy.gateway.simulator.desk.DeskService;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("Z10")
class MdpWorkerTest {
    private static final String INSTRUCTIONS = "instruction_service";

    private final AtomicInteger changes = new AtomicInteger();
    private final List<Runnable> stops = new ArrayList<>();

    @AfterEach
    void stopAll() {
        stops.forEach(Runnable::run);
    }

    @Test
    void aPythonBrokerGetsAnswersToPickledCalls() {
        try (DeskBroker broker = DeskBroker.start()) {
            worker(INSTRUCTIONS, broker.endpoint(), 1_000);
            broker.await("ready " + INSTRUCTIONS);

            assertThat(broker.call(INSTRUCTIONS, "ping", new JsonArray(), new JsonObject()))
                    .isEqualTo("True \"pong\"");
            String parsed = broker.call(
                    INSTRUCTIONS,
                    "parse_instructions",
                    new JsonArray().add("科创50 80 卖出  0.85p  万0.3的d"),
                    new JsonObject().put("accounts", new JsonArray().add("account1")));
            JsonObject answer = new JsonObject(parsed.substring("True ".length()));
            assertThat(answer.getJsonArray("instructions").getJsonObject(1).getString("parsed"))
                    .isEqualTo("科创80 当月 万0.3 卖 put-0.85");
            assertThat(broker.call(INSTRUCTIONS, "nothing", new JsonArray(), new JsonObject()))
                    .startsWith("False \"Traceback (most recent call last):");
            Await.until("the broker was heard", () -> changes.get() == 1);
        }
    }

    @Test
    void aPlainMajordomoRequestIsAnsweredInItsOwnForm() {
        try (DeskBroker broker = DeskBroker.start()) {
            worker("auth_service", broker.endpoint(), 1_000);
            broker.await("ready auth_service");

            assertThat(broker.answerTo("plain auth_service")).isEqualTo("True \"pong\"");
        }
    }

    @Test
    void messagesThatAreNotOfTheProtocolAreDropped() {
        try (DeskBroker broker = DeskBroker.start()) {
            worker("auth_service", broker.endpoint(), 1_000);
            broker.await("ready auth_service");
            broker.say("junk auth_service");
            broker.await("junk sent");

            assertThat(broker.answerTo("plain auth_service")).isEqualTo("True \"pong\"");
            assertThat(broker.count("ready auth_service")).isEqualTo(1);
        }
    }

    @Test
    void theWorkerSendsHeartbeatsAndRegistersAnewAfterADisconnect() {
        try (DeskBroker broker = DeskBroker.start()) {
            worker("auth_service", broker.endpoint(), 100);
            broker.awaitCount("heartbeat auth_service", 3);
            broker.say("kick auth_service");

            broker.awaitCount("ready auth_service", 2);
            assertThat(broker.answerTo("plain auth_service")).isEqualTo("True \"pong\"");
        }
    }

    @Test
    void aSilentBrokerIsLeftAndFoundAgain() {
        try (DeskBroker broker = DeskBroker.start()) {
            worker("auth_service", broker.endpoint(), 100);
            broker.await("heartbeat auth_service");
            broker.say("mute");
            broker.awaitCount("ready auth_service", 2);
            broker.say("unmute");

            assertThat(broker.answerTo("plain auth_service")).isEqualTo("True \"pong\"");
        }
    }

    @Test
    void aBrokerThatComesBackIsServedAgain() {
        try (DeskBroker broker = DeskBroker.start()) {
            worker("auth_service", broker.endpoint(), 100);
            broker.await("heartbeat auth_service");
            broker.restart();
            broker.await("ready auth_service");

            assertThat(broker.answerTo("plain auth_service")).isEqualTo("True \"pong\"");
        }
    }

    @Test
    void aStoppedWorkerTakesLeaveAndEndsItsThread() throws InterruptedException {
        try (DeskBroker broker = DeskBroker.start()) {
            CountDownLatch ended = new CountDownLatch(1);
            MdpWorker worker = worker("auth_service", broker.endpoint(), 1_000, ended);
            broker.await("ready auth_service");
            worker.stop();

            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
            broker.await("gone auth_service");
        }
    }

    @Test
    void aWorkerThatNeverFoundABrokerStopsToo() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        worker("auth_service", "tcp://127.0.0.1:" + Ports.free(), 100, ended).stop();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWorkerWithAnEndpointThatIsNoneCanBeStopped() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        MdpWorker worker = worker("auth_service", "tcp://:::", 100, ended);
        worker.stop();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"negative", "huge", "top"})
    void aBrokerThatAnnouncesAnImpossibleFrameHarmsNobody(String length) throws InterruptedException {
        int port = Ports.free();
        CountDownLatch ended = new CountDownLatch(1);
        try (PeerProcess hostile = PeerProcess.start(
                        PeerProcess.python(), "src/test/python/hostile_broker.py", String.valueOf(port), length);
                DeskBroker broker = DeskBroker.start()) {
            hostile.awaitLine("bound");
            MdpWorker victim = worker("auth_service", "tcp://127.0.0.1:" + port, 100, ended);
            hostile.awaitLine("sent");
            worker("account_service", broker.endpoint(), 1_000);
            broker.await("ready account_service");

            assertThat(broker.answerTo("plain account_service")).isEqualTo("True \"pong\"");
            victim.stop();
            assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void worker(String name, String endpoint, long heartbeatMillis) {
        worker(name, endpoint, heartbeatMillis, new CountDownLatch(1));
    }

    private MdpWorker worker(String name, String endpoint, long heartbeatMillis, CountDownLatch ended) {
        MdpWorker worker = new MdpWorker(
                service(name),
                new MdpWorker.Settings(endpoint, heartbeatMillis, 1 << 20),
                connected -> changes.incrementAndGet(),
                which -> ended.countDown());
        worker.start();
        stops.add(worker::stop);
        return worker;
    }

    private static DeskService service(String name) {
        return Desk.services(DeskClock.REAL, new SplittableRandom(1), event -> {}).stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
