package io.xy.gateway.wsfanout.hub;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * One clock per rate tier for all connections of a loop: bindings that have something new wait for the next beat. A
 * clock runs only while somebody waits.
 */
final class Ticks {
    private final Vertx vertx;
    private final Map<Tier, List<Binding>> waiting = new EnumMap<>(Tier.class);
    private final Map<Tier, Long> timers = new EnumMap<>(Tier.class);

    Ticks(Vertx vertx) {
        this.vertx = vertx;
    }

    void await(Binding binding) {
        Tier tier = binding.tier();
        waiting.computeIfAbsent(tier, absent -> new ArrayList<>()).add(binding);
        timers.computeIfAbsent(tier, absent -> vertx.setPeriodic(tier.periodMillis(), id -> beat(tier)));
    }

    void stop() {
        timers.values().forEach(vertx::cancelTimer);
        timers.clear();
        waiting.clear();
    }

    private void beat(Tier tier) {
        List<Binding> due = waiting.remove(tier);
        if (due == null) {
            Long timer = timers.remove(tier);
            if (timer != null) {
                vertx.cancelTimer(timer);
            }
            return;
        }
        due.forEach(Binding::onTick);
    }
}
