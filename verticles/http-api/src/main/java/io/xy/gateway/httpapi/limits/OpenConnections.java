package io.xy.gateway.httpapi.limits;

import io.xy.gateway.httpapi.metrics.RouteMeters.Limiter;
import io.xy.gateway.shared.config.HttpConfig;
import io.xy.gateway.shared.security.TrustedProxies;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many connections of clients a node's API port holds, in all and by address; an IPv6 network of 64 bits is one
 * address. Trusted proxies speak for many clients and are not limited by address. Foreign threads enter here: every
 * instance's event loop counts. As large as the number of addresses that are connected, which the limit bounds.
 */
public final class OpenConnections {
    private final int max;
    private final int maxOfAddress;
    private final TrustedProxies proxies;
    private final AtomicInteger all = new AtomicInteger();
    private final ConcurrentHashMap<Long, Integer> ofAddress = new ConcurrentHashMap<>();

    public OpenConnections(HttpConfig config) {
        this.max = config.maxConnections();
        this.maxOfAddress = config.maxPerAddress();
        this.proxies = new TrustedProxies(config.trustedProxies());
    }

    /**
     * Counts a connection if it is admitted.
     *
     * @param peer the socket's address
     * @return the limit that refuses it; null when it is admitted
     */
    public @Nullable Limiter enter(String peer) {
        if (all.incrementAndGet() > max) {
            all.decrementAndGet();
            return Limiter.GLOBAL;
        }
        if (!isLimited(peer) || count(CallerKeys.address(peer))) {
            return null;
        }
        all.decrementAndGet();
        return Limiter.ADDRESS;
    }

    /** A connection that was admitted is closed. */
    public void leave(String peer) {
        all.decrementAndGet();
        if (isLimited(peer)) {
            ofAddress.computeIfPresent(CallerKeys.address(peer), (same, has) -> has <= 1 ? null : has - 1);
        }
    }

    private boolean isLimited(String peer) {
        return !proxies.contains(peer);
    }

    private boolean count(long address) {
        boolean[] admitted = new boolean[1];
        ofAddress.compute(address, (same, has) -> {
            int before = has == null ? 0 : has;
            admitted[0] = before < maxOfAddress;
            return admitted[0] ? Integer.valueOf(before + 1) : has;
        });
        return admitted[0];
    }
}
