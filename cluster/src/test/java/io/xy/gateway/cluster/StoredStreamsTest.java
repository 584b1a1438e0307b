package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.NatsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node beside a nats-server whose stream keeps the prices: what a client sees of it across the node's death. */
@Tag("N14")
class StoredStreamsTest {
    private static final String SUBJECT = "xy.md.px.a";

    @TempDir
    private Path directory;

    private NatsServer nats;
    private Node node;

    @BeforeEach
    void start() throws IOException {
        Path conf = Files.createDirectories(directory.resolve("conf"));
        Files.createDirectories(conf.resolve("routes"));
        for (String file : List.of("gateway.yaml", "upstreams.yaml", "routes/desk.yaml", "routes/streams.yaml")) {
            Files.copy(Node.ROOT.resolve("conf").resolve(file), conf.resolve(file));
        }
        Files.writeString(
                conf.resolve("streams.yaml"),
                "streams:\n  - {subject: xy.md.px.>, mode: all, history: PRICES, schema: tick}\n");
        nats = NatsServer.start("-js", "-sd", directory.resolve("store").toString());
        ask(
                "$JS.API.STREAM.CREATE.PRICES",
                "{\"name\":\"PRICES\",\"subjects\":[\"px.>\"],\"storage\":\"file\",\"retention\":\"limits\","
                        + "\"num_replicas\":1,\"republish\":{\"src\":\"px.>\",\"dest\":\"xy.md.px.>\"}}");
        node = new Node("NATS_URLS", nats.url()).with(conf).start();
    }

    @AfterEach
    void stop() {
        node.close();
        nats.close();
    }

    @Test
    @Tag("X8")
    void theCatalogueAndTheHistoryTellOfWhatIsStored() throws Exception {
        for (int i = 1; i <= 5; i++) {
            ask("px.a", "{\"n\":" + i + "}");
        }
        String token = node.login();

        JsonObject past = json("/api/v1/streams/" + SUBJECT + "/history?limit=2", token);
        assertThat(past.getJsonArray("values").stream()
                        .map(value ->
                                ((JsonObject) value).getJsonObject("value").getInteger("n")))
                .containsExactly(4, 5);
        try (StreamClient client = StreamClient.open(node.ws, token)) {
            client.subscribe(2, "xy.md.px.*");
            client.await("the last stored value", frame -> frame.contains("{\"n\":5}"));
            JsonObject catalogue = json("/api/v1/streams", token);
            assertThat(catalogue.getJsonArray("streams").getJsonObject(0).getString("schema"))
                    .isEqualTo("tick");
            JsonObject last = of(catalogue.getJsonArray("subjects"));
            assertThat(last.getJsonObject("last").getLong("seq")).isEqualTo(5);
            assertThat(last.getLong("age")).isNotNegative();
            assertThat(last.getBoolean("live")).isTrue();
        }
    }

    @Test
    @Tag("N12")
    void aClientOfAKilledNodeResumesOnItsSuccessorWithoutAHole() throws Exception {
        ask("px.a", "{\"n\":1}");
        String epoch;
        try (StreamClient client = StreamClient.open(node.ws, node.login())) {
            client.subscribe(2, SUBJECT);
            client.await("the first value", frame -> frame.contains("{\"n\":1}"));
            epoch = json("/api/v1/streams/" + SUBJECT + "/history", node.login())
                    .getJsonArray("values")
                    .getJsonObject(0)
                    .getString("epoch");
            client.await("its epoch", frame -> frame.contains(epoch));
        }
        node.process().kill();
        for (int i = 2; i <= 9; i++) {
            ask(i == 5 ? "px.b" : "px.a", "{\"n\":" + i + "}");
        }

        node.start();
        try (StreamClient client = StreamClient.open(node.ws, node.login())) {
            client.send("{\"op\":\"sub\",\"id\":2,\"sub\":2,\"s\":\"" + SUBJECT + "\",\"mode\":\"all\",\"since\":{\""
                    + SUBJECT + "\":[\"" + epoch + "\",1]}}");
            for (int i : new int[] {2, 3, 4, 6, 7, 8, 9}) {
                client.await("value " + i, frame -> frame.contains("{\"n\":" + i + "}"));
            }
            assertThat(client.frames()).noneMatch(frame -> frame.contains("[\"g\","));
        }
    }

    private JsonObject json(String path, String token) {
        return new JsonObject(node.get(path, token).body());
    }

    private static JsonObject of(JsonArray subjects) {
        return subjects.stream()
                .map(JsonObject.class::cast)
                .filter(subject -> subject.getString("subject").equals(SUBJECT))
                .findFirst()
                .orElseThrow();
    }

    /** One request in the text protocol of NATS; returns when it is answered. */
    private void ask(String subject, String body) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", nats.port())) {
            socket.setSoTimeout((int) Duration.ofSeconds(10).toMillis());
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            socket.getOutputStream()
                    .write(("CONNECT {\"verbose\":false}\r\nSUB answer 1\r\nPUB " + subject + " answer " + body.length()
                                    + "\r\n" + body + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            String line = in.readLine();
            while (!line.startsWith("MSG ")) {
                line = in.readLine();
            }
            assertThat(in.readLine()).doesNotContain("\"error\"");
        }
    }
}
