package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.NetSocket;
import io.xy.gateway.httpapi.upstream.Tunnel.Reason;
import io.xy.gateway.shared.runtime.Leftovers;
import io.xy.gateway.shared.security.Principal;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** WebSockets that are passed on, and whose they are. Belongs to one event loop. */
public final class Tunnels {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnels.class);
    private static final long NO_TIMER = -1;
    private static final long LONGEST_TIMER = 30L * 86_400_000;

    private final Vertx vertx;
    /** Each with the session that it ends with; empty when it has none. */
    private final Map<Tunnel, String> open = new HashMap<>();

    public Tunnels(Vertx vertx) {
        this.vertx = vertx;
    }

    /** Answers the upgrade and joins the two ends, for as long as the caller may be here. */
    void open(HttpServerRequest request, NetSocket upstream, Principal caller) {
        open(request, upstream, caller.session(), caller.expiresAt() - System.currentTimeMillis());
    }

    /** Answers the upgrade and joins the two ends. */
    public void open(HttpServerRequest request, NetSocket upstream) {
        open(request, upstream, "", Long.MAX_VALUE);
    }

    private void open(HttpServerRequest request, NetSocket upstream, String session, long leftMillis) {
        upstream.pause();
        Leftovers.watch(upstream);
        request.toNetSocket()
                .onSuccess(client -> join(client, upstream, session, leftMillis))
                .onFailure(e -> {
                    LOG.debug("an upgrade failed: {}", e.getMessage());
                    Tunnel.end(upstream);
                });
    }

    public int size() {
        return open.size();
    }

    /** Ends those of a session. */
    void revoke(String session) {
        Map.copyOf(open).forEach((tunnel, its) -> {
            if (!its.isEmpty() && its.equals(session)) {
                tunnel.close(Reason.REVOKED);
            }
        });
    }

    /** Ends every tunnel. */
    public void close() {
        List.copyOf(open.keySet()).forEach(tunnel -> tunnel.close(Reason.DRAINED));
    }

    private void join(NetSocket client, NetSocket upstream, String session, long leftMillis) {
        Tunnel tunnel = new Tunnel(vertx, client, upstream);
        open.put(tunnel, session);
        long timer = leftMillis < LONGEST_TIMER
                ? vertx.setTimer(Math.max(1, leftMillis), id -> tunnel.close(Reason.EXPIRED))
                : NO_TIMER;
        tunnel.start(() -> {
            open.remove(tunnel);
            vertx.cancelTimer(timer);
        });
    }
}
