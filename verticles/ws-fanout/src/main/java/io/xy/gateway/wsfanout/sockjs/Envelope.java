package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.Payload;
import java.util.Base64;

/** Frames that the stock event-bus bridge client understands. Stateless. */
final class Envelope {
    /** What the stock bridge says to everything that is not allowed. */
    static final String ACCESS_DENIED = "access_denied";

    private Envelope() {}

    /**
     * A message.
     *
     * @param json whether the payload is valid JSON and can stand as it is
     */
    static String message(String address, Payload payload, boolean json) {
        String body =
                json ? payload.text() : "{\"$b64\":\"" + Base64.getEncoder().encodeToString(payload.array()) + "\"}";
        return "{\"type\":\"rec\",\"address\":\"" + address + "\",\"body\":" + body + '}';
    }

    /** A message of a subject to a handler of a pattern; the subject is in a header. */
    static String message(String pattern, String subject, Payload payload, boolean json) {
        String plain = message(pattern, payload, json);
        return plain.substring(0, plain.length() - 1) + ",\"headers\":{\"subject\":\"" + subject + "\"}}";
    }

    /** The answer to a send. */
    static String reply(String replyAddress, Object body) {
        return new JsonObject()
                .put("type", "rec")
                .put("address", replyAddress)
                .put("body", body)
                .encode();
    }

    /** The answer to a send, with a body that is JSON already. */
    static String replyRaw(String replyAddress, String body) {
        String address = new JsonObject().put("address", replyAddress).encode();
        return "{\"type\":\"rec\"," + address.substring(1, address.length() - 1) + ",\"body\":" + body + '}';
    }

    /** The refusal of a send, by the code of the failure. */
    static String failure(String replyAddress, Failure failure, String legacy) {
        JsonObject body = new JsonObject()
                .put("type", "err")
                .put("address", replyAddress)
                .put("failureCode", failure.error().status())
                .put("failureType", "RECIPIENT_FAILURE")
                .put("message", failure.error().code())
                .put("outcome", failure.outcome().word());
        return (legacy.isEmpty() ? body : body.put("ref", legacy)).encode();
    }

    /** An error without a reply address, as the stock bridge words it. */
    static String error(String word, String address) {
        return error(word, address, "");
    }

    /** The same with the first gateway's code. */
    static String error(String word, String address, String legacy) {
        JsonObject error = new JsonObject().put("type", "err").put("body", word).put("message", word);
        if (!address.isEmpty()) {
            error.put("address", address);
        }
        return (legacy.isEmpty() ? error : error.put("ref", legacy)).encode();
    }
}
