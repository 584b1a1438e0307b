package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.HttpConfig;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.security.TrustedProxies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The upstreams that this instance's routes lead to, and the tunnels to them. Belongs to one event loop. */
public final class UpstreamPool {
    private final Vertx vertx;
    private final HttpConfig config;
    private final int instance;
    private final TrustedProxies proxies;
    private final Tunnels tunnels;
    private final Map<String, Upstream> upstreams = new LinkedHashMap<>();

    /**
     * @param instance number on its node, for metrics
     */
    public UpstreamPool(Vertx vertx, HttpConfig config, int instance) {
        this.vertx = vertx;
        this.config = config;
        this.instance = instance;
        this.tunnels = new Tunnels(vertx);
        this.proxies = new TrustedProxies(config.trustedProxies());
    }

    /** The last stage of a route to an upstream. */
    public HttpTarget target(RouteTarget.Http target) {
        UpstreamConfig wanted = target.upstream();
        Upstream upstream = upstreams.computeIfAbsent(wanted.name(), absent -> new Upstream(vertx, wanted, instance));
        return new HttpTarget(upstream, target, new RequestHead(target, proxies), tunnels, config.maxBodyBytes());
    }

    /** Requests and tunnels under way. */
    public int inflight() {
        int inflight = 0;
        for (Upstream upstream : upstreams.values()) {
            inflight += upstream.inflight();
        }
        return inflight;
    }

    public int tunnels() {
        return tunnels.size();
    }

    /** One per upstream, {@code breaker.NAME}. */
    public List<HealthReport.Check> checks() {
        return upstreams.values().stream().map(Upstream::check).toList();
    }

    /** Ends the tunnels of a session. */
    public void revoke(String session) {
        tunnels.revoke(session);
    }

    /** Ends every tunnel; requests go on. */
    public void closeTunnels() {
        tunnels.close();
    }

    /** Ends what is left. */
    public Future<Void> close() {
        tunnels.close();
        List<Future<Void>> closed = new ArrayList<>();
        upstreams.values().forEach(upstream -> closed.add(upstream.close()));
        upstreams.clear();
        return Future.join(closed).mapEmpty();
    }
}
