package io.xy.gateway.zmqbridge.client;

import io.vertx.core.json.Json;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleReader;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an answer of a service's reply. A traceback stays in our log; the caller learns that the service failed. */
final class ReplyReading {
    private static final Logger LOG = LoggerFactory.getLogger(ReplyReading.class);
    private static final int LOGGED = 2_000;
    private static final int TOLD = 200;
    /** Bytes of a pickle whose reading takes about a millisecond at worst. */
    private static final int LONGEST_ON_LOOP = 64 << 10;

    private final PayloadCodec codec;
    private final Executor loop;
    private final Executor aside;

    /**
     * @param loop runs a task on the event loop: at once when it is called there
     * @param aside runs a task elsewhere
     */
    ReplyReading(PayloadCodec codec, Executor loop, Executor aside) {
        this.codec = codec;
        this.loop = loop;
        this.aside = aside;
    }

    /** Gives the answer to {@code then} on the event loop, before it returns or later. */
    void read(String service, String requestId, byte[] pickle, Consumer<CallReply> then) {
        if (pickle.length > LONGEST_ON_LOOP) {
            aside.execute(() -> readHere(service, requestId, pickle, then));
        } else {
            readHere(service, requestId, pickle, then);
        }
    }

    private void readHere(String service, String requestId, byte[] pickle, Consumer<CallReply> then) {
        codec.readReply(pickle, result -> loop.execute(() -> then.accept(answer(service, requestId, result))));
    }

    private static CallReply answer(String service, String requestId, PayloadCodec.Result<PickleReader.Reply> result) {
        PickleReader.Reply reply = result.value();
        if (reply == null) {
            LOG.warn("{}: the reply to {} cannot be read: {}", service, requestId, escaped(result.refusal()));
            return CallReply.failed(CallFailure.UNREADABLE.failure());
        }
        return reply.ok() ? CallReply.ok(reply.json()) : refused(service, requestId, text(reply.json()));
    }

    private static CallReply refused(String service, String requestId, String text) {
        LOG.warn("{}: call {} failed: {}", service, requestId, escaped(text));
        return CallReply.failed(
                CallFailure.SERVICE_FAILED.failure(isSentence(text) ? text : CallFailure.SERVICE_FAILED.detail()));
    }

    private static String text(Payload json) {
        return Json.decodeValue(json.toBuffer()) instanceof String text ? text : "(no text)";
    }

    /** Whether this is a refusal for people, and not the inside of a program. */
    private static boolean isSentence(String text) {
        return !text.isBlank()
                && text.length() <= TOLD
                && text.codePoints().noneMatch(ReplyReading::isHidden)
                && !text.contains("Traceback")
                && !text.contains("File \"")
                && !text.startsWith("(");
    }

    /** What a screen does not show but obeys: controls, ends of lines, marks that turn the direction of writing. */
    private static boolean isHidden(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }

    /** One bounded line: a service must not be able to write lines of its own into our log. */
    static String escaped(String text) {
        StringBuilder line = new StringBuilder(Math.min(text.length(), LOGGED) + 16);
        for (int i = 0; i < text.length() && line.length() < LOGGED; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> line.append("\\n");
                case '\r' -> line.append("\\r");
                case '\t' -> line.append("\\t");
                default -> {
                    if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
                        line.append("\\u").append(Integer.toHexString(0x10000 | c), 1, 5);
                    } else {
                        line.append(c);
                    }
                }
            }
        }
        return line.length() < LOGGED ? line.toString() : line.append("...").toString();
    }
}
