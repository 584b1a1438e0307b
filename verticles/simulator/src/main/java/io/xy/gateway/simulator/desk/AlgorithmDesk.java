package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The three algorithms of the mock desk; running ones advance and tell it. */
final class AlgorithmDesk {
    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    private static final long DAY = 24 * HOUR;
    private static final List<String> LEVELS = List.of("info", "warn", "error", "debug");

    private final Map<String, JsonObject> algorithms = new LinkedHashMap<>();
    private final DeskClock clock;
    private final RandomGenerator random;
    private final Consumer<DeskEvent> events;
    private final Beat beat;

    private AlgorithmDesk(DeskClock clock, RandomGenerator random, Consumer<DeskEvent> events) {
        this.clock = clock;
        this.random = random;
        this.events = events;
        long now = clock.now();
        this.beat = new Beat(clock.algorithmMillis(), now);
        algorithm("algo1", "portfolio1", "Vega Hedge Algorithm", "running", 65, now - HOUR)
                .put("account_progress", new JsonObject().put("account1", 70).put("account2", 60))
                .put("stats", stats(120, 115, 5, 50_000));
        algorithm("algo2", "portfolio1", "Delta Neutral Strategy", "paused", 40, now - 2 * HOUR)
                .put("account_progress", new JsonObject().put("account1", 45).put("account2", 35))
                .put("stats", stats(80, 78, 2, 30_000));
        algorithm("algo3", "portfolio2", "Risk Arbitrage", "completed", 100, now - 4 * HOUR)
                .put("account_progress", new JsonObject().put("account1", 100))
                .put("end_time", now - HOUR)
                .put("stats", stats(200, 195, 5, 100_000));
    }

    static DeskService service(DeskClock clock, RandomGenerator random, Consumer<DeskEvent> events) {
        AlgorithmDesk desk = new AlgorithmDesk(clock, random, events);
        List<String> algorithm = List.of("algorithm_id");
        List<String> history = List.of("portfolio_id", "start_time", "end_time", "limit");
        return new DeskService("algorithm_service", desk::advance)
                .with("get_algorithms", List.of(), 0, desk::all)
                .with("get_algorithm", algorithm, 1, desk::one)
                .with("send_algorithm_command", List.of("algorithm_id", "command"), 2, desk::command)
                .with("subscribe_algorithm", algorithm, 1, AlgorithmDesk::acknowledge)
                .with("unsubscribe_algorithm", algorithm, 1, AlgorithmDesk::acknowledge)
                .with("get_algorithm_history", history, 0, desk::history)
                .with("get_algorithm_logs", List.of("algorithm_id", "limit", "offset"), 1, desk::logs);
    }

    private void advance() {
        long now = clock.now();
        if (!beat.isDue(now)) {
            return;
        }
        for (JsonObject algorithm : algorithms.values()) {
            if (algorithm.getString("status").equals("running")) {
                step(algorithm, now);
            }
        }
    }

    private void step(JsonObject algorithm, long now) {
        int progress = Math.min(100, algorithm.getInteger("progress") + 1 + random.nextInt(5));
        algorithm.put("progress", progress);
        JsonObject accounts = algorithm.getJsonObject("account_progress");
        for (String account : List.copyOf(accounts.fieldNames())) {
            accounts.put(
                    account, progress == 100 ? 100 : Math.min(100, accounts.getInteger(account) + random.nextInt(6)));
        }
        JsonObject stats = algorithm.getJsonObject("stats");
        int orders = random.nextInt(4);
        stats.put("ordersExecuted", stats.getInteger("ordersExecuted") + orders);
        stats.put("ordersSuccessful", stats.getInteger("ordersSuccessful") + orders);
        stats.put("totalVolume", stats.getInteger("totalVolume") + orders * 100);
        tell(algorithm, "progress", now);
        if (progress == 100) {
            algorithm.put("status", "completed").put("end_time", now);
            tell(algorithm, "complete", now);
        }
    }

    private JsonArray all(Arguments arguments) {
        JsonArray all = new JsonArray();
        algorithms.values().forEach(algorithm -> all.add(algorithm.copy()));
        return all;
    }

