package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The account monitor, whose paths have no version. */
final class Accounts implements StandIns.Service {
    @Override
    public @Nullable Said answer(Ask ask) {
        if (!ask.method().equals("GET")) {
            return null;
        }
        JsonObject account = account();
        return switch (ask.path()) {
            case "/api/account" -> Said.ok(account);
            case "/api/balance" -> Said.ok(new JsonObject().put("balances", account.getJsonObject("balances")));
            case "/api/positions" -> Said.ok(new JsonObject().put("positions", account.getJsonArray("positions")));
            case "/api/pnl" -> Said.ok(account.getJsonObject("pnl"));
            case "/api/pnl/daily" ->
                Said.ok(new JsonObject().put("days", new JsonArray().add(account.getJsonObject("pnl"))));
            case "/api/trades" -> Said.ok(new JsonObject().put("trades", new JsonArray()));
            default -> null;
        };
    }

    static JsonObject account() {
        return new JsonObject()
                .put("pnl", new JsonObject().put("realized", "120.50").put("unrealized", "-3.25"))
                .put("balances", new JsonObject().put("USDT", "10000.00").put("BTC", "0.25"))
                .put(
                        "positions",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("symbol", "BTCUSDT")
                                        .put("quantity", "0.25")
                                        .put("entry_price", "64000")))
                .put("timestamp", Instant.now().toString());
    }
}
