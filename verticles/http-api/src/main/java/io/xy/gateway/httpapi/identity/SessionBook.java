package io.xy.gateway.httpapi.identity;

import io.vertx.core.Future;
import io.xy.gateway.shared.security.Principal;
import org.jspecify.annotations.Nullable;

/** Where sessions are kept between refreshes: in the node, or in the cluster. Of two who replace an entry one fails. */
interface SessionBook {
    /**
     * A session that can be continued.
     *
     * @param current SHA-256 of the refresh token that is good, as Base64
     * @param until milliseconds since 1970
     */
    record Session(Principal principal, String email, String current, long until) {}

    Future<Void> put(String id, Session session);

    Future<@Nullable Session> find(String id);

    /** False when the entry is another one by now. */
    Future<Boolean> replace(String id, Session old, Session fresh);

    Future<Void> remove(String id);
}
