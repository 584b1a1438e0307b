package io.xy.gateway.httpapi.front;

import io.netty.channel.Channel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches all connections of HTTP/2, and closes those whose client takes nothing of what it asked for. Reaches into
 * Vert.x; checked against 5.0.12. Belongs to one event loop.
 */
final class Http2Guards {
    private static final Logger LOG = LoggerFactory.getLogger(Http2Guards.class);
    private static final long SWEEP_MILLIS = 1_000;

    private final Map<HttpConnection, Http2Guard> guards = new HashMap<>();

    Http2Guards(Vertx vertx) {
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    /** Watches the connection, if it is one of HTTP/2, until it closes. */
    void watch(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            Channel channel = base.channel();
            Http2ConnectionHandler handler = channel.pipeline().get(Http2ConnectionHandler.class);
            if (handler != null) {
                guards.put(connection, Http2Guard.install(handler));
                channel.closeFuture().addListener(closed -> guards.remove(connection));
            }
        }
    }

    private void sweep() {
        if (guards.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        List<HttpConnection> stalled = new ArrayList<>();
        guards.forEach((connection, guard) -> {
            if (guard.isStalled(now)) {
                stalled.add(connection);
            }
        });
        for (HttpConnection connection : stalled) {
            guards.remove(connection);
            connection.close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
        }
    }
}
