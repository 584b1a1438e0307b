package io.xy.gateway.wsfanout.connection;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * The gauges of requirement N6 over all instances of one process. Each instance publishes its share from its own event
 * loop; whoever scrapes adds up what is there, so that an instance that is gone counts nothing. The gauges themselves are
 * registered once, with the first instance, and stay.
 */
final class NodeGauges {
    /**
     * What one instance adds.
     *
     * @param rate values given to sockets per second
     * @param slow clients that could not keep up, since the instance was started
     * @param longestQueue values that wait for the client with the most
     * @param cohorts groups of connections that share one queue
     */
    record Share(long connections, long rate, long slow, int longestQueue, int cohorts) {
        static final Share NONE = new Share(0, 0, 0, 0, 0);
    }

    /** Instances that run now. Foreign threads enter here: a scrape reads what event loops have published. */
    private static final Set<NodeGauges> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        gauge("xy.ws.active.connections", "Clients that are connected", () -> sum(Share::connections));
        gauge("ws.active", "Alias of xy_ws_active_connections", () -> sum(Share::connections));
        gauge("ws.msgs.rate", "Values given to sockets per second", () -> sum(Share::rate));
        gauge("slow.consumers", "Clients that could not keep up, since the start", () -> sum(Share::slow));
        gauge("xy.ws.cohorts", "Groups of clients that share one queue", () -> sum(Share::cohorts));
        gauge("xy.ws.send.queue.size", "Values that wait for the client with the most", NodeGauges::longestQueue);
    }

    private volatile Share share = Share.NONE;

    NodeGauges() {
        RUNNING.add(this);
    }

    void publish(Share now) {
        share = now;
    }

    /** The instance ends; nothing of it is counted any more. */
    void leave() {
        RUNNING.remove(this);
    }

    private static long sum(ToLongFunction<Share> part) {
        long sum = 0;
        for (NodeGauges each : RUNNING) {
            sum += part.applyAsLong(each.share);
        }
        return sum;
    }

    private static long longestQueue() {
        long longest = 0;
        for (NodeGauges each : RUNNING) {
            longest = Math.max(longest, each.share.longestQueue());
        }
        return longest;
    }

    private static void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(Metrics.globalRegistry);
    }
}
