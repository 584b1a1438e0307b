package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts of docs/demo as its page tells to use them: TLS on every line, keys by JWKS, secrets in read-only files. */
@Tag("N10")
class DemoTest {
    @TempDir
    private Path directory;

    private final List<PeerProcess> peers = new ArrayList<>();
    private final int jwks = Ports.free();
    private final int nats = Ports.free();
    private Path demo;
    private Node node;

    @BeforeEach
    void start() throws IOException {
        demo = directory.resolve("demo");
        Map<String, String> ports = Map.of("JWKS_PORT", String.valueOf(jwks), "NATS_PORT", String.valueOf(nats));
        assertThat(run("secure.py", ports, "prepare", demo.toString())).isZero();
        peer(script("secure.py", Map.of(), "serve", demo.toString(), String.valueOf(jwks)), "serving");
        peer(
                PeerProcess.start(
                        PeerProcess.find("nats-server"),
                        "-c",
                        demo.resolve("secrets/nats.conf").toString()),
                "Server is ready");
        Evidence.contacted("nats-server");
        List<String> environment = new ArrayList<>();
        for (String line : Files.readAllLines(demo.resolve("gateway.env"))) {
            environment.addAll(List.of(line.split("=", 2)));
        }
        environment.addAll(List.of("JWT_JWKS_COOLDOWN", "1s"));
        node = new Node(environment.toArray(String[]::new)).start();
        Await.until("the node has fetched the keys", Duration.ofSeconds(60), this::takesTheToken);
    }

    private boolean takesTheToken() {
        try (PeerProcess probe = subscribe("xy.md.probe", token(), "0")) {
            return probe.await(20) == 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterEach
    void stop() {
        if (node != null) {
            node.close();
        }
        peers.forEach(PeerProcess::close);
    }

    @Test
    void whatTheDemoPublishesReachesItsSubscriber() throws IOException {
        PeerProcess subscriber = subscribe("xy.md.tick.demo", token(), "3");
        subscriber.awaitLine("subscribed xy.md.tick.demo");

        assertThat(run(
                        "publish.py",
                        Map.of(
                                "NATS_URL",
                                "tls://demo@localhost:" + nats,
                                "NATS_TLS_CA",
                                demo.resolve("tls.pem").toString(),
                                "NATS_PASSWORD_FILE",
                                demo.resolve("secrets/nats-password").toString(),
                                "COUNT",
                                "3",
                                "SEQ",
                                "7",
                                "INTERVAL_MS",
                                "1"),
                        "hello"))
                .isZero();

        assertThat(subscriber.await(20)).isZero();
        assertThat(subscriber.lines())
                .filteredOn(line -> line.contains("hello"))
                .hasSize(3);
        assertThat(subscriber.lines()).anyMatch(line -> line.contains("\"seq\": 9"));
        Evidence.contacted("python3-websockets");
    }

    @Test
    void anotherSubjectAndAnotherTokenAreRefused() throws IOException {
        PeerProcess curious = subscribe("xy.secret.>", token(), "1");
        assertThat(curious.await(20)).isNotZero();
        assertThat(curious.lines()).anyMatch(line -> line.contains("forbidden"));

        String token = token();
        int middle = token.lastIndexOf('.') + 20;
        String forged =
                token.substring(0, middle) + (token.charAt(middle) == 'A' ? 'B' : 'A') + token.substring(middle + 1);
        assertThat(subscribe("xy.md.tick.demo", forged, "1").await(20)).isNotZero();
    }

    @Test
    void secretsAreFilesThatNobodyMayWriteAndNobodyElseMayRead() throws IOException {
        try (var files = Files.list(demo.resolve("secrets"))) {
            assertThat(files.toList()).hasSize(5).allSatisfy(file -> assertThat(
                            PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("r--------"));
        }
        String environment = Files.readString(demo.resolve("gateway.env"));
        assertThat(environment).doesNotContain(Files.readString(demo.resolve("secrets/nats-password")));
    }

    private String token() throws IOException {
        return Files.readString(demo.resolve("secrets/token"));
    }

    private PeerProcess subscribe(String subject, String token, String values) {
        PeerProcess subscriber = script(
                "subscribe.py",
                Map.of(
                        "WS_URL",
                        "wss://localhost:" + node.ws + "/ws",
                        "WS_CA",
                        demo.resolve("tls.pem").toString(),
                        "TOKEN",
                        token,
                        "SUBJECTS",
                        subject,
                        "DURATION_SEC",
                        values.equals("0") ? "1" : "20",
                        "VALUES",
                        values));
        peers.add(subscriber);
        return subscriber;
    }

    private static int run(String name, Map<String, String> environment, String... arguments) {
        try (PeerProcess process = script(name, environment, arguments)) {
            int code = process.await(30);
            if (code != 0) {
                throw new AssertionError(name + ": " + process.lines());
            }
            return code;
        }
    }

    private static PeerProcess script(String name, Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                PeerProcess.python(), Node.ROOT.resolve("docs/demo/" + name).toString()));
        command.addAll(List.of(arguments));
        return PeerProcess.start(Node.ROOT, new HashMap<>(environment), command.toArray(String[]::new));
    }

    private void peer(PeerProcess process, String ready) {
        peers.add(process);
        process.awaitLine(ready);
    }
}
