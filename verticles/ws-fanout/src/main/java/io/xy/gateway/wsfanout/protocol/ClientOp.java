package io.xy.gateway.wsfanout.protocol;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.Payload;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One client frame of {@code xy.v1}: the members of its object by name, and the {@code body} of a request exactly as the
 * client wrote it, so that no number loses a digit on its way through.
 */
public final class ClientOp {
    private static final int MAX_DEPTH = 32;
    private static final long MAX_ID = (1L << 53) - 1;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(64)
                    .maxNameLength(512)
                    .build())
            .build();

    private final JsonObject members;
    private final Payload body;

    private ClientOp(JsonObject members, Payload body) {
        this.members = members;
        this.body = body;
    }

    /**
     * @throws GatewayException {@code bad_request} when the bytes are not one JSON object of acceptable depth
     */
    public static ClientOp read(byte[] frame) {
        if (!beginsPlainly(frame)) {
            throw bad("a frame is one JSON object");
        }
        try (JsonParser parser = JSON.createParser(frame)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw bad("a frame is one JSON object");
            }
            JsonObject members = new JsonObject();
            Payload body = Payload.EMPTY;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("body")) {
                    body = raw(parser, frame);
                } else {
                    members.put(name, value(parser, token));
                }
            }
            if (parser.nextToken() != null) {
                throw bad("a frame is one JSON object");
            }
            return new ClientOp(members, body);
        } catch (IOException | RuntimeException e) {
            throw e instanceof GatewayException known ? known : bad("the frame is not JSON");
        }
    }

    /** The parser would skip a byte order mark and guess other encodings from zero bytes; here text is UTF-8 without one. */
    private static boolean beginsPlainly(byte[] frame) {
        for (int i = 0; i < Math.min(4, frame.length); i++) {
            if (frame[i] == 0) {
                return false;
            }
        }
        return frame.length > 0 && (frame[0] == '{' || frame[0] <= ' ' && frame[0] > 0);
    }

    /** A refusal of this frame, with a reason that names the member. */
    public static GatewayException bad(String detail) {
        return GatewayError.BAD_REQUEST.notExecuted(detail).exception();
    }

    /** The client's number for its answer; 0 when it wants none or gave none that can be used. */
    public long id() {
        return members.getValue("id") instanceof Number id && id.longValue() > 0 && isWhole(id) ? id.longValue() : 0;
    }

    public String op() {
        return text("op", "");
    }

    /** Whether it is a call, whose refusal says what became of it. */
    public boolean isCall() {
        return "req".equals(members.getValue("op"));
    }

    /** The {@code body} as it was written; empty when there is none. */
    public Payload body() {
        return body;
    }

    /** Names of all members but the body. */
    public Set<String> names() {
        return members.fieldNames();
    }

    public boolean has(String name) {
        return members.containsKey(name);
    }

    public String text(String name, String fallback) {
        Object value = members.getValue(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof String text) {
            return text;
        }
        throw bad("'" + name + "' must be text");
    }

    public String requiredText(String name) {
        String text = text(name, "");
        if (text.isEmpty()) {
            throw bad("'" + name + "' is missing");
        }
        return text;
    }

    /** A whole number within the range, or the fallback when the member is absent. */
    public long number(String name, long min, long max, long fallback) {
        Object value = members.getValue(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Number number
                && isWhole(number)
                && number.longValue() >= min
                && number.longValue() <= max) {
            return number.longValue();
        }
        throw bad("'" + name + "' must be a whole number from " + min + " to " + max);
    }

    /** The client's handle of a subscription. */
    public long handle() {
        if (!members.containsKey("sub")) {
            throw bad("'sub' is missing");
        }
        return number("sub", 1, MAX_ID, 0);
    }

    public boolean flag(String name, boolean fallback) {
        Object value = members.getValue(name);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw bad("'" + name + "' must be true or false");
    }

    public @Nullable JsonObject object(String name) {
        Object value = members.getValue(name);
        if (value == null || value instanceof JsonObject) {
            return (JsonObject) value;
        }
        throw bad("'" + name + "' must be an object");
    }

    public JsonArray array(String name) {
        Object value = members.getValue(name);
        if (value instanceof JsonArray array) {
            return array;
        }
        throw bad("'" + name + "' must be a list");
    }

    /** The raw member, for the few that may have several types. */
    public @Nullable Object any(String name) {
        return members.getValue(name);
    }

    private static boolean isWhole(Number number) {
        return (number instanceof Integer || number instanceof Long) && Math.abs(number.longValue()) <= MAX_ID;
    }

    private static Payload raw(JsonParser parser, byte[] frame) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.finishToken();
        parser.skipChildren();
        int end = (int) parser.currentLocation().getByteOffset();
        return Payload.of(Arrays.copyOfRange(frame, start, end));
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                JsonObject object = new JsonObject();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    object.put(name, value(parser, parser.nextToken()));
                }
                yield object;
            }
            case START_ARRAY -> {
                JsonArray array = new JsonArray();
                for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY; item = parser.nextToken()) {
                    array.add(value(parser, item));
                }
                yield array;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_NULL -> null;
            default -> throw bad("the frame is not JSON");
        };
    }
}
