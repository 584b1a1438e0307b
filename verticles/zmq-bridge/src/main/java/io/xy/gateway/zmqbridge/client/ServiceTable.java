package io.xy.gateway.zmqbridge.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The services that are in use, at most a thousand; those unused for a minute are forgotten. For one event loop. */
final class ServiceTable {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceTable.class);
    private static final long UNUSED_NANOS = 60_000_000_000L;

    private final ClientSettings settings;
    private final Runnable onBreaker;
    private final Map<String, ServiceQueue> services = new HashMap<>();
    private Map<String, Integer> breakers = Map.of();
    private boolean breakersChanged;

    /**
     * @param onBreaker called after each change of a breaker
     */
    ServiceTable(ClientSettings settings, Runnable onBreaker) {
        this.settings = settings;
        this.onBreaker = onBreaker;
    }

    /** The queue of a service that is called; null when there are too many services. */
    @Nullable
    ServiceQueue open(String service) {
        ServiceQueue queue = services.get(service);
        if (queue == null && services.size() < ClientSettings.MAX_SERVICES) {
            queue = new ServiceQueue(
                    service,
                    settings.concurrency(service),
                    settings.lane(service),
                    new CircuitBreaker(BreakerSettings.of(settings.breaker()), () -> onBreaker(service)));
            services.put(service, queue);
        }
        if (queue != null) {
            queue.usedNanos = System.nanoTime();
        }
        return queue;
    }

    @Nullable
    ServiceQueue get(String service) {
        return services.get(service);
    }

    Iterable<String> names() {
        return services.keySet();
    }

    List<ServiceQueue> all() {
        return List.copyOf(services.values());
    }

    int queued() {
        int queued = 0;
        for (ServiceQueue queue : services.values()) {
            queued += queue.waiting.size();
        }
        return queued;
    }

    /** States of the breakers of services that were called: 0 closed, 1 half open, 2 open. */
    Map<String, Integer> breakers() {
        if (breakersChanged) {
            breakersChanged = false;
            Map<String, Integer> states = new HashMap<>();
            for (ServiceQueue queue : services.values()) {
                if (queue.breaker.used()) {
                    states.put(queue.name, queue.breaker.state().ordinal());
                }
            }
            breakers = Map.copyOf(states);
        }
        return breakers;
    }

    void forgetUnused(long now) {
        breakersChanged |= services.values()
                .removeIf(queue -> queue.idle() && now - queue.usedNanos > UNUSED_NANOS && queue.breaker.admits(now));
    }

    private void onBreaker(String service) {
        breakersChanged = true;
        ServiceQueue queue = services.get(service);
        if (queue != null && queue.breaker.state() == CircuitBreaker.State.OPEN) {
            LOG.warn("{}: circuit_open: it failed too often and is spared", service);
        }
        onBreaker.run();
    }
}
