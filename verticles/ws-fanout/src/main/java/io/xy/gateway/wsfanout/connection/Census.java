package io.xy.gateway.wsfanout.connection;

import io.vertx.core.Vertx;
import io.vertx.core.shareddata.Shareable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How much each user and address has on this node, over all instances. Foreign threads enter here: every instance's event
 * loop counts. As large as the number of users and addresses that are connected.
 */
public final class Census implements Shareable {
    private final ConcurrentHashMap<String, Integer> counts = new ConcurrentHashMap<>();

    /** The node's one. */
    public static Census of(Vertx vertx) {
        return vertx.sharedData()
                .<String, Census>getLocalMap("xy.ws.census")
                .computeIfAbsent("census", absent -> new Census());
    }

    /** Counts one more under the key, unless there are as many as there may be. */
    boolean enter(String key, int max) {
        boolean[] admitted = new boolean[1];
        counts.compute(key, (same, has) -> {
            int before = has == null ? 0 : has;
            admitted[0] = before < max;
            return admitted[0] ? Integer.valueOf(before + 1) : has;
        });
        return admitted[0];
    }

    boolean isFull(String key, int max) {
        return counts.getOrDefault(key, 0) >= max;
    }

    /** Counts some less. */
    void leave(String key, int some) {
        counts.computeIfPresent(key, (same, has) -> has <= some ? null : has - some);
    }
}
