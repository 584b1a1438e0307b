package io.xy.gateway.httpapi.upstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** One upstream's meters, looked up once per method and status. Belongs to one event loop; the gauge goes with it. */
final class UpstreamMeters {
    /** Counters stand at the status less 100; statuses beyond 599 count as 599. */
    private record Handles(Timer timer, @Nullable Counter[] statuses) {}

    private final String service;
    private final List<Gauge> gauges = new ArrayList<>();
    private volatile int open;
    private volatile int waiting;
    private final Map<String, Handles> methods = new HashMap<>();
    private final Map<String, Counter> errors = new HashMap<>();

    /**
     * @param state 0 closed, 1 half open, 2 open
     */
    UpstreamMeters(String service, int instance, IntSupplier state) {
        this.service = service;
        gauge("circuit_breaker_state", "Breaker of an upstream: 0 closed, 1 half open, 2 open", instance, state);
        gauge("upstream_connections", "Connections to an upstream", instance, () -> open);
        gauge("upstream_waiting", "Requests that wait for a connection to an upstream", instance, () -> waiting);
    }

    private void gauge(String name, String description, int instance, IntSupplier value) {
        gauges.add(Gauge.builder("api_gateway_" + name, value, IntSupplier::getAsInt)
                .description(description)
                .tag("service", service)
                .tag("instance", Integer.toString(instance))
                // Nothing else holds the supplier.
                .strongReference(true)
                .register(Metrics.globalRegistry));
    }

    /** As it is now; a scrape reads it from another thread. */
    void connections(int openNow, int waitingNow) {
        open = openNow;
        waiting = waitingNow;
    }

    /** The head of an answer came. */
    void answered(String method, int status, long nanos) {
        Handles handles = methods.get(method);
        if (handles == null) {
            handles = handles(method);
            methods.put(method, handles);
        }
        handles.timer().record(nanos, TimeUnit.NANOSECONDS);
        int place = Math.min(Math.max(status, 100), 599) - 100;
        Counter counter = handles.statuses()[place];
        if (counter == null) {
            counter = counter(method, place + 100);
            handles.statuses()[place] = counter;
        }
        counter.increment();
    }

    private Counter counter(String method, int status) {
        return Counter.builder("api_gateway_upstream_requests_total")
                .tag("service", service)
                .tag("method", method)
                .tag("status", Integer.toString(status))
                .register(Metrics.globalRegistry);
    }

    /**
     * @param type one of few words
     */
    void failed(String type) {
        errors.computeIfAbsent(type, word -> Counter.builder("api_gateway_upstream_errors_total")
                        .tag("service", service)
                        .tag("error_type", word)
                        .register(Metrics.globalRegistry))
                .increment();
    }

    void close() {
        gauges.forEach(Metrics.globalRegistry::remove);
    }

    private Handles handles(String method) {
        return new Handles(
                Timer.builder("api_gateway_upstream_request_duration_seconds")
                        .tag("service", service)
                        .tag("method", method)
                        .register(Metrics.globalRegistry),
                new Counter[500]);
    }
}
