package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.StreamMessage;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.message.StreamRecord.Kind;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What publishers may do to a bridge with sizes, headers, replies and subjects; and what the bridge may do itself. */
class HostileMessagesTest {
    private static final int MIB = 1 << 20;

    private NatsServer server;
    private BridgeNode node;
    private FanOut fanOut;

    @BeforeEach
    void start() {
        server = NatsServer.start();
        node = BridgeNode.at(server.url()).connected();
        fanOut = new FanOut(node, BridgeNode.NODE + "/0");
        fanOut.want("xy.md.>");
    }

    @AfterEach
    void stop() {
        node.close();
        server.close();
    }

    @ParameterizedTest
    @Tag("T-N01")
    @ValueSource(ints = {0, 1, MIB - 1, MIB})
    void aMessageUpToTheServersLimitArrivesWhole(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);

        assertThat(publish("xy.md.big", bytes.clone()).failure()).isNull();

        fanOut.awaitValues(1);
        assertThat(fanOut.of(Kind.VALUE).get(0).payload().array()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @Tag("T-N01")
    @ValueSource(ints = {MIB + 1, 2 * MIB})
    void aLargerOneIsRefusedByNameAndTheConnectionGoesOn(int size) {
        Failure failure =
                Objects.requireNonNull(publish("xy.md.big", new byte[size]).failure());
        assertThat(failure.error()).isEqualTo(GatewayError.TOO_LARGE);

        assertThat(publish("xy.md.big", new byte[1]).failure()).isNull();
        fanOut.awaitValues(1);
        assertThat(node.last().figure("reconnects")).isZero();
    }

    @ParameterizedTest
    @Tag("T-N01")
    @CsvSource({
        "'Xy-Epoch: e\\r\\nXy-Sequence: 5\\r\\nX: \\r\\n'",
        "'X:\\r\\n'",
        "'X: a\\r\\nX: b\\r\\nx: c\\r\\n'",
        "'Set-Cookie: a=1\\r\\nTransfer-Encoding: chunked\\r\\nContent-Length: 9999999\\r\\n'",
        "'Nats-Service-Error: boo\\r\\nNats-Service-Error-Code: 500\\r\\n'",
        "'Nats-Rollup: all\\r\\nNats-Expected-Stream: S\\r\\n'",
        "'Nats-Stream: a b\\r\\nNats-Sequence: 99999999999999999999\\r\\nNats-Last-Sequence: -4\\r\\n'"
    })
    void headersAreNeverTakenForAnythingButNumbers(String headers) throws IOException {
        send("xy.md.a", "NATS/1.0\r\n" + unescaped(headers) + "\r\n", "v");
        fanOut.awaitValues(1);

        StreamRecord value = fanOut.of(Kind.VALUE).get(0);
        assertThat(value.subject()).isEqualTo("xy.md.a");
        assertThat(value.payload().text()).isEqualTo("v");
        assertThat(node.last().figure("reconnects")).isZero();
    }

    @ParameterizedTest
    @Tag("T-N01")
    @ValueSource(longs = {1, 2, 3})
    void blocksOfHeadersThatNobodyCanReadCostTheirMessagesAtMost(long seed) throws IOException {
        Random random = new Random(seed);
        send("xy.md.junk", "NATS/1.0\r\n\u00e9\u0001: x\r\n\r\n", "j");
        for (int i = 0; i < 200; i++) {
            byte[] junk = new byte[random.nextInt(64)];
            random.nextBytes(junk);
            send("xy.md.junk", "NATS/1.0\r\n" + new String(junk, StandardCharsets.ISO_8859_1) + "\r\n\r\n", "j");
            send("xy.md.junk", "NATS/1.0 503\r\n" + (i % 2 == 0 ? "Status: 999\r\n" : "") + "\r\n", "");
        }

        Await.until("good ones come through", () -> {
            publish("xy.md.good", "v".getBytes(StandardCharsets.UTF_8));
            return fanOut.of(Kind.VALUE).stream()
                    .anyMatch(value -> value.subject().equals("xy.md.good"));
        });
        Await.until(
                "the client was changed at once instead of by its missing pings",
                () -> node.last().figure("reconnects") > 0);
    }

    @Test
    @Tag("T-N01")
    void aReplySubjectIsNeverAnswered() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (Connection victim = Nats.connect(server.url())) {
            victim.createDispatcher(message -> heard.add(message.getSubject())).subscribe("_INBOX.>");
            victim.flush(Duration.ofSeconds(5));
            heard.clear();
            for (int i = 0; i < 20; i++) {
                victim.publish("xy.md.a", "_INBOX.victim." + i, ("v" + i).getBytes(StandardCharsets.UTF_8));
            }
            fanOut.awaitValues(20);
            victim.flush(Duration.ofSeconds(5));

            assertThat(heard).isEmpty();
        }
    }

