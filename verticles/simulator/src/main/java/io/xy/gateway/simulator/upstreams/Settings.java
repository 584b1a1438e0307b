package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The configuration service: values under keys. */
final class Settings implements StandIns.Service {
    private static final int MOST = 1_000;

    private final Map<String, JsonObject> settings = new LinkedHashMap<>();

    Settings() {
        settings.put(
                "trading.enabled",
                new JsonObject().put("key", "trading.enabled").put("value", true));
    }

    @Override
    public @Nullable Said answer(Ask ask) {
        String key = ask.segment(3);
        if (key.isEmpty()) {
            return ask.method().equals("GET")
                    ? Said.ok(new JsonObject().put("configurations", new JsonArray(new ArrayList<>(settings.values()))))
                    : null;
        }
        JsonObject setting = settings.get(key);
        return switch (ask.method()) {
            case "GET" -> setting == null ? Said.missing("configuration") : Said.ok(setting);
            case "PUT" -> put(key, ask.body());
            case "DELETE" -> settings.remove(key) == null ? Said.missing("configuration") : new Said(204, null);
            default -> null;
        };
    }

    private Said put(String key, JsonObject body) {
        if (settings.size() >= MOST && !settings.containsKey(key)) {
            return new Said(507, new JsonObject().put("error", "too many configurations"));
        }
        JsonObject setting = new JsonObject().put("key", key).put("value", body.getValue("value"));
        settings.put(key, setting);
        return Said.ok(setting);
    }
}
