package io.xy.gateway.zmqbridge.client;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The services that are in use, at most a thousand; those unused for a minute are forgotten. For the owner thread. */
final class ServiceTable {
    private static final long UNUSED_NANOS = 60_000_000_000L;

    private final ClientSettings settings;
    private final Map<String, ServiceQueue> services = new HashMap<>();

    ServiceTable(ClientSettings settings) {
        this.settings = settings;
    }

    /** The queue of a service that is called; null when there are too many services. */
    @Nullable
    ServiceQueue open(String service) {
        ServiceQueue queue = services.get(service);
        if (queue == null && services.size() < ClientSettings.MAX_SERVICES) {
            queue = new ServiceQueue(service, settings.concurrency(service), settings.lane(service));
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

    void forgetUnused(long now) {
        services.values().removeIf(queue -> queue.idle() && now - queue.usedNanos > UNUSED_NANOS);
    }
}
