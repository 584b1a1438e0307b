package io.xy.gateway.httpapi;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** A Prometheus registry as a node has one, and what a scrape of it says. Made before the front is started. */
final class Scrape implements AutoCloseable {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Scrape() {
        Metrics.addRegistry(registry);
    }

    String text() {
        return registry.scrape();
    }

    /** Samples of the family by their labels, in the form in which they are written. */
    Map<String, Double> samples(String name) {
        return text().lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .collect(Collectors.toMap(
                        line -> line.substring(name.length(), line.lastIndexOf(' ')),
                        line -> Double.valueOf(line.substring(line.lastIndexOf(' ') + 1)),
                        (a, b) -> a,
                        TreeMap::new));
    }

    /** One sample; nought when there is none. */
    double sample(String name, String labels) {
        return samples(name).getOrDefault(labels.isEmpty() ? "" : '{' + labels + '}', 0.0);
    }

    @Override
    public void close() {
        Metrics.removeRegistry(registry);
        registry.close();
    }
}
