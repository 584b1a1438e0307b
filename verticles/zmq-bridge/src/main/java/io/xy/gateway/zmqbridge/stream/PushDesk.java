package io.xy.gateway.zmqbridge.stream;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleException;
import io.xy.gateway.shared.pickle.PickleWriter;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway does as a worker: {@code publish(topic, data)} puts a value into the stream that the mappings of the
 * sources with {@code pushed} name, {@code ping()} answers. Belongs to the subscriber thread.
 */
final class PushDesk {
    private final PayloadCodec codec;
    private final List<TopicMap> topics = new ArrayList<>();
    private final Predicate<Intake.Item> sink;

    /**
     * @param sink takes a value; false when there is no room for it
     */
    PushDesk(Collection<StreamsConfig.ZmqSource> sources, PayloadCodec codec, Predicate<Intake.Item> sink) {
        this.codec = codec;
        this.sink = sink;
        sources.stream()
                .filter(StreamsConfig.ZmqSource::pushed)
                .forEach(source -> topics.add(new TopicMap(source.mappings())));
    }

    /** The pickled answer to a pickled call. Never throws. */
    byte[] answer(byte[] pickle) {
        Payload json = Intake.unpickled(codec, pickle);
        try {
            return json == null ? refused("The call cannot be read") : call(Json.decodeValue(json.toBuffer()));
        } catch (DecodeException e) {
            return refused("The call cannot be read");
        }
    }

    private byte[] call(@Nullable Object call) {
        if (!(call instanceof JsonArray parts)
                || parts.size() != 3
                || !(parts.getValue(1) instanceof JsonArray arguments)) {
            return refused("A call has a name, positional and keyword arguments");
        }
        Object name = parts.getValue(0);
        if ("ping".equals(name) && arguments.isEmpty()) {
            return reply(true, "pong");
        }
        if (!"publish".equals(name) || arguments.size() != 2 || !(arguments.getValue(0) instanceof String topic)) {
            return refused("This worker has publish(topic, data) and ping()");
        }
        return publish(topic, Payload.utf8(Json.encode(arguments.getValue(1))));
    }

    private byte[] publish(String topic, Payload value) {
        for (TopicMap map : topics) {
            String subject = map.subject(topic, value);
            if (subject != null) {
                return sink.test(new Intake.Item(subject, value))
                        ? reply(true, subject)
                        : refused("Too many values wait to be delivered");
            }
        }
        return refused("No stream takes this topic");
    }

    private static byte[] refused(String text) {
        return reply(false, text);
    }

    private static byte[] reply(boolean ok, String text) {
        try {
            return PickleWriter.reply(ok, Payload.utf8(Json.encode(text)));
        } catch (PickleException e) {
            throw new IllegalStateException("a text can always be pickled", e);
        }
    }
}
