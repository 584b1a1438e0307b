package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.net.PemTrustOptions;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The streaming port speaks TLS itself, and takes a renewed certificate while it runs. */
@Tag("N4")
class TlsTest {
    /** Kept, because a client that nobody holds is closed with its sockets. */
    private final List<WebSocketClient> clients = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    @Test
    void aRenewedCertificateIsTakenWithoutARestartAndOpenSocketsGoOn() throws IOException {
        certificate("first");
        certificate("second");
        install("first");
        try (Gateway gateway = Gateway.start(
                "TLS_ENABLE",
                "true",
                "TLS_CERT_PATH",
                directory.resolve("cert.pem").toString(),
                "TLS_KEY_PATH",
                directory.resolve("key.pem").toString(),
                "TLS_RELOAD_INTERVAL",
                "200ms")) {
            List<String> heard = new ArrayList<>();
            WebSocket open = TestVertx.await(connect(gateway, "first"));
            open.textMessageHandler(heard::add);
            assertThat(failed(connect(gateway, "second"))).isTrue();
            assertThat(RawSocket.upgrade(gateway.port(), "/ws", "Sec-WebSocket-Protocol: xy.v1.json"))
                    .doesNotContain("101");
            install("second");
            Await.until("the new certificate is shown", () -> !failed(connect(gateway, "second")));
            assertThat(failed(connect(gateway, "first"))).isTrue();
            Files.writeString(directory.resolve("cert.pem"), "nonsense");
            assertThat(failed(connect(gateway, "second"))).isFalse();
            TestVertx.await(open.writeTextMessage("{\"op\":\"x\",\"id\":1}"));
            Await.until("the old socket is answered", () -> !heard.isEmpty());
            TestVertx.await(open.writePing(Buffer.buffer("x")));
        }
    }

    private Future<WebSocket> connect(Gateway gateway, String trusted) {
        WebSocketClient client = gateway.vertx()
                .createWebSocketClient(new WebSocketClientOptions()
                        .setSsl(true)
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(directory.resolve(trusted + ".pem").toString())));
        clients.add(client);
        return client.connect(new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(gateway.port())
                .setURI("/ws")
                .setAllowOriginHeader(false)
                .addSubProtocol("xy.v1.json"));
    }

    private static boolean failed(Future<WebSocket> connecting) {
        Await.until("it is decided", connecting::isComplete);
        return connecting.failed();
    }

    private void install(String name) throws IOException {
        Files.copy(directory.resolve(name + ".key"), directory.resolve("key.pem"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                directory.resolve(name + ".pem"), directory.resolve("cert.pem"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void certificate(String name) {
        String arguments = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=" + name
                + " -addext subjectAltName=IP:127.0.0.1 -keyout " + name + ".key -out " + name + ".pem";
        List<String> command = new ArrayList<>(List.of(PeerProcess.find("openssl")));
        command.addAll(List.of(arguments.split(" ")));
        try (PeerProcess process = PeerProcess.start(directory, Map.of(), command.toArray(new String[0]))) {
            assertThat(process.await(20)).as("openssl said " + process.lines()).isZero();
        }
    }
}
