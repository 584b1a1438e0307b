package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The dashboard server. */
final class Dashboard implements StandIns.Service {
    @Override
    public @Nullable Said answer(Ask ask) {
        if (!ask.method().equals("GET")) {
            return null;
        }
        return switch (ask.segment(3)) {
            case "status" -> Said.ok(new JsonObject().put("status", "ok").put("clients", 0));
            case "summary" -> Said.ok(data(0));
            default -> null;
        };
    }

    /** What the socket says first. */
    static JsonObject snapshot(int seq) {
        return new JsonObject()
                .put("type", "snapshot")
                .put("seq", seq)
                .put("timestamp", Instant.now().toString())
                .put("data", data(seq));
    }

    private static JsonObject data(int seq) {
        return new JsonObject()
                .put("market_data", new JsonObject().put("BTCUSDT", Markets.ticker("BTCUSDT")))
                .put("orders", new JsonArray())
                .put("positions", Accounts.account().getJsonArray("positions"))
                .put("account", Accounts.account())
                .put("strategies", new JsonArray())
                .put("timestamp", Instant.now().toString())
                .put("seq", seq);
    }
}
