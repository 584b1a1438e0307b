package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.xy.gateway.testkit.Await;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N6")
class MetricsTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Gateway gateway = Gateway.start();

    @BeforeEach
    void bind() {
        Metrics.globalRegistry.add(registry);
    }

    @AfterEach
    void close() {
        gateway.close();
        Metrics.globalRegistry.remove(registry);
        registry.close();
    }

    @Test
    void theScrapeHasTheNamesOfTheRequirement() {
        List<String> lines = registry.scrape().lines().toList();
        for (String name : List.of(
                "xy_ws_active_connections ",
                "xy_ws_messages_forwarded_total ",
                "xy_ws_messages_dropped_total{reason=\"queue_full\"} ",
                "xy_ws_messages_dropped_total{reason=\"conflated\"} ",
                "xy_ws_slow_consumers_total ",
                "xy_ws_send_queue_size ",
                "xy_ws_cohorts ",
                "xy_sub_storms_total ",
                "xy_ws_encodes_total ",
                "xy_ws_frames_built_total ",
                "xy_ws_frames_written_total ",
                "xy_ws_frames_records_total ",
                "xy_ws_flush_seconds_count ",
                "xy_ws_age_at_send_seconds_max ",
                "ws_active ",
                "ws_msgs_rate ",
                "slow_consumers ")) {
            assertThat(lines).filteredOn(line -> line.startsWith(name)).hasSize(1);
        }
    }

    @Test
    void gaugesAreTheSumOfAllInstancesOfANodeAndZeroWhenTheyAreGone() {
        gateway.addInstance();
        List<XyTestClient> clients = Stream.generate(gateway::trader).limit(4).toList();
        assertThat(clients).hasSize(4);
        awaitGauge("xy_ws_active_connections", 4);
        awaitGauge("ws_active", 4);
        gateway.undeployAll();
        awaitGauge("xy_ws_active_connections", 0);
        awaitGauge("ws_active", 0);
    }

    @Test
    void whatIsForwardedIsCounted() {
        double before =
                Metrics.globalRegistry.counter("xy.ws.messages.forwarded").count();
        FakeSource source = gateway.source();
        XyTestClient client = gateway.trader();
        client.subscribe(1, "xy.md.a", "mode", "all");
        source.awaitInterest("xy.md.a");
        for (int i = 1; i <= 10; i++) {
            source.value("xy.md.a", "e", i, "{}");
        }
        Await.until(
                "all ten are counted",
                () -> Metrics.globalRegistry.counter("xy.ws.messages.forwarded").count() - before == 10);
        assertThat(registry.get("xy.ws.messages.forwarded").counter().count()).isGreaterThanOrEqualTo(10);
    }

    private void awaitGauge(String name, int value) {
        Await.until(
                name + " is " + value,
                () -> registry.scrape().lines().anyMatch(line -> line.equals(name + " " + value + ".0")));
    }
}
