package io.xy.gateway.wsfanout.connection;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.ClientAddress;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.StreamEntitlement;
import io.xy.gateway.shared.security.TokenVerifier;
import io.xy.gateway.wsfanout.hub.Hub;
import org.jspecify.annotations.Nullable;

/**
 * What all connections of one instance, that is of one event loop, share.
 *
 * @param boot incarnation of the instance
 * @param keys null when there are none
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
        @Nullable ApiKeys keys,
        ClientCertificates certificates,
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

    /** Whom a token or API key names, or a failure {@code unauthorized}, {@code token_expired} or {@code auth_unavailable}. */
    public Future<Principal> verify(String credential) {
        Future<Principal> verified = keys != null && ApiKeys.looksLike(credential)
                ? owner(keys.verify(credential))
                : verifier.verify(credential);
        return verified.compose(this::unlessRevoked);
    }

    /** Who is known by other means; a failure {@code unauthorized} when its session was revoked. */
    public Future<Principal> unlessRevoked(Principal principal) {
        if (connections.isRevoked(principal)) {
            return Future.failedFuture(GatewayError.UNAUTHORIZED
                    .notExecuted("The session was revoked")
                    .exception());
        }
        return Future.succeededFuture(principal);
    }

    private static Future<Principal> owner(@Nullable Principal principal) {
        return principal == null
                ? Future.failedFuture(
                        GatewayError.UNAUTHORIZED.notExecuted("Invalid API key").exception())
                : Future.succeededFuture(principal);
    }
}
