package io.xy.gateway.zmqbridge;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;

/** The gauge of the breakers, a row for each service that was called. Belongs to the verticle's event loop. */
final class BreakerMeters {
    private final int instance;
    private final MultiGauge gauge = MultiGauge.builder("xy_zmq_breaker_state")
            .description("Circuit breaker of a service: 0 closed, 1 half open, 2 open")
            .register(Metrics.globalRegistry);
    private Map<String, Integer> shown = Map.of();
    private boolean closed;

    BreakerMeters(int instance) {
        this.instance = instance;
    }

    void show(Map<String, Integer> states) {
        if (!closed && !states.equals(shown)) {
            shown = states;
            gauge.register(
                    states.entrySet().stream()
                            .map(state -> MultiGauge.Row.of(
                                    Tags.of("service", state.getKey(), "instance", String.valueOf(instance)),
                                    state.getValue()))
                            .toList(),
                    true);
        }
    }

    void close() {
        closed = true;
        gauge.register(List.of(), true);
    }
}
