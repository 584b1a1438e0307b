package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Market data: the same few prices for every symbol. */
final class Markets implements StandIns.Service {
    private static final JsonArray SYMBOLS =
            new JsonArray().add("BTCUSDT").add("ETHUSDT").add("SOLUSDT");

    @Override
    public @Nullable Said answer(Ask ask) {
        if (!ask.method().equals("GET")) {
            return null;
        }
        String symbol = ask.segment(4);
        return switch (ask.segment(3)) {
            case "symbols" -> Said.ok(new JsonObject().put("symbols", SYMBOLS));
            case "orderbook" ->
                Said.ok(new JsonObject()
                        .put("symbol", symbol)
                        .put(
                                "bids",
                                new JsonArray()
                                        .add(new JsonArray().add("64999.5").add("1.2")))
                        .put(
                                "asks",
                                new JsonArray()
                                        .add(new JsonArray().add("65000.5").add("0.8"))));
            case "trades" ->
                Said.ok(new JsonObject()
                        .put("symbol", symbol)
                        .put(
                                "trades",
                                new JsonArray()
                                        .add(new JsonObject()
                                                .put("price", "65000")
                                                .put("quantity", "0.1"))));
            case "ticker" -> Said.ok(ticker(symbol));
            default -> null;
        };
    }

    /** One item of the dashboard's market data. */
    static JsonObject ticker(String symbol) {
        return new JsonObject()
                .put("symbol", symbol)
                .put("last_price", 65_000)
                .put("bid_price", 64_999.5)
                .put("ask_price", 65_000.5)
                .put("volume_24h", 1_234.5)
                .put("high_24h", 66_000)
                .put("low_24h", 64_000)
                .put("updated_at", Instant.now().toString());
    }
}
