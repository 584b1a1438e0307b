package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import io.xy.gateway.wsfanout.protocol.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Operations that are wrong in every way: each gets a typed answer, and nobody else notices. */
@Tag("N12")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class XyInputTest {
    private static final List<String> CORPUS = List.of(
            "{\"op\":\"sub\",\"id\":%d,\"sub\":%d,\"s\":\"xy.md.tick.SHFE.*\",\"mode\":\"latest\",\"rate\":30,\"snap\":true}",
            "{\"op\":\"sub\",\"id\":%d,\"sub\":%d,\"s\":\"xy.md.a\",\"mode\":\"all\",\"since\":{\"xy.md.a\":[\"e7\",12]}}",
            "{\"op\":\"upd\",\"id\":%d,\"sub\":%d,\"mode\":\"all\",\"rate\":0}",
            "{\"op\":\"unsub\",\"id\":%d,\"sub\":%d}",
            "{\"op\":\"resync\",\"id\":%d,\"ch\":[%d,18]}",
            "{\"op\":\"cancel\",\"id\":%d}",
            "{\"op\":\"req\",\"id\":%d,\"to\":\"GET /api/v1/x?n=%d\",\"body\":{\"a\":[1,2.5e3,null,\"\\u20ac\"]},\"ms\":50}");
    private static final int SOCKETS = 12;
    private static final int PER_SOCKET = 80;

    private final Gateway gateway = Gateway.start();

    @AfterAll
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"op\":\"sub\",\"id\":5,\"sub\":1e400,\"s\":\"xy.md.a\"}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":-0.0,\"s\":\"xy.md.a\"}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":-0,\"s\":\"xy.md.a\"}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":9007199254740993,\"s\":\"xy.md.a\"}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":99999999999999999999999,\"s\":\"xy.md.a\"}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.\\ud800\"}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"__proto__\":{}}",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"constructor\":1}"
            })
    @Tag("T-D11")
    void aValueOutOfRangeIsATypedError(String op) {
        XyTestClient client = gateway.trader();
        client.sendText(op);
        assertThat(client.await("err", r -> r.getLong(1) == 5).getJsonObject(2).getString("code"))
                .isEqualTo("bad_request");
        client.subscribe(1, "xy.md.>");
        client.close();
    }

    @Test
    @Tag("T-D11")
    void textThatIsNoJsonIsATypedError() {
        XyTestClient client = gateway.trader();
        List<String> texts = List.of(
                "[".repeat(10_000),
                "{\"a\":".repeat(10_000),
                "\ufeff{\"op\":\"pong\"}",
                "{\"op\":\"pong\" /* why */}",
                "{\"op\":\"pong\"}//",
                "{'op':'pong'}",
                "{\"a\":" + "9".repeat(60_000) + '}',
                "{\"a\":Infinity}",
                "{\"a\":01}",
                "{\"a\":.5}",
                "{\"a\":\"\t\"}",
                "{\"a\":tru}",
                "null",
                "");
        for (String text : texts) {
            client.sendText(text);
        }
        Await.until("each has its answer", () -> client.all("err").size() == texts.size());
        client.subscribe(1, "xy.md.>");
        client.close();
    }

    @Test
    @Tag("T-D11")
    void numbersInABodyKeepEveryDigit() {
        String body = "{\"a\":9007199254740993,\"b\":-0.10,\"c\":1E400,\"d\":123456789012345678901234567890}";
        ClientOp op =
                ClientOp.read(("{\"op\":\"req\",\"body\":" + body + ",\"id\":1}").getBytes(StandardCharsets.UTF_8));
        assertThat(op.body().text()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Mode", "mode ", "snapshot", "rates", "", "subs", "\u0441", "a.b"})
    @Tag("T-D12")
    void aMemberThatIsNotKnownIsNamed(String member) {
        XyTestClient client = gateway.trader();
        client.sendText("{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"" + member + "\":1}");
        assertThat(client.await("err", r -> r.getLong(1) == 5).getJsonObject(2).getString("msg"))
                .contains("'" + member.replace('\u0441', '?') + "' is not known");
        client.subscribe(1, "xy.md.a", "over", "drop", "prio", 1, "delta", false);
        client.close();
    }

    /** Nothing but a coded refusal ever comes out of the reader. */
    @Test
    @Tag("T-D13")
    void aMillionMutatedMessagesNeverSurpriseTheReader() {
        Random random = new Random(13);
        int read = 0;
        for (int i = 0; i < 1_000_000; i++) {
            byte[] bytes = mutated(random, i);
            try {
                Vocabulary.check(ClientOp.read(bytes));
                read++;
            } catch (GatewayException e) {
                assertThat(e.failure().detail()).isNotEmpty();
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    @Tag("T-D13")
    void everyNumberThatCanBeReadIsAnswered() {
        Random random = new Random(14);
        for (int i = 0; i < SOCKETS; i++) {
            XyTestClient client = gateway.trader();
            List<Long> expected = new ArrayList<>();
            for (int j = 0; j < PER_SOCKET; j++) {
                byte[] bytes = mutated(random, 100 + j);
                String text = new String(bytes, StandardCharsets.UTF_8);
                if (Arrays.equals(text.getBytes(StandardCharsets.UTF_8), bytes)) {
                    expected.add(number(bytes));
                    client.socket().writeTextMessage(text).onFailure(gone -> {});
                }
            }
            Await.until(
                    "each has its answer, or the socket is closed",
                    () -> client.isClosed() || answered(client).containsAll(expected));
        }
        gateway.trader().subscribe(1, "xy.md.>");
    }

    /** What its answer will be filed under; -1 when there is none to come. */
    private static long number(byte[] bytes) {
        try {
            return ClientOp.read(bytes).id();
        } catch (GatewayException e) {
            return 0;
        }
    }

    private static List<Long> answered(XyTestClient client) {
        List<Long> numbers = new ArrayList<>(List.of(0L));
        for (JsonArray record : client.records()) {
            if (record.getString(0).equals("ok") || record.getString(0).equals("err")) {
                numbers.add(record.getLong(1));
            }
        }
        return numbers;
    }

    private static byte[] mutated(Random random, int number) {
        String text = CORPUS.get(random.nextInt(CORPUS.size())).formatted(number + 1, 1 + random.nextInt(3));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int changes = random.nextInt(4);
        for (int i = 0; i < changes; i++) {
            bytes = mutate(random, bytes);
        }
        return bytes;
    }

    private static byte[] mutate(Random random, byte[] bytes) {
        if (bytes.length < 2) {
            return bytes;
        }
        int at = random.nextInt(bytes.length);
        byte[] changed = bytes.clone();
        switch (random.nextInt(5)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) "{}[]\",:\\0-9eE.\u0000 \n".charAt(random.nextInt(17));
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> {
                return Arrays.copyOfRange(bytes, at, bytes.length);
            }
            default -> {
                int to = random.nextInt(bytes.length);
                changed[at] = bytes[to];
                changed[to] = bytes[at];
            }
        }
        return changed;
    }
}
