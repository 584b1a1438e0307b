package io.xy.gateway.httpapi.limits;

import io.vertx.core.MultiMap;
import io.xy.gateway.shared.error.Failure;
import org.jspecify.annotations.Nullable;

/**
 * The limits of all callers and of an address, for requests that have no route: pages, sockets that are passed on, paths
 * that are not there. They share the allowance of requests that have one.
 */
public final class OpenLimits {
    private final @Nullable Limit global;
    private final @Nullable Limit address;

    OpenLimits(@Nullable Limit global, @Nullable Limit address) {
        this.global = global;
        this.address = address;
    }

    /**
     * Counts a request.
     *
     * @param peer the client's address
     * @param headers of the answer, where the caller is told what is left
     * @return why it is refused; null when it is not
     */
    public @Nullable Failure refusal(String peer, MultiMap headers) {
        if (global == null && address == null) {
            return null;
        }
        long now = System.nanoTime();
        Failure refused = null;
        if (global != null) {
            refused = take(global, Limits.everybody(), now, headers);
        }
        if (address != null && refused == null) {
            refused = take(address, Limits.address(peer), now, headers);
        }
        return refused;
    }

    /** The caller is told of the limit that it met, or that of its address. */
    private static @Nullable Failure take(Limit limit, long caller, long now, MultiMap headers) {
        if (caller == Limit.NOBODY) {
            return null;
        }
        long left = limit.take(caller, now);
        limit.tell(headers, left);
        return left < 0 ? limit.refusal(left) : null;
    }
}
