package io.xy.gateway.httpapi.logging;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access log of a node: one thread that writes what the event loops hand over. When whoever takes the lines is too
 * slow, batches are dropped and counted, and the next line says so; nobody ever waits. Safe on any thread.
 */
public final class AccessLog {
    /** Its lines are JSON already; {@code logback.xml} gives them an appender of their own. */
    static final String LOGGER = "io.xy.gateway.access";

    private static final Logger OUT = LoggerFactory.getLogger(LOGGER);
    private static final int BATCHES = 256;
    private static final long PAUSE_MILLIS = 100;

    private final BlockingQueue<List<AccessEntry>> waiting = new ArrayBlockingQueue<>(BATCHES);
    private final CompletableFuture<@Nullable Void> written = new CompletableFuture<>();
    private @Nullable Counter dropped;
    private @Nullable Thread writer;
    private int users;
    private volatile boolean ending;

    /** An instance will hand entries over. */
    public synchronized void join() {
        users++;
        if (writer == null) {
            dropped = Counter.builder("api_gateway_access_log_dropped_total")
                    .description("Lines of the access log that nobody took in time")
                    .register(Metrics.globalRegistry);
            writer = Thread.ofPlatform().name("access-log").daemon().start(this::write);
        }
    }

    /** An instance will not; with the last one the thread writes what is there and ends. */
    public synchronized CompletableFuture<@Nullable Void> leave() {
        if (users > 0 && --users == 0) {
            ending = true;
            return written;
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Takes a batch, or drops it. */
    void offer(List<AccessEntry> batch) {
        Counter drops = dropped;
        if (!waiting.offer(batch) && drops != null) {
            drops.increment(batch.size());
        }
    }

    private void write() {
        double told = 0;
        try {
            while (true) {
                List<AccessEntry> batch = waiting.poll(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                if (batch != null) {
                    batch.forEach(entry -> OUT.info(entry.line()));
                    told = tellDrops(told);
                } else if (ending) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            written.complete(null);
        }
    }

    private double tellDrops(double told) {
        Counter drops = dropped;
        double now = drops == null ? 0 : drops.count();
        if (now > told) {
            OUT.info("{\"dropped\":" + (long) (now - told) + '}');
        }
        return now;
    }
}
