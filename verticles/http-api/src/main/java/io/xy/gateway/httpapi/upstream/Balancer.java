package io.xy.gateway.httpapi.upstream;

import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the instance for a request among those that are well; when none is, among all, because an empty pool helps
 * nobody. Belongs to one event loop.
 */
final class Balancer {
    /** Places of one instance on the ring: enough for shares that differ by a tenth or so. */
    private static final int PLACES = 160;

    private final UpstreamConfig.Choice choice;
    private final List<Instance> instances;
    private final int ejectPercent;
    private final TreeMap<Long, Instance> ring = new TreeMap<>();
    private int next;

    Balancer(UpstreamConfig config, List<Instance> instances) {
        this.choice = config.balance().choice();
        this.instances = List.copyOf(instances);
        this.ejectPercent = config.health().ejectPercent();
        if (choice == UpstreamConfig.Choice.CONSISTENT_HASH) {
            for (Instance instance : instances) {
                for (int i = 0; i < PLACES; i++) {
                    ring.put(hash(instance.url() + "#" + i), instance);
                }
            }
        }
    }

    /**
     * @param key of a consistent hash, else unused
     * @param not the one that just failed, which is avoided when there is another
     */
    Instance choose(String key, @Nullable Instance not) {
        if (instances.size() == 1) {
            return instances.get(0);
        }
        List<Instance> well = well(not);
        return switch (choice) {
            case ROUND_ROBIN -> well.get(Math.floorMod(next++, well.size()));
            case LEAST_REQUESTS -> least(well);
            case POWER_OF_TWO -> better(random(well), random(well));
            case CONSISTENT_HASH -> onRing(key, well);
        };
    }

    /** Takes an instance out after failures, unless too many are out already. */
    void eject(Instance instance, long nanos) {
        int out = 1;
        for (Instance other : instances) {
            if (other != instance && other.isEjected(nanos)) {
                out++;
            }
        }
        if (out < instances.size() && out * 100 <= ejectPercent * instances.size()) {
            instance.eject(nanos);
        }
    }

    private List<Instance> well(@Nullable Instance not) {
        long now = System.nanoTime();
        List<Instance> well = new ArrayList<>(instances.size());
        for (Instance instance : instances) {
            if (instance != not && instance.isWell(now)) {
                well.add(instance);
            }
        }
        if (well.isEmpty()) {
            well.addAll(instances);
            well.removeIf(instance -> instance == not);
        }
        return well;
    }

    private Instance least(List<Instance> well) {
        int start = Math.floorMod(next++, well.size());
        Instance least = well.get(start);
        for (int i = 1; i < well.size(); i++) {
            least = better(least, well.get((start + i) % well.size()));
        }
        return least;
    }

    private Instance onRing(String key, List<Instance> well) {
        long hash = hash(key);
        for (Map.Entry<Long, Instance> place : ring.tailMap(hash).entrySet()) {
            if (well.contains(place.getValue())) {
                return place.getValue();
            }
        }
        for (Instance instance : ring.values()) {
            if (well.contains(instance)) {
                return instance;
            }
        }
        return well.get(0);
    }

    private static Instance better(Instance a, Instance b) {
        return b.inflight() < a.inflight() ? b : a;
    }

    private static Instance random(List<Instance> well) {
        return well.get(ThreadLocalRandom.current().nextInt(well.size()));
    }

    /** FNV-1a, with a last mix so that near keys end far apart. */
    private static long hash(String text) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 32;
        hash *= 0x9e3779b97f4a7c15L;
        return hash ^ hash >>> 29;
    }
}