    private @Nullable JsonObject one(Arguments arguments) {
        JsonObject algorithm = algorithms.get(arguments.text("algorithm_id"));
        return algorithm == null ? null : algorithm.copy();
    }

    private JsonObject command(Arguments arguments) {
        String command = arguments.text("command");
        JsonObject algorithm = algorithms.get(arguments.text("algorithm_id"));
        if (algorithm == null) {
            return refused("Algorithm not found");
        }
        String next = next(algorithm, command);
        if (next == null) {
            return refused("Invalid command for current algorithm state");
        }
        long now = clock.now();
        algorithm.put("status", next);
        if (next.equals("stopped") || next.equals("completed")) {
            algorithm.put("end_time", now);
        }
        tell(algorithm, "status", now);
        return new JsonObject().put("success", true);
    }

    /** The state that a command leads to, null when it is not allowed now. No state lets {@code start} through. */
    private static @Nullable String next(JsonObject algorithm, String command) {
        String status = algorithm.getString("status");
        return switch (command) {
            case "pause" -> status.equals("running") ? "paused" : null;
            case "continue" -> status.equals("paused") ? "running" : null;
            case "stop" -> status.equals("completed") ? null : "stopped";
            case "end" -> algorithm.getInteger("progress") == 100 ? "completed" : null;
            default -> null;
        };
    }

    private JsonArray history(Arguments arguments) {
        String portfolio = arguments.textOr("portfolio_id", "portfolio1");
        Long start = arguments.numberOrNull("start_time");
        Long end = arguments.numberOrNull("end_time");
        int limit = arguments.rows("limit", 10);
        long now = clock.now();
        JsonArray found = new JsonArray();
        for (int i = 0; i < limit; i++) {
            long began = now - (i + 1) * DAY;
            if ((start == null || began >= start) && (end == null || began <= end)) {
                found.add(past(portfolio, i, began));
            }
        }
        return found;
    }

    private static JsonObject past(String portfolio, int i, long began) {
        return new JsonObject()
                .put("id", "algo_hist_" + i)
                .put("portfolio_id", portfolio)
                .put("name", "Historical Algorithm " + i)
                .put("status", "completed")
                .put("progress", 100)
                .put("start_time", began)
                .put("end_time", began + DAY)
                .put("total_orders", 100 + 20 * i)
                .put("successful_orders", 95 + 18 * i)
                .put("total_volume", 50_000 + 10_000 * i);
    }

    private JsonArray logs(Arguments arguments) {
        String algorithm = arguments.text("algorithm_id");
        int limit = arguments.rows("limit", 20);
        int offset = arguments.rows("offset", 0);
        long now = clock.now();
        JsonArray found = new JsonArray();
        for (int i = offset; i < offset + limit; i++) {
            found.add(new JsonObject()
                    .put("timestamp", now - i * MINUTE)
                    .put("level", LEVELS.get(random.nextInt(LEVELS.size())))
                    .put("message", "Log entry " + i + " of " + algorithm));
        }
        return found;
    }

    private void tell(JsonObject algorithm, String type, long now) {
        JsonObject data = new JsonObject()
                .put("status", algorithm.getString("status"))
                .put("progress", algorithm.getInteger("progress"))
                .put(
                        "accountProgress",
                        algorithm.getJsonObject("account_progress").copy());
        events.accept(DeskEvent.algorithm(algorithm.getString("id"), type, data, now));
    }

    private JsonObject algorithm(String id, String portfolio, String name, String status, int progress, long began) {
        JsonObject algorithm = new JsonObject()
                .put("id", id)
                .put("portfolio_id", portfolio)
                .put("name", name)
                .put("status", status)
                .put("progress", progress)
                .put("start_time", began);
        algorithms.put(id, algorithm);
        return algorithm;
    }

    private static JsonObject stats(int executed, int successful, int failed, int volume) {
        return new JsonObject()
                .put("ordersExecuted", executed)
                .put("ordersSuccessful", successful)
                .put("ordersFailed", failed)
                .put("totalVolume", volume);
    }

    private static JsonObject acknowledge(Arguments arguments) {
        arguments.text("algorithm_id");
        return new JsonObject().put("success", true);
    }

    private static JsonObject refused(String message) {
        return new JsonObject().put("success", false).put("message", message);
    }
}
