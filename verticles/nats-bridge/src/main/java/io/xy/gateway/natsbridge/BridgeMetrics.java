package io.xy.gateway.natsbridge;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Metrics;
import java.util.List;
import java.util.function.IntSupplier;

/** The bridge's meters, looked up once. Counters stay with the registry, gauges go with the bridge. */
final class BridgeMetrics {
    private final Counter reconnects = Counter.builder("xy_nats_reconnects_total")
            .description("Connections to NATS after the first")
            .register(Metrics.globalRegistry);
    private final Counter storms = Counter.builder("xy_sub_storms_total")
            .description("Times that a pattern came and went too quickly and was held longer")
            .register(Metrics.globalRegistry);
    private final Counter received = Counter.builder("xy_nats_received_total")
            .description("Stream messages from NATS")
            .register(Metrics.globalRegistry);
    private final Counter dropped = Counter.builder("xy_nats_dropped_total")
            .description("Values that were lost or overtaken on their way to the fan-out")
            .register(Metrics.globalRegistry);
    private final Counter errors = Counter.builder("xy_nats_errors_total")
            .description("Errors that the NATS server named, such as a refused permission")
            .register(Metrics.globalRegistry);
    /** The first NATS gateway's code for it, next to those that the streaming port counts. */
    private final Counter losses = Metrics.globalRegistry.counter("xy.ws.errors", "code", "XYW004");

    private final List<Meter> gauges;
    private long reconnectsBefore;
    private long stormsBefore;
    private long receivedBefore;
    private long droppedBefore;
    private long errorsBefore;
    private long lossesBefore;

    BridgeMetrics(int instance, IntSupplier inbox, IntSupplier handOff) {
        gauges = List.of(
                gauge("xy_nats_inbox_size", "Events that wait for the event loop", instance, inbox),
                gauge("xy_nats_hand_off_size", "Messages that wait for the NATS client", instance, handOff));
    }

    /** Brings the counters up to these totals. */
    void count(long reconnectsNow, long stormsNow, long receivedNow, long droppedNow, long errorsNow, long lossesNow) {
        reconnects.increment(reconnectsNow - reconnectsBefore);
        storms.increment(stormsNow - stormsBefore);
        received.increment(receivedNow - receivedBefore);
        dropped.increment(Math.max(0, droppedNow - droppedBefore));
        errors.increment(errorsNow - errorsBefore);
        errorsBefore = errorsNow;
        losses.increment(lossesNow - lossesBefore);
        lossesBefore = lossesNow;
        reconnectsBefore = reconnectsNow;
        stormsBefore = stormsNow;
        receivedBefore = receivedNow;
        droppedBefore = Math.max(droppedBefore, droppedNow);
    }

    void close() {
        for (Meter gauge : gauges) {
            Metrics.globalRegistry.remove(gauge);
        }
    }

    private static Gauge gauge(String name, String description, int instance, IntSupplier value) {
        // Nothing else holds the supplier, and a gauge of an object that is gone reads as no number.
        return Gauge.builder(name, value, IntSupplier::getAsInt)
                .strongReference(true)
                .description(description)
                .tag("instance", String.valueOf(instance))
                .register(Metrics.globalRegistry);
    }
}
