package io.xy.gateway.zmqbridge.stream;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.config.StreamsConfig.Encoding;
import io.xy.gateway.shared.config.StreamsConfig.Framing;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of one source: topic and value, in either framing and encoding. Belongs to the subscriber thread,
 * which may wait for a helper process here: values of a subject must keep their order.
 */
final class Intake {
    private static final long HELPER_MILLIS = 30_000;

    private final StreamsConfig.ZmqSource source;
    private final TopicMap topics;
    private final PayloadCodec codec;

    /**
     * @param value as JSON
     */
    record Item(String subject, Payload value) {}

    Intake(StreamsConfig.ZmqSource source, PayloadCodec codec) {
        this.source = source;
        this.topics = new TopicMap(source.mappings());
        this.codec = codec;
    }

    /** Null when the message is not for us or cannot be read. */
    @Nullable
    Item read(List<byte[]> frames) {
        if (source.framing() == Framing.TWO_FRAMES) {
            return frames.size() == 2
                    ? item(new String(frames.get(0), StandardCharsets.UTF_8), json(frames.get(1)))
                    : null;
        }
        Payload pair = frames.size() == 1 ? json(frames.get(0)) : null;
        return pair == null ? null : pair(pair);
    }

    private @Nullable Item item(String topic, @Nullable Payload value) {
        String subject = value == null ? null : topics.subject(topic, value);
        return value == null || subject == null ? null : new Item(subject, value);
    }

    /** The two members of {@code ["topic", value]}; the value's bytes stay as they are. */
    private @Nullable Item pair(Payload json) {
        byte[] bytes = json.array();
        int start = skip(bytes, 0);
        if (start >= bytes.length || bytes[start] != '[') {
            return null;
        }
        int open = skip(bytes, start + 1);
        if (open >= bytes.length || bytes[open] != '"') {
            return null;
        }
        int close = open + 1;
        while (close < bytes.length && bytes[close] != '"') {
            close += bytes[close] == '\\' ? 2 : 1;
        }
        int comma = skip(bytes, close + 1);
        int end = bytes.length - 1;
        while (end > comma && bytes[end] != ']') {
            end--;
        }
        if (comma >= end || bytes[comma] != ',') {
            return null;
        }
        Payload value = Payload.of(Arrays.copyOfRange(bytes, comma + 1, end));
        String topic = (String) Json.decodeValue(new String(bytes, open, close + 1 - open, StandardCharsets.UTF_8));
        // More than two members leave something here that is no single value.
        return isJson(value) ? item(topic, value) : null;
    }

    private static int skip(byte[] bytes, int from) {
        int at = from;
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
        return at;
    }

    private @Nullable Payload json(byte[] body) {
        if (source.codec() == Encoding.JSON) {
            Payload value = Payload.of(body);
            return isJson(value) ? value : null;
        }
        return unpickled(codec, body);
    }

    /** The value of a pickle as JSON; null when it cannot be read. */
    static @Nullable Payload unpickled(PayloadCodec codec, byte[] body) {
        CompletableFuture<PayloadCodec.Result<Payload>> read = new CompletableFuture<>();
        codec.readValue(body, read::complete);
        try {
            return read.get(HELPER_MILLIS, TimeUnit.MILLISECONDS).value();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            return null;
        }
    }

    private static boolean isJson(Payload value) {
        try {
            Json.decodeValue(value.toBuffer());
            return value.length() > 0;
        } catch (DecodeException e) {
            return false;
        }
    }
}
