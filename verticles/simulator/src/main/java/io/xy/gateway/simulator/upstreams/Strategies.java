package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The strategy engine: strategies in memory, which can be started and stopped. */
final class Strategies implements StandIns.Service {
    private static final int MOST = 1_000;

    private final Map<String, JsonObject> strategies = new LinkedHashMap<>();
    private long next = 2;

    Strategies() {
        strategies.put(
                "str-1",
                new JsonObject().put("id", "str-1").put("name", "momentum").put("status", "stopped"));
    }

    @Override
    public @Nullable Said answer(Ask ask) {
        String id = ask.segment(3);
        if (id.isEmpty()) {
            return switch (ask.method()) {
                case "GET" ->
                    Said.ok(new JsonObject().put("strategies", new JsonArray(new ArrayList<>(strategies.values()))));
                case "POST" -> create(ask.body());
                default -> null;
            };
        }
        JsonObject strategy = strategies.get(id);
        if (strategy == null) {
            return Said.missing("strategy");
        }
        return switch (ask.method() + ' ' + ask.segment(4)) {
            case "GET ", "GET status" -> Said.ok(strategy);
            case "PUT " -> Said.ok(strategy.mergeIn(ask.body()).put("id", id));
            case "DELETE " -> {
                strategies.remove(id);
                yield new Said(204, null);
            }
            case "POST start" -> Said.ok(strategy.put("status", "running"));
            case "POST stop" -> Said.ok(strategy.put("status", "stopped"));
            default -> null;
        };
    }

    private Said create(JsonObject body) {
        if (strategies.size() >= MOST) {
            return new Said(507, new JsonObject().put("error", "too many strategies"));
        }
        String id = "str-" + next++;
        JsonObject created = body.copy().put("id", id).put("status", "stopped");
        strategies.put(id, created);
        return new Said(201, created);
    }
}
