package io.xy.gateway.wsfanout.connection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.wsfanout.hub.Figures;
import io.xy.gateway.wsfanout.hub.Hub;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The meters of requirement N6 as one instance feeds them: twice a second it adds the differences of its own loop's
 * figures to the counters of the process, and publishes its share of the gauges. Belongs to the instance's event loop.
 */
public final class Meters {
    private static final Logger LOG = LoggerFactory.getLogger(Meters.class);
    private static final long WARN_MILLIS = 10_000;

    private final MeterRegistry registry = Metrics.globalRegistry;
    private final Counter forwarded = registry.counter("xy.ws.messages.forwarded");
    private final Counter queueFull = dropped("queue_full");
    private final Counter tooOld = dropped("too_old");
    private final Counter pressed = errors(LegacyCode.DROPPED);
    private final Counter conflated = dropped("conflated");
    private final Counter subject = dropped("subject");
    private final Counter upstream = dropped("upstream");
    private final Counter slow = registry.counter("xy.ws.slow.consumers");
    /** Written as the bridges write it: only then it is one counter with theirs. */
    private final Counter storms = registry.counter("xy_sub_storms_total");

    private final Counter encodes = registry.counter("xy.ws.encodes");
    private final Counter framesBuilt = registry.counter("xy.ws.frames.built");
    private final Counter framesWritten = registry.counter("xy.ws.frames.written");
    private final Counter recordsBuilt = registry.counter("xy.ws.frames.records");
    private final Timer flush = registry.timer("xy.ws.flush");
    private final Timer age = registry.timer("xy.ws.age.at.send");

    private final NodeGauges gauges = new NodeGauges();
    private final Figures last = new Figures();
    private long framesBuiltBefore;
    private long framesWrittenBefore;
    private long recordsBuiltBefore;
    private long lastStorms;
    private long lastAt;
    private long warned;
    private long warnedAt;

    /**
     * Counts and logs something said no to, under the first gateway's code where it had one.
     *
     * @param who the connection or request
     */
    public void refused(String who, String legacy, Failure failure) {
        String code = legacy.isEmpty() ? failure.error().code() : legacy;
        errors(code).increment();
        LOG.debug("{}: {} {}", who, code, failure.detail());
    }

    /** Counts and logs the end of a connection that is sent away. */
    public void closed(String who, CloseCode code) {
        registry.counter("xy.ws.closed", "code", String.valueOf(code.code())).increment();
        if (!code.legacy().isEmpty()) {
            errors(code.legacy()).increment();
        }
        LOG.debug("{}: closed with {} {}", who, code.code(), code.reason());
    }

    /**
     * A flush of all connections is over.
     *
     * @param nanos that it took
     */
    public void flushed(long nanos, Figures figures) {
        flush.record(nanos, TimeUnit.NANOSECONDS);
        if (figures.oldestSent != Long.MAX_VALUE) {
            age.record(Math.max(0, System.currentTimeMillis() - figures.oldestSent), TimeUnit.MILLISECONDS);
            figures.oldestSent = Long.MAX_VALUE;
        }
    }

    /** Brings the meters up to what the loop has built. */
    public void update(Frames frames) {
        framesBuilt.increment(frames.built() - framesBuiltBefore);
        framesWritten.increment(frames.written() - framesWrittenBefore);
        recordsBuilt.increment(frames.builtRecords() - recordsBuiltBefore);
        framesBuiltBefore = frames.built();
        framesWrittenBefore = frames.written();
        recordsBuiltBefore = frames.builtRecords();
    }

    /** Brings the meters up to the loop's figures. */
    public void update(Hub hub, long stormsNow, int connections, int longestQueue, long nowMillis) {
        Figures now = hub.figures();
        forwarded.increment(now.forwarded - last.forwarded);
        queueFull.increment(now.droppedFull - last.droppedFull);
        tooOld.increment(now.droppedOld - last.droppedOld);
        pressed.increment(now.droppedFull - last.droppedFull);
        warnOfDrops(now.droppedFull, nowMillis);
        conflated.increment(now.conflated - last.conflated);
        subject.increment(now.droppedSubject - last.droppedSubject);
        upstream.increment(now.upstreamLost - last.upstreamLost);
        slow.increment(now.slow - last.slow);
        encodes.increment(now.encodes - last.encodes);
        storms.increment(stormsNow - lastStorms);
        long rate = rate(now.forwarded - last.forwarded, nowMillis);
        gauges.publish(new NodeGauges.Share(connections, rate, now.slow, longestQueue, hub.cohortCount()));
        lastStorms = stormsNow;
        last.forwarded = now.forwarded;
        last.droppedFull = now.droppedFull;
        last.droppedOld = now.droppedOld;
        last.conflated = now.conflated;
        last.droppedSubject = now.droppedSubject;
        last.upstreamLost = now.upstreamLost;
        last.slow = now.slow;
        last.encodes = now.encodes;
    }

    /** Takes this instance out of what the process shows. */
    public void stop() {
        gauges.leave();
    }

    private long rate(long messages, long nowMillis) {
        long perSecond = lastAt == 0 ? 0 : messages * 1_000 / Math.max(1, nowMillis - lastAt);
        lastAt = nowMillis;
        return perSecond;
    }

    /** Not for each value: a client that does not read loses thousands. */
    private void warnOfDrops(long dropped, long nowMillis) {
        if (dropped > warned && nowMillis - warnedAt >= WARN_MILLIS) {
            LOG.warn(
                    "{} values did not fit into the queues of slow clients ({})", dropped - warned, LegacyCode.DROPPED);
            warned = dropped;
            warnedAt = nowMillis;
        }
    }

    private Counter errors(String code) {
        return registry.counter("xy.ws.errors", "code", code);
    }

    private Counter dropped(String reason) {
        return registry.counter("xy.ws.messages.dropped", "reason", reason);
    }
}
