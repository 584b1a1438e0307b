package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Order execution: orders in memory, the oldest forgotten. A limit order waits, a market order is filled at once. */
final class Orders implements StandIns.Service {
    private static final int MOST = 1_000;
    private static final Set<String> SIDES = Set.of("BUY", "SELL");
    private static final Set<String> TYPES = Set.of("MARKET", "LIMIT", "STOP_MARKET", "STOP_LIMIT", "POST_ONLY");
    private static final Set<String> OPEN = Set.of("NEW", "SUBMITTED", "PARTIALLY_FILLED");

    private final Map<String, JsonObject> orders = new LinkedHashMap<>();
    private long next = 1;

    @Override
    public @Nullable Said answer(Ask ask) {
        String id = ask.segment(3);
        return switch (ask.method()) {
            case "POST" -> id.isEmpty() ? create(ask) : null;
            case "GET" ->
                switch (id) {
                    case "" -> list(true, true);
                    case "active" -> list(true, false);
                    case "history" -> list(false, true);
                    default -> one(id);
                };
            case "DELETE" -> cancel(id);
            default -> null;
        };
    }

    private Said create(Ask ask) {
        JsonObject order = ask.body();
        String type = text(order, "type", "LIMIT");
        boolean priced = type.equals("MARKET") || !text(order, "price", "").isEmpty();
        if (text(order, "symbol", "").isEmpty()
                || !SIDES.contains(text(order, "side", ""))
                || !TYPES.contains(type)
                || !priced
                || text(order, "quantity", "").isEmpty()) {
            return new Said(400, new JsonObject().put("error", "symbol, side, type, quantity and price are needed"));
        }
        String id = "ord-" + next++;
        boolean filled = type.equals("MARKET");
        String quantity = text(order, "quantity", "0");
        JsonObject created = new JsonObject()
                .put("order_id", id)
                .put("symbol", text(order, "symbol", ""))
                .put("side", text(order, "side", ""))
                .put("type", type)
                .put("price", text(order, "price", "0"))
                .put("quantity", quantity)
                .put("filled_quantity", filled ? quantity : "0")
                .put("time_in_force", text(order, "time_in_force", "GTC"))
                .put("state", filled ? "FILLED" : "NEW")
                .put("user", ask.user())
                .put("created_at", Instant.now().toString());
        orders.put(id, created);
        if (orders.size() > MOST) {
            orders.remove(orders.keySet().iterator().next());
        }
        return new Said(201, created);
    }

    private Said list(boolean open, boolean ended) {
        JsonArray found = new JsonArray();
        for (JsonObject order : orders.values()) {
            if (OPEN.contains(order.getString("state")) ? open : ended) {
                found.add(order);
            }
        }
        return Said.ok(new JsonObject().put("orders", found).put("total", found.size()));
    }

    private Said one(String id) {
        JsonObject order = orders.get(id);
        return order == null ? Said.missing("order") : Said.ok(order);
    }

    private Said cancel(String id) {
        JsonObject order = orders.get(id);
        if (order == null) {
            return Said.missing("order");
        }
        if (OPEN.contains(order.getString("state"))) {
            order.put("state", "CANCELED");
        }
        return Said.ok(order);
    }

    private static String text(JsonObject from, String name, String otherwise) {
        Object value = from.getValue(name);
        return value == null ? otherwise : value.toString();
    }
}
