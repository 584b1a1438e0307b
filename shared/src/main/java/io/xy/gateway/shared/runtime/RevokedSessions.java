package io.xy.gateway.shared.runtime;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.shareddata.AsyncMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sessions that ended before their tokens expire, as the whole cluster keeps them: a node that joins later, or was cut
 * off when the word went round, learns of them here. Bounded by the cluster's configuration of the map; each entry goes
 * when the last token of its session has expired. Belongs to the event loop of its owner.
 */
public final class RevokedSessions {
    /** Name of the cluster's map. */
    public static final String MAP = "xy.revoked";

    private static final Logger LOG = LoggerFactory.getLogger(RevokedSessions.class);
    private static final long READ_MILLIS = 5_000;
    private static final long ANSWER_SECONDS = 2;

    private final Vertx vertx;
    private final ObjLongConsumer<String> onRevoked;
    private Map<String, Long> known = Map.of();

    /**
     * @param onRevoked told of each session once, and until when it counts in milliseconds since 1970
     */
    public RevokedSessions(Vertx vertx, ObjLongConsumer<String> onRevoked) {
        this.vertx = vertx;
        this.onRevoked = onRevoked;
    }

    /** Learns what the cluster knows, now and every 5 s. Done when it was tried: nobody waits for a cluster in pieces. */
    public Future<Void> start() {
        vertx.setPeriodic(READ_MILLIS, id -> read());
        return read();
    }

    /**
     * Tells the cluster.
     *
     * @param untilMillis when the last token of the session has expired, in milliseconds since 1970
     */
    public Future<Void> add(String session, long untilMillis) {
        long left = untilMillis - System.currentTimeMillis();
        return left <= 0
                ? Future.succeededFuture()
                : map().compose(map -> map.put(session, untilMillis, left)).timeout(ANSWER_SECONDS, TimeUnit.SECONDS);
    }

    private Future<Void> read() {
        return map().compose(AsyncMap::entries)
                .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .map(this::learn)
                .otherwise(this::onFailure);
    }

    private Void learn(Map<String, Long> all) {
        Map<String, Long> before = known;
        known = all;
        all.forEach((session, until) -> {
            if (!before.containsKey(session)) {
                onRevoked.accept(session, until);
            }
        });
        return null;
    }

    private Void onFailure(Throwable cause) {
        LOG.warn("the cluster does not say which sessions are revoked: {}", cause.toString());
        return null;
    }

    private Future<AsyncMap<String, Long>> map() {
        return vertx.sharedData().getAsyncMap(MAP);
    }
}
