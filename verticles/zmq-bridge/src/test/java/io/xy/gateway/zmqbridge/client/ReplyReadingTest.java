package io.xy.gateway.zmqbridge.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.xy.gateway.shared.config.PickleConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleWriter;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z6")
class ReplyReadingTest {
    private static final PickleConfig STRICT = new PickleConfig(
            PickleConfig.Codec.JVM, new PickleConfig.HelperSettings(false, "", "", 1, 1, 1_000, 1 << 28, List.of()));

    private final ReplyReading reading =
            new ReplyReading(new PayloadCodec(STRICT, "test", 1 << 20), Runnable::run, Runnable::run);

    @Test
    @Tag("T-K06")
    void whatComesFromInsideAProgramIsNeverShown() throws Exception {
        for (String text : new String[] {
            "\"Traceback (most recent call last):\"",
            "\"one line\\nand another\"",
            "\"in File \\\"/srv/x.py\\\"\"",
            "\"(1045, 'Access denied')\"",
            "\"\"",
            "\" \"",
            "7",
            "{\"a\":1}",
            "\"" + "x".repeat(201) + "\""
        }) {
            CallReply reply = read(PickleWriter.reply(false, Payload.utf8(text)));
            Failure failure = Objects.requireNonNull(reply.failure());
            assertThat(failure.error()).isEqualTo(GatewayError.SERVICE_FAILED);
            assertThat(failure.detail()).isEqualTo("The service failed while it worked on the call");
        }
    }

    /** A sentence of at most 200 characters goes through as it is, in any language. */
    @Test
    void aSentenceOfTheServiceIsPassedOnUnchanged() throws Exception {
        for (String text : List.of(
                "Account not found",
                "x".repeat(200),
                "账户不存在: 双卖 500",
                "not allowed (limit 5, asked 6); \"x\" \\ / it's",
                "File not found",
                "\ud83d\ude00 no")) {
            assertThat(told(text)).isEqualTo(text);
        }
    }

    /** The characters that a screen obeys, at each place of a sentence. */
    @Test
    void aSentenceWithACharacterThatIsNotSeenIsNotPassedOn() throws Exception {
        Random random = new Random(4);
        StringBuilder hidden = new StringBuilder("\u2028\u2029\u200e\u202a\u202e\u2066\u2069\ufeff");
        for (char c = 0; c < 0xa0; c++) {
            if (c < 0x20 || c >= 0x7f) {
                hidden.append(c);
            }
        }
        for (int i = 0; i < hidden.length(); i++) {
            int place = random.nextInt(17);
            String text = new StringBuilder("Account not found")
                    .insert(place, hidden.charAt(i))
                    .toString();
            assertThat(told(text)).isEqualTo("The service failed while it worked on the call");
        }
    }

    private String told(String text) throws Exception {
        byte[] reply = PickleWriter.reply(false, Payload.utf8(Json.encode(text)));
        return Objects.requireNonNull(read(reply).failure()).detail();
    }

    @Test
    void aServiceCannotWriteLinesIntoTheLog() {
        assertThat(ReplyReading.escaped("a\nb\r\tc\u001b[31m\u2028d")).isEqualTo("a\\nb\\r\\tc\\u001b[31m\\u2028d");
        assertThat(ReplyReading.escaped("x".repeat(5_000))).hasSize(2_003).endsWith("...");
    }

    @Test
    void anythingThatIsNoReplyIsABadReply() {
        for (byte[] bytes : new byte[][] {{}, {'N', '.'}, {1, 2, 3}, new byte[100]}) {
            Failure failure = Objects.requireNonNull(read(bytes).failure());
            assertThat(failure.error()).isEqualTo(GatewayError.BAD_REPLY);
        }
    }

    private CallReply read(byte[] pickle) {
        AtomicReference<CallReply> answer = new AtomicReference<>();
        reading.read("s", "r", pickle, answer::set);
        return Objects.requireNonNull(answer.get());
    }
}
