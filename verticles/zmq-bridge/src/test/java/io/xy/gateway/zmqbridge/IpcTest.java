package io.xy.gateway.zmqbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.PeerProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker on the same host, reached by a Unix domain socket; broker and worker are libzmq's. */
@Tag("Z1")
class IpcTest {
    private static final String SERVICE = "account_service";

    @Test
    void callsGoThroughASocketFileAndFindItAgainAfterTheBroker(@TempDir Path directory) {
        String endpoint = "ipc://" + directory.resolve("broker");
        // The file does not exist yet.
        try (BridgeStage stage = BridgeStage.client(directory, "", endpoint)) {
            for (int life = 0; life < 2; life++) {
                try (PeerProcess broker = Peers.broker(endpoint);
                        PeerProcess worker = Peers.worker(endpoint, SERVICE)) {
                    stage.awaitService(SERVICE);
                    assertThat(stage.result(SERVICE, "add", "[[2,3],{}]")).isEqualTo("5");
                    String large = "\"" + "x".repeat(300_000) + "\"";
                    assertThat(stage.result(SERVICE, "echo", "[[" + large + "],{}]"))
                            .isEqualTo("[[" + large + "],{}]");
                    assertThat(broker.isAlive() && worker.isAlive()).isTrue();
                }
            }
        }
    }
}
