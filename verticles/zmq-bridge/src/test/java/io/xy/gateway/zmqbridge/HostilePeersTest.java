package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that speak ZMTP only to break it: one frame header of theirs stops an unprotected JeroMQ context for good. */
class HostilePeersTest {
    private static final String SERVICE = "auth_service";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @ParameterizedTest
    @Tag("T-Z01")
    @Tag("T-Z02")
    @Tag("T-Z03")
    @Tag("T-Z06")
    @ValueSource(
            strings = {
                "zmtp2-negative",
                "zmtp2-huge",
                "zmtp2-topbit",
                "zmtp2-over",
                "zmtp3-negative",
                "zmtp3-huge",
                "zmtp3-topbit",
                "http-",
                "tls-"
            })
    void theBrokerServesOthersAfterAHarmfulClient(String form) {
        int port = Ports.free();
        String endpoint = "tcp://127.0.0.1:" + port;
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            try (PeerProcess hostile = Peers.hostileClient(port, form)) {
                assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
                hostile.await(10);
            }
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            assertThat(worker.isAlive()).isTrue();
            awaitIdleIoThreads();
        }
    }

    /** Who does not finish its greeting is cut off after the handshake's time; meanwhile others are served. */
    @ParameterizedTest
    @Tag("T-Z06")
    @ValueSource(strings = {"slow", "idle-1", "idle-5000", "half-500"})
    void whoNeverFinishesItsGreetingIsCutOff(String form) {
        int port = Ports.free();
        String endpoint = "tcp://127.0.0.1:" + port;
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE);
                PeerProcess greeter = Peers.slowGreeter(port, form)) {
            stage.awaitService(SERVICE);
            greeter.await(100);
            assertThat(greeter.lines()).anyMatch(line -> line.startsWith("cut off"));
            assertThat(stage.result(SERVICE, "ping", "[[],{}]")).isEqualTo("\"pong\"");
            assertThat(worker.isAlive()).isTrue();
        }
    }

    @Test
    @Tag("T-Z06")
    void aGreetingInPiecesIsAnswered() {
        int port = Ports.free();
        try (BridgeStage stage = BridgeStage.broker(directory, "tcp://127.0.0.1:" + port);
                PeerProcess greeter = Peers.piecewiseGreeter(port)) {
            assertThat(greeter.lines()).anyMatch(line -> line.equals("greeted ff00000000000000017f03"));
            stage.awaitFigure("zmqBroker", 0);
        }
    }

    @ParameterizedTest
    @Tag("T-Z05")
    @ValueSource(
            strings = {"zmtp2-negative", "zmtp2-huge", "zmtp3-negative", "zmtp3-huge", "zmtp3-topbit", "http-", "tls-"})
    void aHarmfulBrokerDoesNotDisturbTheOtherOne(String form) {
        int port = Ports.free();
        String good = "tcp://127.0.0.1:" + Ports.free();
        try (PeerProcess hostile = Peers.hostileListener(port, form);
                PeerProcess broker = Peers.broker(good);
                PeerProcess worker = Peers.worker(good, SERVICE);
                BridgeStage stage = BridgeStage.client(directory, "", "tcp://127.0.0.1:" + port, good)) {
            hostile.awaitLine("said");
            stage.awaitService(SERVICE);
            stage.awaitFigure("zmqBroker", 1);
            assertThat(broker.isAlive() && worker.isAlive()).isTrue();
        }
    }

    /** A context that spins uses all of a processor; one that rests next to none. */
    private static void awaitIdleIoThreads() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        List<Long> seen = new ArrayList<>(List.of(ioNanos(threads)));
        long[] at = {System.nanoTime()};
        Await.until("the I/O threads rest", () -> {
            long now = System.nanoTime();
            if (now - at[0] < 200_000_000) {
                return false;
            }
            long used = ioNanos(threads) - seen.getLast();
            boolean rests = used * 4 < now - at[0];
            seen.add(ioNanos(threads));
            at[0] = now;
            return rests;
        });
    }

    private static long ioNanos(ThreadMXBean threads) {
        long sum = 0;
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("iothread")) {
                sum += Math.max(0, threads.getThreadCpuTime(thread.threadId()));
            }
        }
        return sum;
    }
}
