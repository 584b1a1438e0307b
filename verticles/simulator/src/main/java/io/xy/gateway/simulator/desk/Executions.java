package io.xy.gateway.simulator.desk;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Executions under way and the last that ended. Each step is told; a dry run ends at once and moves nothing. */
final class Executions {
    private static final int KEPT = 1_000;
    private static final int STEP = 20;
    private static final long LOOK_BACK = 5_000;

    private static final class Execution {
        final JsonArray accounts;
        final int orders;
        final long startedAt;
        String status = "running";
        int progress;

        @Nullable
        Long endedAt;

        Execution(JsonArray accounts, int orders, long startedAt) {
            this.accounts = accounts;
            this.orders = orders;
            this.startedAt = startedAt;
        }
    }

    private final Map<String, Execution> byId = new LinkedHashMap<>();
    private final DeskClock clock;
    private final Consumer<DeskEvent> events;
    private final Beat beat;
    private long lastId;

    Executions(DeskClock clock, Consumer<DeskEvent> events) {
        this.clock = clock;
        this.events = events;
        this.beat = new Beat(clock.executionMillis(), clock.now());
    }

    /** Starts one and answers its id. */
    String begin(JsonArray accounts, int orders, boolean dry) {
        long now = clock.now();
        lastId = Math.max(now, lastId + 1);
        String id = "exec_" + lastId;
        Execution execution = new Execution(accounts, orders, now);
        byId.put(id, execution);
        if (byId.size() > KEPT) {
            byId.remove(byId.keySet().iterator().next());
        }
        if (dry) {
            end(execution, "completed", now);
        } else {
            tell(id, execution, now);
        }
        return id;
    }

    void advance() {
        long now = clock.now();
        if (!beat.isDue(now)) {
            return;
        }
        byId.forEach((id, execution) -> {
            if (execution.endedAt == null) {
                step(id, execution, now);
            }
        });
    }

    /** The state of any id: one that is not known is taken for one that ended well long ago. */
    JsonObject status(String id) {
        Execution execution = byId.get(id);
        if (execution != null) {
            return state(execution);
        }
        long now = clock.now();
        return new JsonObject()
                .put("status", "completed")
                .put("progress", 100)
                .put("start_time", now - LOOK_BACK)
                .put("end_time", now)
                .put("results", new JsonArray().add(result("account1", "success", 10, 10)));
    }

    /** Cancels what still runs; what has ended, or is not known, stays as it is. */
    JsonObject cancel(String id) {
        Execution execution = byId.get(id);
        if (execution != null && execution.endedAt != null) {
            return new JsonObject().put("success", false).put("message", "Execution has already ended");
        }
        if (execution != null) {
            long now = clock.now();
            execution.status = "cancelled";
            execution.endedAt = now;
            tell(id, execution, now);
        }
        return new JsonObject().put("success", true).put("message", "Execution cancelled");
    }

    private void step(String id, Execution execution, long now) {
        if (execution.progress + STEP >= 100) {
            end(execution, "completed", now);
        } else {
            execution.progress += STEP;
        }
        tell(id, execution, now);
    }

    private static void end(Execution execution, String status, long now) {
        execution.status = status;
        execution.progress = 100;
        execution.endedAt = now;
    }

    private void tell(String id, Execution execution, long now) {
        events.accept(DeskEvent.execution(id, state(execution), now));
    }

    private static JsonObject state(Execution execution) {
        JsonArray results = new JsonArray();
        int filled = execution.orders * execution.progress / 100;
        String word = execution.status.equals("completed") ? "success" : execution.status;
        for (int i = 0; i < execution.accounts.size(); i++) {
            results.add(result(execution.accounts.getString(i), word, execution.orders, filled));
        }
        return new JsonObject()
                .put("status", execution.status)
                .put("progress", execution.progress)
                .put("start_time", execution.startedAt)
                .put("end_time", execution.endedAt)
                .put("results", results);
    }

    private static JsonObject result(String account, String status, int orders, int filled) {
        return new JsonObject()
                .put("account", account)
                .put("status", status)
                .put("orders", orders)
                .put("filled", filled);
    }
}
