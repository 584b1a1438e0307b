package io.xy.gateway.wsfanout.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.wsfanout.hub.Figures;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The meters of requirement N6, one set per process. The only place where instances of one process meet: each adds the
 * differences of its own loop's figures twice a second.
 */
public final class Meters {
    private static final LongAdder CONNECTIONS = new LongAdder();
    private static final LongAdder RATE = new LongAdder();
    private static final LongAdder SLOW_TOTAL = new LongAdder();
    private static final AtomicLong LONGEST_QUEUE = new AtomicLong();

    static {
        gauge("xy.ws.active.connections", CONNECTIONS);
        gauge("ws.active", CONNECTIONS);
        gauge("ws.msgs.rate", RATE);
        gauge("slow.consumers", SLOW_TOTAL);
        gauge("xy.ws.send.queue.size", LONGEST_QUEUE);
    }

    private final MeterRegistry registry = Metrics.globalRegistry;
    private final Counter forwarded = registry.counter("xy.ws.messages.forwarded");
    private final Counter queueFull = dropped("queue_full");
    private final Counter conflated = dropped("conflated");
    private final Counter subject = dropped("subject");
    private final Counter upstream = dropped("upstream");
    private final Counter slow = registry.counter("xy.ws.slow.consumers");
    private final Counter storms = registry.counter("xy.sub.storms");
    private final Figures last = new Figures();
    private long lastStorms;
    private long lastRate;
    private long lastAt;
    private int lastConnections;

    /** Counts something said no to, under the first gateway's code where it had one. */
    public void refused(String legacy, GatewayError error) {
        registry.counter("xy.ws.errors", "code", legacy.isEmpty() ? error.code() : legacy)
                .increment();
    }

    /** Brings the meters up to the loop's figures. */
    public void update(Figures now, long stormsNow, int connections, int longestQueue, long nowMillis) {
        forwarded.increment(now.forwarded - last.forwarded);
        queueFull.increment(now.droppedFull - last.droppedFull);
        conflated.increment(now.conflated - last.conflated);
        subject.increment(now.droppedSubject - last.droppedSubject);
        upstream.increment(now.upstreamLost - last.upstreamLost);
        slow.increment(now.slow - last.slow);
        SLOW_TOTAL.add(now.slow - last.slow);
        storms.increment(stormsNow - lastStorms);
        CONNECTIONS.add((long) connections - lastConnections);
        LONGEST_QUEUE.set(longestQueue);
        rate(now.forwarded - last.forwarded, nowMillis);
        lastConnections = connections;
        lastStorms = stormsNow;
        last.forwarded = now.forwarded;
        last.droppedFull = now.droppedFull;
        last.conflated = now.conflated;
        last.droppedSubject = now.droppedSubject;
        last.upstreamLost = now.upstreamLost;
        last.slow = now.slow;
    }

    /** Takes this instance out of what the process shows. */
    public void stop() {
        CONNECTIONS.add(-lastConnections);
        RATE.add(-lastRate);
        lastConnections = 0;
        lastRate = 0;
    }

    private void rate(long messages, long nowMillis) {
        long perSecond = lastAt == 0 ? 0 : messages * 1_000 / Math.max(1, nowMillis - lastAt);
        RATE.add(perSecond - lastRate);
        lastRate = perSecond;
        lastAt = nowMillis;
    }

    private static void gauge(String name, Number value) {
        Gauge.builder(name, value, Number::doubleValue).register(Metrics.globalRegistry);
    }

    private Counter dropped(String reason) {
        return registry.counter("xy.ws.messages.dropped", "reason", reason);
    }
}
