package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Payload;

/**
 * Something that happened on the desk and that subscribers hear.
 *
 * @param timestamp milliseconds since 1970
 */
public record DeskEvent(String subject, Payload payload, long timestamp) {
    static DeskEvent account(String id, String type, JsonObject data, long now) {
        JsonObject event = new JsonObject().put("accountId", id).put("type", type);
        return of("xy.acct." + id + '.' + type, event.put("data", data), now);
    }

    static DeskEvent algorithm(String id, String type, JsonObject data, long now) {
        JsonObject event = new JsonObject().put("algorithmId", id).put("type", type);
        return of("xy.algo." + id + '.' + type, event.put("data", data), now);
    }

    static DeskEvent execution(String id, JsonObject state, long now) {
        return of("xy.exec." + id + ".update", state.copy().put("executionId", id), now);
    }

    private static DeskEvent of(String subject, JsonObject event, long now) {
        return new DeskEvent(subject, Payload.of(event.put("timestamp", now).toBuffer()), now);
    }
}
