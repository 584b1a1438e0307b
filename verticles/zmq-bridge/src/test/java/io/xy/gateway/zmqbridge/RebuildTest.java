package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ZeroMQ context is replaced when a thread of it reports that it failed. */
class RebuildTest {
    private static final String SERVICE = "account_service";

    @Test
    @Tag("T-Z05")
    void theBrokerGoesOnAtTheSamePortWithANewContext(@TempDir Path directory) {
        String endpoint = "tcp://127.0.0.1:" + Ports.free();
        try (BridgeStage stage = BridgeStage.broker(directory, endpoint);
                PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
            stage.awaitService(SERVICE);
            reportDeath();
            stage.awaitFigure("zmqLosses", 1);
            stage.awaitService(SERVICE);
            assertThat(worker.isAlive()).isTrue();
        }
    }

    /** Says of each I/O thread of JeroMQ what the JVM says of a thread that ends with an error. */
    private static void reportDeath() {
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("iothread"))
                .toList();
        assertThat(threads).isNotEmpty();
        for (Thread thread : threads) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, new OutOfMemoryError("told by a test"));
        }
    }
}
