package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgraded connections that are passed on byte by byte: whatever the two ends say to each other, close codes included,
 * arrives as it was sent. A slow side stops the other. Belongs to one event loop.
 */
public final class Tunnels {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);

    private static final long LONGEST_TIMER = 30L * 86_400_000;

    private final Set<NetSocket> open = new HashSet<>();

    /** Answers the upgrade and joins the two ends, until the moment at which the caller may no longer be here. */
    void open(Vertx vertx, HttpServerRequest request, NetSocket upstream, long untilMillis) {
        long left = untilMillis - System.currentTimeMillis();
        if (left < LONGEST_TIMER) {
            // An end in the middle of a frame can carry no close code.
            long timer = vertx.setTimer(Math.max(1, left), id -> end(upstream));
            request.connection().closeHandler(closed -> vertx.cancelTimer(timer));
        }
        open(request, upstream);
    }

    /** Answers the upgrade and joins the two ends. */
    public void open(HttpServerRequest request, NetSocket upstream) {
        upstream.pause();
        request.toNetSocket().onSuccess(client -> join(client, upstream)).onFailure(e -> {
            LOG.debug("an upgrade failed: {}", e.getMessage());
            end(upstream);
        });
    }

    public int size() {
        return open.size();
    }

    /** Ends every tunnel. */
    public void close() {
        for (NetSocket socket : Set.copyOf(open)) {
            end(socket);
        }
    }

    private void join(NetSocket client, NetSocket upstream) {
        open.add(client);
        client.closeHandler(closed -> {
            open.remove(client);
            end(upstream);
        });
        upstream.closeHandler(closed -> end(client));
        relay(client, upstream);
        relay(upstream, client);
        upstream.resume();
        client.resume();
    }

    private static void relay(NetSocket from, NetSocket to) {
        from.exceptionHandler(e -> LOG.debug("a tunnel broke: {}", e.getMessage()));
        from.handler(bytes -> {
            to.write(bytes).onFailure(e -> end(from));
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> from.resume());
            }
        });
    }

    private static void end(NetSocket socket) {
        socket.close().onFailure(e -> LOG.debug("closing a tunnel: {}", e.getMessage()));
    }
}
