package io.xy.gateway.health.probe;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.xy.gateway.shared.config.RedisConfig;
import org.jspecify.annotations.Nullable;

/** Sends PING to Redis. Belongs to one event loop. */
final class RedisProbe implements Probe {
    private static final int CONNECT_MILLIS = 1_000;
    // The watch asks every second, so only a connection that hangs is ever idle for so long.
    private static final int SILENCE_SECONDS = 3;

    private final Vertx vertx;
    private final RedisConfig config;
    private @Nullable Redis redis;

    RedisProbe(Vertx vertx, RedisConfig config) {
        this.vertx = vertx;
        this.config = config;
    }

    @Override
    public Future<Finding> ask() {
        return opened().send(Request.cmd(Command.PING)).map(pong -> Finding.COMPLETE);
    }

    @Override
    public Future<Void> close() {
        Redis open = redis;
        redis = null;
        return open == null ? Future.succeededFuture() : open.close();
    }

    private Redis opened() {
        Redis open = redis;
        if (open == null) {
            open = Redis.createClient(
                    vertx,
                    new RedisOptions()
                            .setConnectionString(config.url())
                            .setMaxPoolSize(2)
                            .setMaxPoolWaiting(4)
                            .setNetClientOptions(new NetClientOptions()
                                    .setConnectTimeout(CONNECT_MILLIS)
                                    .setIdleTimeout(SILENCE_SECONDS)
                                    .setTcpKeepAlive(true)
                                    .setHostnameVerificationAlgorithm("HTTPS")));
            redis = open;
        }
        return open;
    }
}
