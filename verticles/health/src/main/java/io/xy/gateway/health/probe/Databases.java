package io.xy.gateway.health.probe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.GatewayConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The configured databases, each asked every second in the background. Nobody waits for a database: pages show what is
 * known. What is not configured is never opened. Belongs to the verticle's event loop.
 */
public final class Databases {
    private static final long INTERVAL_MILLIS = 1_000;
    private static final long CLOSE_SECONDS = 2;

    private final Vertx vertx;
    private final List<Watch> watches = new ArrayList<>(3);
    private long timer = -1;

    /**
     * @param onChange called after a database came up, went down or fails in another way
     */
    public Databases(Vertx vertx, GatewayConfig config, Runnable onChange) {
        this.vertx = vertx;
        if (config.postgres().configured()) {
            watches.add(
                    new Watch(vertx, "postgres", true, () -> new PostgresProbe(vertx, config.postgres()), onChange));
        }
        if (config.neo4j().configured()) {
            watches.add(new Watch(vertx, "neo4j", true, () -> new Neo4jProbe(vertx, config.neo4j()), onChange));
        }
        if (config.redis().configured()) {
            watches.add(new Watch(vertx, "redis", false, () -> new RedisProbe(vertx, config.redis()), onChange));
        }
    }

    /** Asks each for the first time, at most for the limit of one question, and goes on asking. Never fails. */
    public Future<Void> start() {
        if (watches.isEmpty()) {
            return Future.succeededFuture();
        }
        timer = vertx.setPeriodic(INTERVAL_MILLIS, id -> look().onFailure(never -> {}));
        return look();
    }

    /** The last known state of each configured database. */
    public List<Standing> standings() {
        return watches.stream().map(Watch::standing).toList();
    }

    /** Gives every connection back; one that hangs is not waited for longer than two seconds. */
    public Future<Void> stop() {
        if (timer != -1) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
        return Future.join(watches.stream().map(Watch::close).toList())
                .timeout(CLOSE_SECONDS, TimeUnit.SECONDS)
                .mapEmpty();
    }

    private Future<Void> look() {
        return Future.join(watches.stream().map(Watch::look).toList()).mapEmpty();
    }
}
