package io.xy.gateway.wsfanout.protocol;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** The bytes of each record that the server writes ({@code xy.v1} sections 2 to 8). Stateless. */
public final class Records {
    private static final byte[] B64_OPEN = ascii("{\"$b64\":\"");
    private static final byte[] B64_CLOSE = ascii("\"}");

    private Records() {}

    /**
     * A data record {@code ["d",channel,sequence,timestamp,payload]}, with the sequence before it where the channel counts
     * in steps of its own.
     *
     * @param json whether the payload was found to be valid JSON; anything else is wrapped as base64
     * @param previous 0 for none
     */
    public static byte[] value(
            int channel, long sequence, long timestamp, Payload payload, boolean json, long previous) {
        return data('d', channel, sequence, timestamp, payload, json, previous == 0 ? "]" : "," + previous + ']');
    }

    /** The same as a full image: {@code ["s",channel,sequence,timestamp,payload]}. */
    public static byte[] image(int channel, long sequence, long timestamp, Payload payload, boolean json) {
        return data('s', channel, sequence, timestamp, payload, json, "]");
    }

    private static byte[] data(
            char tag, int channel, long sequence, long timestamp, Payload payload, boolean json, String end) {
        byte[] head = ascii("[\"" + tag + "\"," + channel + ',' + sequence + ',' + timestamp + ',');
        if (json) {
            return join(head, payload.array(), ascii(end));
        }
        byte[] text = Base64.getEncoder().encode(payload.array());
        return join(head, B64_OPEN, text, B64_CLOSE, ascii(end));
    }

    /**
     * Names a channel. Epochs of a JetStream stream ({@code js:}) and of a publisher that numbers ({@code src:}) are the
     * same on every node; all others are this node's.
     *
     * @param linked whether each value names the one before it, because sequences do not grow by one
     */
    public static byte[] bind(int channel, String subject, String epoch, boolean linked) {
        boolean numbered = epoch.startsWith("js:") || epoch.startsWith("src:");
        JsonObject meta = new JsonObject().put("o", numbered ? "src" : "node").put("q", linked ? "link" : "step");
        return record("b", channel, subject, epoch, meta);
    }

    public static byte[] endOfState(long sub, int channels) {
        return record("e", sub, new JsonObject().put("n", channels));
    }

    /** The end of a state that the client wanted to resume. */
    public static byte[] endOfState(long sub, int channels, int recovered, int lost) {
        return record(
                "e",
                sub,
                new JsonObject().put("n", channels).put("recovered", recovered).put("lost", lost));
    }

    public static byte[] gap(int channel, long from, long to, String reason) {
        return record("g", channel, from, to, reason);
    }

    public static byte[] stale(int channel, String reason, long since) {
        return record("t", channel, "stale", reason, since);
    }

    public static byte[] live(int channel, long since) {
        return record("t", channel, "live", "", since);
    }

    public static byte[] released(int channel) {
        return record("z", channel);
    }

    public static byte[] granted(long sub, JsonObject options) {
        return record("c", sub, options);
    }

    public static byte[] ended(long sub, Failure failure, String corr) {
        return record("x", sub, failure(failure, corr, LegacyCode.of(failure.error())));
    }

    public static byte[] hello(JsonObject hello) {
        return record("hello", hello);
    }

    public static byte[] ok(long id, JsonObject result) {
        return record("ok", id, result);
    }

    /** A call's answer, its body as the service wrote it. */
    public static byte[] answer(long id, int status, Payload body, long micros) {
        byte[] head = ascii("[\"ok\"," + id + ",{\"status\":" + status + ",\"us\":" + micros + ",\"body\":");
        return join(head, body.isEmpty() ? ascii("null") : body.array(), ascii("}]"));
    }

    /**
     * @param legacy the first gateway's code; empty when it had none
     */
    public static byte[] error(long id, Failure failure, String corr, String legacy) {
        return record("err", id, failure(failure, corr, legacy));
    }

    /** An error of a call: says what became of it. */
    public static byte[] callError(long id, Failure failure, String corr) {
        return record(
                "err",
                id,
                failure(failure, corr, legacyOfCall(failure.error()))
                        .put("outcome", failure.outcome().word()));
    }

    public static byte[] ping(long now) {
        return record("p", now);
    }

    public static byte[] expiring(long leftMillis) {
        return record("auth", new JsonObject().put("exp", leftMillis));
    }

    public static byte[] drain(long inMillis, String why) {
        return record("drain", new JsonObject().put("in", inMillis).put("why", why));
    }

    /** A route that is forbidden is no subject that is refused. */
    private static String legacyOfCall(GatewayError error) {
        return error == GatewayError.FORBIDDEN ? "" : LegacyCode.of(error);
    }

    private static JsonObject failure(Failure failure, String corr, String legacy) {
        JsonObject object = new JsonObject()
                .put("code", failure.error().code())
                .put("retry", failure.error().retry())
                .put("after", failure.retryAfterMillis())
                .put("msg", failure.detail())
                .put("corr", corr);
        return legacy.isEmpty() ? object : object.put("ref", legacy);
    }

    private static byte[] record(Object... items) {
        return new JsonArray(List.of(items)).encode().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
