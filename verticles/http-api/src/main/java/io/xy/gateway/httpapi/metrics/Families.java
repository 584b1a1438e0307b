package io.xy.gateway.httpapi.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;

/** Families of counters and gauges as a scrape shows them. */
final class Families {
    static final String PREFIX = "api_gateway_";

    private Families() {}

    /** A family of counters; those that are nought are left out. */
    static final class Counting {
        private final CounterSnapshot.Builder family;

        private Counting(CounterSnapshot.Builder family) {
            this.family = family;
        }

        Counting add(long count, Labels labels) {
            if (count > 0) {
                family.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels)
                        .value(count)
                        .build());
            }
            return this;
        }

        CounterSnapshot snapshot() {
            return family.build();
        }
    }

    /**
     * @param name without prefix and without {@code _total}
     */
    static Counting counting(String name, String help) {
        return new Counting(CounterSnapshot.builder().name(PREFIX + name).help(help));
    }

    static GaugeSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(PREFIX + name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    static boolean any(long[] counts) {
        for (long count : counts) {
            if (count > 0) {
                return true;
            }
        }
        return false;
    }
}
