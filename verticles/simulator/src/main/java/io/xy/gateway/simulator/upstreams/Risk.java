package io.xy.gateway.simulator.upstreams;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.simulator.upstreams.StandIns.Ask;
import io.xy.gateway.simulator.upstreams.StandIns.Said;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The risk manager: limits, and an emergency stop that stays. */
final class Risk implements StandIns.Service {
    private final JsonObject limits = new JsonObject()
            .put("max_leverage", 5)
            .put("max_position_value", "100000")
            .put("max_daily_loss", "5000");
    private final JsonObject stop = new JsonObject().put("is_stopped", false);

    @Override
    public @Nullable Said answer(Ask ask) {
        return switch (ask.method() + ' ' + ask.segment(3)) {
            case "GET limits" -> Said.ok(limits);
            case "PUT limits" -> Said.ok(limits.mergeIn(ask.body()));
            case "GET status" -> Said.ok(stop);
            case "POST emergency-stop" -> Said.ok(stop(ask));
            default -> null;
        };
    }

    private JsonObject stop(Ask ask) {
        if (!stop.getBoolean("is_stopped", false)) {
            String now = Instant.now().toString();
            stop.put("is_stopped", true)
                    .put("stopped_at", now)
                    .put("stop_reason", ask.body().getValue("reason"))
                    .put("triggered_by", ask.user())
                    .put("orders_canceled", 0)
                    .put("positions_closed", 0)
                    .put("completed", true)
                    .put("completed_at", now);
        }
        return stop;
    }
}