    @ParameterizedTest
    @Tag("T-N01")
    @ValueSource(
            strings = {
                "_INBOX.a.b",
                "_INBOX",
                "$SYS.REQ.SERVER.PING",
                "$JS.API.STREAM.LIST",
                "$G.x",
                "xy.md.*",
                "xy.md.>",
                "xy..a",
                ".xy",
                "xy.",
                "xy.md.a b",
                "xy.md.a\tb",
                "xy.md.a\r\nPUB x 0\r\n\r\n",
                "xy.md.\u0000",
                "xy.md.\u0430",
                ""
            })
    void whatIsNoSubjectOfAStreamIsNotPublished(String subject) {
        Failure failure = Objects.requireNonNull(
                publish(subject, "v".getBytes(StandardCharsets.UTF_8)).failure());
        assertThat(failure.error()).isEqualTo(GatewayError.BAD_REQUEST);
    }

    @ParameterizedTest
    @Tag("T-N01")
    @ValueSource(strings = {"xy.md.a", "xy.md.a-b_c", "xy.md.INBOX.a", "xy.md.$price", "xy.md.A:1/x=2+3"})
    void anUnusualSubjectOfAStreamIs(String subject) {
        assertThat(publish(subject, "v".getBytes(StandardCharsets.UTF_8)).failure())
                .isNull();
        fanOut.awaitValues(1);
        assertThat(fanOut.of(Kind.VALUE).get(0).subject()).isEqualTo(subject);
    }

    @Test
    @Tag("T-N02")
    void permissionsOfTheServerHoldForTheGatewayAndARefusalIsCounted(@TempDir Path directory) throws Exception {
        Path configuration = Files.writeString(directory.resolve("nats.conf"), """
                authorization: { users: [
                  { user: desk, password: s3cret-word, permissions: {
                      publish: { deny: ["xy.exec.>", "$SYS.>", "$JS.>"] }, subscribe: { deny: "xy.exec.>" } } }
                  { user: peer, password: other-word } ] }
                """);
        try (NatsServer strict = NatsServer.start("-c", configuration.toString());
                BridgeNode limited = new BridgeNode(
                                "NATS_URLS", strict.url(), "NATS_USER", "desk", "NATS_PASSWORD", "s3cret-word")
                        .connected();
                Connection peer = Nats.connect("nats://peer:other-word@127.0.0.1:" + strict.port())) {
            List<String> heard = new CopyOnWriteArrayList<>();
            peer.createDispatcher(message -> heard.add(message.getSubject())).subscribe("xy.>");
            peer.flush(Duration.ofSeconds(5));
            for (String subject : List.of("xy.exec.order.place", "xy.exec.order.cancel", "xy.exec")) {
                limited.publish(subject, "{}");
            }
            limited.publish("xy.execution", "{}");

            Await.until("the near-misses arrived", () -> heard.size() == 2);
            Await.until("the refusals are counted", () -> limited.last().figure("errors") == 2);
            assertThat(heard).containsExactlyInAnyOrder("xy.exec", "xy.execution");
            assertThat(limited.last().up("nats")).isTrue();

            FanOut reader = new FanOut(limited, BridgeNode.NODE + "/0");
            reader.want("xy.exec.order.*");
            Await.until(
                    "the refused subscription is counted", () -> limited.last().figure("errors") == 3);
        }
    }

    private Ack publish(String subject, byte[] bytes) {
        return BridgeNode.await(node.bus.request(
                Contract.NATS_PUBLISH, BridgeNode.NODE, new StreamMessage(subject, Payload.of(bytes)), 10_000));
    }

    private void send(String subject, String headers, String body) throws IOException {
        byte[] head = headers.getBytes(StandardCharsets.ISO_8859_1);
        byte[] text = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            var out = socket.getOutputStream();
            out.write(("CONNECT {\"verbose\":false,\"headers\":true}\r\nHPUB " + subject + ' ' + head.length + ' '
                            + (head.length + text.length) + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(head);
            out.write(text);
            out.write("\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));
            var in = socket.getInputStream();
            StringBuilder answer = new StringBuilder();
            for (int c = in.read(); c >= 0 && answer.indexOf("PONG") < 0; c = in.read()) {
                answer.append((char) c);
            }
        }
    }

    private static String unescaped(String text) {
        return text.replace("\\r", "\r").replace("\\n", "\n");
    }
}
