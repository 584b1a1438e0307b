package io.xy.gateway.httpapi.limits;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.identity.NamedAccounts;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.httpapi.metrics.RouteMeters.Limiter;
import io.xy.gateway.shared.config.LimitRule;
import io.xy.gateway.shared.config.LimitsConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.RouteLimit;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The limits of a node as stages. A limit that is not configured gives no stage. All instances of a node count in one
 * table.
 */
public final class Limits {
    /** What a limit counts together; the order of the words is part of the numbers in the table. */
    private enum Scope {
        NONE,
        GLOBAL,
        ADDRESS,
        USER,
        KEY,
        ROUTE,
        ROUTE_ADDRESS,
        ROUTE_PRINCIPAL,
        ROUTE_ACCOUNT
    }

    private static final long EVERYBODY = 1;

    private final LimitsConfig config;
    private final RateTable table;

    public Limits(LimitsConfig config, RateTable table) {
        this.config = config;
        this.table = table;
    }

    /** Adds what counts before anybody knows who calls. */
    public void addOpening(List<Stage> stages, RouteMeters meters) {
        Limit global = global(meters);
        if (global != null) {
            stages.add(global);
        }
        Limit address = address(meters);
        if (address != null) {
            stages.add(address);
        }
    }

    /**
     * The same limits for requests that have no route.
     *
     * @param meters of all of them
     */
    public OpenLimits open(RouteMeters meters) {
        return new OpenLimits(global(meters), address(meters));
    }

    private @Nullable Limit global(RouteMeters meters) {
        Limit.Key everybody = exchange -> everybody();
        return limit("of all callers together", Limiter.GLOBAL, meters, config.global(), everybody);
    }

    private @Nullable Limit address(RouteMeters meters) {
        Limit.Key sender = exchange -> address(exchange.origin().peer());
        return limit("from this address", Limiter.ADDRESS, meters, config.address(), sender);
    }

    /** Adds what counts once the caller is verified: its own limit, and that of the route. */
    public void addPersonal(List<Stage> stages, RouteConfig route, RouteMeters meters) {
        if (route.access().kind() != AccessRule.Kind.PUBLIC) {
            Limit own = limit("by this caller", Limiter.PRINCIPAL, meters, config.principal(), this::principal);
            if (own != null) {
                stages.add(own);
            }
        }
        Limit.Key key = routeKey(route);
        Limit shared = key == null
                ? null
                : limit("of this route", Limiter.ROUTE, meters, route.limit().rule(), key);
        if (shared != null) {
            stages.add(shared);
        }
    }

    /** Adds what counts once the body is known and the caller may name the accounts in it. */
    public void addAccounts(List<Stage> stages, RouteConfig route, RouteMeters meters) {
        if (route.limit().per() == RouteLimit.Per.ACCOUNT) {
            long number = table.number(route.name());
            Rate rate = Rate.of(route.limit().rule());
            // Asked by account, never by exchange.
            Limit limit = new Limit("for this account", Limiter.ROUTE, meters, rate, table, exchange -> Limit.NOBODY);
            NamedAccounts accounts = new NamedAccounts(route.accounts().from());
            stages.add(new AccountLimit(
                    limit, accounts, account -> under(Scope.ROUTE_ACCOUNT, among(number, table.number(account)))));
        }
    }

    /** Null when it needs the body: {@link #addAccounts}. */
    private Limit.@Nullable Key routeKey(RouteConfig route) {
        long number = table.number(route.name());
        return switch (route.limit().per()) {
            case ALL -> exchange -> under(Scope.ROUTE, number);
            case ADDRESS ->
                exchange -> under(
                        Scope.ROUTE_ADDRESS,
                        among(number, address(exchange.origin().peer())));
            case PRINCIPAL -> exchange -> under(Scope.ROUTE_PRINCIPAL, among(number, principal(exchange)));
            case ACCOUNT -> null;
        };
    }

    private static long among(long route, long caller) {
        return caller == Limit.NOBODY ? Limit.NOBODY : CallerKeys.under(1, route ^ Long.rotateLeft(caller, 29));
    }

    /** Null when it is not configured. */
    private @Nullable Limit limit(String name, Limiter limiter, RouteMeters meters, LimitRule rule, Limit.Key key) {
        return rule.configured() ? new Limit(name, limiter, meters, Rate.of(rule), table, key) : null;
    }

    private static long under(Scope scope, long caller) {
        return CallerKeys.under(scope.ordinal(), caller);
    }

    static long everybody() {
        return under(Scope.GLOBAL, EVERYBODY);
    }

    /**
     * @param peer the client's address
     */
    static long address(String peer) {
        return under(Scope.ADDRESS, CallerKeys.address(peer));
    }

    private long principal(Exchange exchange) {
        Principal caller = exchange.principal();
        if (caller.expiresAt() == Long.MAX_VALUE && caller.id().equals("anonymous")) {
            return Limit.NOBODY;
        }
        Scope scope = caller.session().startsWith(ApiKeys.SESSION) ? Scope.KEY : Scope.USER;
        return under(scope, table.number(caller.id()));
    }
}
