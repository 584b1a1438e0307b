package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import io.xy.gateway.testkit.Ports;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The fronts on one node, the bridges on another, both on this machine. */
@Tag("C1")
@Tag("C2")
class TwoNodesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final int frontPort = Ports.free();
    private final int backPort = Ports.free();
    private NatsServer nats;
    private Node front;
    private Node back;

    @BeforeEach
    void start() {
        nats = NatsServer.start();
        front = new Node(
                "SERVICE_TYPE", "http-api,ws-fanout",
                "XY_NODE_ID", "front",
                "CLUSTER_ENABLED", "true",
                "CLUSTER_PORT", String.valueOf(frontPort),
                "CLUSTER_MEMBERS", members());
        front.start();
        back = back();
        back.start();
    }

    @AfterEach
    void stop() {
        back.close();
        front.close();
        nats.close();
    }

    @Test
    void theSameCallsAndPricesComeAcrossAndALossIsToldAndHeals() throws Exception {
        String token = loginWhenKnown();
        assertThat(front.get("/api/v1/accounts", token).statusCode()).isEqualTo(200);
        assertThat(socketsOf(front, nats.port(), back.broker)).isEmpty();
        try (StreamClient client = StreamClient.open(front.ws, token)) {
            client.subscribe(2, "xy.md.tick.*");
            client.await("a price", frame -> frame.contains("\"price\""));

            int before = client.count();
            back.process().kill();
            client.awaitAfter(before, "t stale", LIMIT, frame -> frame.contains("[\"t\",") && frame.contains("stale"));
            HttpResponse<String> refused = front.get("/api/v1/accounts", token);
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(new JsonObject(refused.body()).getString("code")).isIn("no_service", "upstream_down");

            int dark = client.count();
            back.close();
            back = back();
            back.start();
            Await.until(
                    "accounts are back",
                    () -> front.get("/api/v1/accounts", token).statusCode() == 200);
            client.awaitAfter(dark, "a new price", LIMIT, frame -> frame.contains("\"price\""));
            assertThat(front.process().isAlive()).isTrue();
        }
    }

    @Test
    void withoutANatsTheSimulatorFeedsTheStreamsOverTheBus() throws Exception {
        back.close();
        back = new Node(backSettings("")).start();
        String token = loginWhenKnown();
        try (StreamClient client = StreamClient.open(front.ws, token)) {
            client.subscribe(2, "xy.md.tick.demo");
            client.await("a price", frame -> frame.contains("\"price\""));
        }
    }

    private String loginWhenKnown() {
        String[] token = {""};
        Await.until("login works", () -> {
            HttpResponse<String> answer =
                    front.post("/api/v1/auth/login", "", "{\"username\":\"trader1\",\"password\":\"password123\"}");
            if (answer.statusCode() == 200) {
                token[0] = new JsonObject(answer.body()).getJsonObject("data").getString("accessToken");
            }
            return answer.statusCode() == 200;
        });
        return token[0];
    }

    private Node back() {
        return new Node(backSettings(nats.url()));
    }

    private String[] backSettings(String natsUrl) {
        return new String[] {
            "SERVICE_TYPE",
            "zmq-bridge,nats-bridge,simulator",
            "XY_NODE_ID",
            "back",
            "NATS_URLS",
            natsUrl,
            "CLUSTER_ENABLED",
            "true",
            "CLUSTER_PORT",
            String.valueOf(backPort),
            "CLUSTER_MEMBERS",
            members()
        };
    }

    private String members() {
        return "127.0.0.1:" + frontPort + ",127.0.0.1:" + backPort;
    }

    /** Established or listening TCP sockets of a node that use one of the ports. */
    private static List<String> socketsOf(Node node, int... ports) throws Exception {
        List<String> inodes;
        try (Stream<Path> files = Files.list(Path.of("/proc/" + node.process().pid() + "/fd"))) {
            inodes = files.map(TwoNodesTest::target)
                    .filter(name -> name.startsWith("socket:["))
                    .map(name -> name.substring(8, name.length() - 1))
                    .toList();
        }
        List<String> wanted = java.util.Arrays.stream(ports)
                .mapToObj(port -> String.format(":%04X", port))
                .toList();
        return Stream.of("tcp", "tcp6")
                .flatMap(table -> lines(Path.of("/proc/" + node.process().pid() + "/net/" + table)))
                .map(line -> line.strip().split("\\s+"))
                .filter(cells -> cells.length > 9 && inodes.contains(cells[9]))
                .filter(cells -> wanted.stream().anyMatch(port -> cells[1].endsWith(port) || cells[2].endsWith(port)))
                .map(cells -> cells[1] + "-" + cells[2])
                .toList();
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.io.IOException e) {
            return "";
        }
    }

    private static Stream<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream();
        } catch (java.io.IOException e) {
            return Stream.empty();
        }
    }
}
