package io.xy.gateway.health.page;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.Payload;

/** Makes a page of a JSON object. */
final class Json {
    private static final String CONTENT_TYPE = "application/json; charset=utf-8";

    private Json() {}

    static HealthSnapshot page(int status, JsonObject body) {
        return new HealthSnapshot(status, CONTENT_TYPE, Payload.utf8(body.encode()));
    }
}
