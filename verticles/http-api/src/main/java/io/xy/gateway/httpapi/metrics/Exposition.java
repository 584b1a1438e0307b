package io.xy.gateway.httpapi.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.xy.gateway.httpapi.metrics.Credential.Flaw;
import io.xy.gateway.httpapi.metrics.RouteMeters.Limiter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Shows a scrape what all instances of the process have counted, under the names of the original gateway. Safe on any
 * thread; the work is done by whoever scrapes. Only what has happened is shown.
 */
public final class Exposition implements MultiCollector {
    private static final Exposition ONLY = new Exposition();

    private record Key(String method, String path) {}

    private final Set<HttpMeters> running = ConcurrentHashMap.newKeySet();
    private final Set<PrometheusRegistry> known = Collections.newSetFromMap(new WeakHashMap<>());

    private Exposition() {}

    /** Shows an instance's meters from now on, in every Prometheus registry that the process has. */
    public static void join(HttpMeters meters) {
        ONLY.running.add(meters);
        for (MeterRegistry registry : Metrics.globalRegistry.getRegistries()) {
            if (registry instanceof PrometheusMeterRegistry prometheus) {
                ONLY.attach(prometheus.getPrometheusRegistry());
            }
        }
    }

    public static void leave(HttpMeters meters) {
        ONLY.running.remove(meters);
    }

    /** Instances start at the same time, each on its own event loop. */
    private void attach(PrometheusRegistry registry) {
        synchronized (known) {
            if (known.add(registry)) {
                registry.register(this);
            }
        }
    }

    @Override
    public MetricSnapshots collect() {
        Map<Key, List<RouteMeters>> routes = new LinkedHashMap<>();
        for (HttpMeters instance : running) {
            for (RouteMeters each : instance.all()) {
                routes.computeIfAbsent(new Key(each.method(), each.path()), key -> new ArrayList<>())
                        .add(each);
            }
        }
        return MetricSnapshots.builder()
                .metricSnapshot(requests(routes))
                .metricSnapshot(histogram(
                        "http_request_duration_seconds",
                        "From the head of a request to the end of its answer",
                        routes,
                        RouteMeters::durations,
                        RouteMeters.DURATIONS,
                        1e-9))
                .metricSnapshot(histogram(
                        "http_request_size_bytes",
                        "Bodies of requests",
                        routes,
                        RouteMeters::requests,
                        RouteMeters.SIZES,
                        1))
                .metricSnapshot(histogram(
                        "http_response_size_bytes",
                        "Bodies of answers",
                        routes,
                        RouteMeters::responses,
                        RouteMeters.SIZES,
                        1))
                .metricSnapshot(limited(routes))
                .metricSnapshot(attempts())
                .metricSnapshot(failures())
                .metricSnapshot(
                        Families.gauge("active_connections", "Connections of clients", sum(HttpMeters::connections)))
                .metricSnapshot(refusedConnections())
                .metricSnapshot(
                        Families.gauge("requests_in_flight", "Requests being worked on", sum(HttpMeters::inFlight)))
                .build();
    }

    private static MetricSnapshot requests(Map<Key, List<RouteMeters>> routes) {
        Families.Counting family = Families.counting("http_requests", "Requests by route and status");
        routes.forEach((key, meters) -> {
            for (int place = 0; place < Statuses.SIZE; place++) {
                int status = place;
                family.add(
                        total(meters, each -> each.statuses().get(status)),
                        Labels.of("method", key.method, "path", key.path, "status", Statuses.label(place)));
            }
        });
        return family.snapshot();
    }

    private static MetricSnapshot limited(Map<Key, List<RouteMeters>> routes) {
        Map<String, List<RouteMeters>> byPath = new LinkedHashMap<>();
        routes.forEach((key, meters) ->
                byPath.computeIfAbsent(key.path, path -> new ArrayList<>()).addAll(meters));
        Families.Counting family = Families.counting("rate_limit_exceeded", "Requests that a limit refused");
        byPath.forEach((path, meters) -> {
            for (Limiter by : Limiter.values()) {
                family.add(
                        total(meters, each -> each.limited().get(by.ordinal())),
                        Labels.of("endpoint", path, "limiter_type", by.label));
            }
        });
        return family.snapshot();
    }

    private MetricSnapshot attempts() {
        Families.Counting family = Families.counting("authentication_attempts", "What callers showed");
        for (Credential by : Credential.values()) {
            family.add(sum(instance -> instance.attempts(by)), Labels.of("type", by.label));
        }
        return family.snapshot();
    }

    private MetricSnapshot failures() {
        Families.Counting family = Families.counting("authentication_failures", "Callers who were not believed");
        for (Credential by : Credential.values()) {
            for (Flaw because : Flaw.values()) {
                family.add(
                        sum(instance -> instance.failures(by, because)),
                        Labels.of("type", by.label, "reason", because.label));
            }
        }
        return family.snapshot();
    }

    private MetricSnapshot refusedConnections() {
        return Families.counting("connections_refused", "Connections that were one too many")
                .add(
                        sum(instance -> instance.refusedConnections(Limiter.GLOBAL)),
                        Labels.of("limiter_type", Limiter.GLOBAL.label))
                .add(
                        sum(instance -> instance.refusedConnections(Limiter.ADDRESS)),
                        Labels.of("limiter_type", Limiter.ADDRESS.label))
                .snapshot();
    }

    private static HistogramSnapshot histogram(
            String name,
            String help,
            Map<Key, List<RouteMeters>> routes,
            Function<RouteMeters, Distribution> of,
            long[] bounds,
            double unit) {
        HistogramSnapshot.Builder family =
                HistogramSnapshot.builder().name(Families.PREFIX + name).help(help);
        double[] limits = new double[bounds.length + 1];
        for (int i = 0; i < bounds.length; i++) {
            limits[i] = Math.round(bounds[i] * unit * 1e7) / 1e7;
        }
        limits[bounds.length] = Double.POSITIVE_INFINITY;
        routes.forEach((key, meters) -> {
            long[] counts = new long[limits.length];
            double sum = 0;
            for (RouteMeters each : meters) {
                sum += of.apply(each).addTo(counts) * unit;
            }
            if (Families.any(counts)) {
                family.dataPoint(HistogramDataPointSnapshot.builder()
                        .labels(Labels.of("method", key.method, "path", key.path))
                        .classicHistogramBuckets(ClassicHistogramBuckets.of(limits, counts))
                        .sum(sum)
                        .build());
            }
        });
        return family.build();
    }

    private static long total(List<RouteMeters> meters, ToLongFunction<RouteMeters> part) {
        long total = 0;
        for (RouteMeters each : meters) {
            total += part.applyAsLong(each);
        }
        return total;
    }

    private long sum(ToLongFunction<HttpMeters> part) {
        long sum = 0;
        for (HttpMeters instance : running) {
            sum += part.applyAsLong(instance);
        }
        return sum;
    }
}
