package io.xy.gateway.wsfanout.connection;

import io.xy.gateway.shared.config.WsConfig;
import io.xy.gateway.shared.security.Principal;
import org.jspecify.annotations.Nullable;

/** What one connection counts for its address and its user, and gives back when it ends. Belongs to the connection. */
public final class Passport {
    private final Census census;
    private final WsConfig limits;
    private final String address;
    private @Nullable String user;
    private int subscriptions;
    private boolean left;

    private Passport(Census census, WsConfig limits, String address) {
        this.census = census;
        this.limits = limits;
        this.address = address;
    }

    /** Counts the connection for its address, whatever the limit: that was looked at before the upgrade. */
    public static Passport of(Loop loop, String address) {
        Passport passport = new Passport(loop.census(), loop.config().ws(), addressKey(address));
        passport.census.enter(passport.address, Integer.MAX_VALUE);
        return passport;
    }

    static String addressKey(String address) {
        return "address " + address;
    }

    /** Everybody without a token is one user, which only its addresses limit. */
    static String userKey(Principal principal) {
        return principal.equals(Principal.anonymous()) ? "" : "user " + principal.id();
    }

    /** Counts the connection for its user, once it is known; false when the user has as many as it may. */
    public boolean admits(Principal principal) {
        String key = userKey(principal);
        if (user != null || key.isEmpty()) {
            return true;
        }
        if (!census.enter(key, limits.maxPerUser())) {
            return false;
        }
        user = key;
        return true;
    }

    /** Counts one more subscription; false when the user has as many as it may. */
    public boolean subscribes() {
        if (user != null && !census.enter(subscriptionKey(), limits.maxSubscriptionsPerUser())) {
            return false;
        }
        subscriptions++;
        return true;
    }

    public void unsubscribes() {
        if (!left && subscriptions > 0) {
            subscriptions--;
            census.leave(subscriptionKey(), 1);
        }
    }

    /** The connection is over. */
    public void leave() {
        if (left) {
            return;
        }
        left = true;
        census.leave(address, 1);
        census.leave(subscriptionKey(), subscriptions);
        if (user instanceof String key) {
            census.leave(key, 1);
        }
    }

    private String subscriptionKey() {
        return "subscriptions of " + user;
    }
}
