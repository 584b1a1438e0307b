package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.shared.security.Principal;
import org.jspecify.annotations.Nullable;

/** Who is on a connection, by which token, and how long that is good. Belongs to the connection. */
public final class Visitor {
    private static final long WARN_MILLIS = 60_000;
    private static final long GRACE_MILLIS = 25_000;

    private @Nullable Principal principal;
    private String token = "";
    private boolean warned;

    public @Nullable Principal principal() {
        return principal;
    }

    /** The bearer token for calls in this client's name; empty when there is none. */
    public String token() {
        return token;
    }

    public void is(Principal newPrincipal, String newToken) {
        principal = newPrincipal;
        token = newToken;
        warned = false;
    }

    /** Whether the token may be the same visitor's: nobody becomes somebody else on an open connection. */
    public boolean mayBecome(Principal other) {
        Principal present = principal;
        return present == null || token.isEmpty() || present.id().equals(other.id());
    }

    /** Milliseconds until the token ends; very large when it never does. */
    public long leftMillis(long nowMillis) {
        Principal present = principal;
        return present == null ? Long.MAX_VALUE : present.expiresAt() - nowMillis;
    }

    /** True once, when the token is about to end. */
    public boolean shouldBeWarned(long nowMillis) {
        if (warned || leftMillis(nowMillis) > WARN_MILLIS) {
            return false;
        }
        warned = true;
        return true;
    }

    public boolean hasOverstayed(long nowMillis) {
        return leftMillis(nowMillis) <= -GRACE_MILLIS;
    }
}
