package io.xy.gateway.wsfanout.connection;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.ClientAddress;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.StreamEntitlement;
import io.xy.gateway.shared.security.TokenVerifier;
import io.xy.gateway.wsfanout.hub.Hub;

/**
 * What all connections of one instance, that is of one event loop, share.
 *
 * @param boot incarnation of the instance
 * @param clients knows which proxies may speak for others
 */
public record Loop(
        Context context,
        GatewayConfig config,
        String boot,
        Hub hub,
        Frames frames,
        StreamEntitlement entitlement,
        Connections connections,
        Census census,
        Calls calls,
        TokenVerifier verifier,
        Meters meters,
        ClientAddress clients) {
    private static final CharSequence FORWARDED_FOR = HttpHeaders.createOptimized("x-forwarded-for");

    /**
     * The address of a client: that of the socket, or whom a trusted proxy names.
     *
     * @param headers of the request that opened it
     */
    public String client(SocketAddress peer, MultiMap headers) {
        return clients.of(String.valueOf(peer.hostAddress()), headers.getAll(FORWARDED_FOR));
    }

    /** Whether as many connections as may come from the address. */
    public boolean isAddressFull(String address) {
        return census.isFull(Passport.addressKey(address), config.ws().maxPerAddress());
    }

    /** Whether the user has as many connections as it may. */
    public boolean isUserFull(Principal principal) {
        return census.isFull(Passport.userKey(principal), config.ws().maxPerUser());
    }

    /** The token's principal, or a failure {@code unauthorized} or {@code token_expired}. */
    public Future<Principal> verify(String token) {
        return verifier.verify(token).compose(principal -> {
            if (connections.isRevoked(principal)) {
                return Future.failedFuture(GatewayError.UNAUTHORIZED
                        .notExecuted("The session was revoked")
                        .exception());
            }
            return Future.succeededFuture(principal);
        });
    }
}
