package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The three accounts of the mock desk; tells the balances of active ones again and again. */
final class AccountDesk {
    private static final long HOUR = 3_600_000;

    private final Map<String, JsonObject> accounts = new LinkedHashMap<>();
    private final Map<String, JsonArray> positions = new LinkedHashMap<>();
    private final DeskClock clock;
    private final Consumer<DeskEvent> events;
    private final RandomGenerator random;
    private final Beat beat;

    private AccountDesk(DeskClock clock, RandomGenerator random, Consumer<DeskEvent> events) {
        this.clock = clock;
        this.random = random;
        this.events = events;
        this.beat = new Beat(clock.accountMillis(), clock.now());
        account("account1", "模拟账户1", "active", 1_000_000, 800_000, 200_000, 5_000, 12_000);
        account("account2", "模拟账户2", "active", 2_000_000, 1_500_000, 500_000, -8_000, 25_000);
        account("account3", "测试账户", "inactive", 500_000, 500_000, 0, 0, 0);
        position("account1", "沪50-5.0-call", 100, 0.0523, 0.0545, 220, 50_000);
        position("account1", "沪300-4.5-put", -50, 0.0234, 0.0256, -110, 30_000);
        position("account2", "沪500-5.5-call", 200, 0.0612, 0.0598, -280, 120_000);
    }

    static DeskService service(DeskClock clock, RandomGenerator random, Consumer<DeskEvent> events) {
        AccountDesk desk = new AccountDesk(clock, random, events);
        List<String> account = List.of("account_id");
        List<String> history = List.of("account_id", "start_time", "end_time", "limit");
        return new DeskService("account_service", desk::tellBalances)
                .with("get_accounts", List.of(), 0, desk::all)
                .with("get_account", account, 1, desk::one)
                .with("get_positions", account, 1, desk::positions)
                .with("get_risk_metrics", account, 1, desk::risk)
                .with("set_account_enabled", List.of("account_id", "enabled"), 2, desk::setEnabled)
                .with("verify_positions", account, 1, desk::verifyPositions)
                .with("subscribe_account", account, 1, AccountDesk::acknowledge)
                .with("unsubscribe_account", account, 1, AccountDesk::acknowledge)
                .with("get_transaction_history", history, 1, desk::transactions);
    }

    private void tellBalances() {
        long now = clock.now();
        if (!beat.isDue(now)) {
            return;
        }
        for (JsonObject account : accounts.values()) {
            if (account.getString("status").equals("active")) {
                events.accept(DeskEvent.account(account.getString("id"), "balance", balance(account), now));
            }
        }
    }

    private JsonArray all(Arguments arguments) {
        JsonArray all = new JsonArray();
        accounts.values().forEach(account -> all.add(account.copy()));
        return all;
    }

    private @Nullable JsonObject one(Arguments arguments) {
        JsonObject account = accounts.get(arguments.text("account_id"));
        return account == null ? null : account.copy();
    }

    private JsonArray positions(Arguments arguments) {
        JsonArray held = positions.get(arguments.text("account_id"));
        return held == null ? new JsonArray() : held.copy();
    }

    private @Nullable JsonObject risk(Arguments arguments) {
        JsonObject account = accounts.get(arguments.text("account_id"));
        if (account == null) {
            return null;
        }
        return new JsonObject()
                .put("account_id", account.getString("id"))
                .put("total_delta", 0.25)
                .put("total_gamma", 0.02)
                .put("total_vega", 150)
                .put("total_theta", -85)
                .put("margin_usage", account.getDouble("used_margin") / account.getDouble("balance"))
                .put("var_95", 25_000)
                .put("var_99", 35_000)
                .put("max_loss_scenario", -45_000);
    }

    private JsonObject setEnabled(Arguments arguments) {
        boolean enabled = arguments.flag("enabled");
        JsonObject account = accounts.get(arguments.text("account_id"));
        if (account == null) {
            return new JsonObject().put("success", false).put("message", "Account not found");
        }
        account.put("status", enabled ? "active" : "inactive");
        JsonObject data =
                new JsonObject().put("status", account.getString("status")).put("isEnabled", enabled);
        events.accept(DeskEvent.account(account.getString("id"), "status", data, clock.now()));
        return new JsonObject().put("success", true);
    }

    private JsonObject verifyPositions(Arguments arguments) {
        arguments.text("account_id");
        return new JsonObject().put("verified", true).put("discrepancies", new JsonArray());
    }

    private JsonArray transactions(Arguments arguments) {
        String account = arguments.text("account_id");
        Long start = arguments.numberOrNull("start_time");
        Long end = arguments.numberOrNull("end_time");
        int limit = arguments.rows("limit", 10);
        long now = clock.now();
        JsonArray found = new JsonArray();
        for (int i = 0; i < limit; i++) {
            long at = now - i * HOUR;
            if ((start == null || at >= start) && (end == null || at <= end)) {
                found.add(transaction(account, i, at));
            }
        }
        return found;
    }

    private JsonObject transaction(String account, int i, long at) {
        return new JsonObject()
                .put("id", "txn_" + i)
                .put("account_id", account)
                .put("timestamp", at)
                .put("type", i % 2 == 0 ? "buy" : "sell")
                .put("contract", "沪50-5.0-call")
                .put("quantity", (i + 1) * 10)
                .put("price", 0.05 + random.nextDouble() * 0.01)
                .put("commission", 5)
                .put("status", "filled");
    }

    private static JsonObject acknowledge(Arguments arguments) {
        arguments.text("account_id");
        return new JsonObject().put("success", true);
    }

    private static JsonObject balance(JsonObject account) {
        return new JsonObject()
                .put("status", account.getString("status"))
                .put("balance", account.getValue("balance"))
                .put("availableBalance", account.getValue("available_balance"))
                .put("usedMargin", account.getValue("used_margin"))
                .put("unrealizedPnL", account.getValue("unrealized_pnl"))
                .put("realizedPnL", account.getValue("realized_pnl"));
    }

    private void account(
            String id, String name, String status, int balance, int available, int margin, int open, int realized) {
        accounts.put(
                id,
                new JsonObject()
                        .put("id", id)
                        .put("name", name)
                        .put("status", status)
                        .put("balance", balance)
                        .put("available_balance", available)
                        .put("used_margin", margin)
                        .put("unrealized_pnl", open)
                        .put("realized_pnl", realized)
                        .put("last_update", clock.now()));
    }

    private void position(
            String account, String contract, int quantity, double average, double current, int pnl, int margin) {
        positions
                .computeIfAbsent(account, id -> new JsonArray())
                .add(new JsonObject()
                        .put("contract", contract)
                        .put("quantity", quantity)
                        .put("avg_price", average)
                        .put("current_price", current)
                        .put("unrealized_pnl", pnl)
                        .put("margin", margin));
    }
}
