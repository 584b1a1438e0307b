package io.xy.gateway.httpapi.limits;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.httpapi.metrics.RouteMeters.Limiter;
import io.xy.gateway.shared.config.LimitRule;
import io.xy.gateway.shared.config.LimitsConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.Principal;
import java.util.List;

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
        ROUTE_PRINCIPAL
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
        Limit.Key everybody = exchange -> under(Scope.GLOBAL, EVERYBODY);
        add(stages, "of all callers together", Limiter.GLOBAL, meters, config.global(), everybody);
        add(stages, "from this address", Limiter.ADDRESS, meters, config.address(), Limits::address);
    }

    /** Adds what counts once the caller is verified: its own limit, and that of the route. */
    public void addPersonal(List<Stage> stages, RouteConfig route, RouteMeters meters) {
        if (route.access().kind() != AccessRule.Kind.PUBLIC) {
            add(stages, "by this caller", Limiter.PRINCIPAL, meters, config.principal(), this::principal);
        }
        add(stages, "of this route", Limiter.ROUTE, meters, route.limit().rule(), routeKey(route));
    }

    private Limit.Key routeKey(RouteConfig route) {
        long number = table.number(route.name());
        return switch (route.limit().per()) {
            case ALL -> exchange -> under(Scope.ROUTE, number);
            case ADDRESS -> exchange -> under(Scope.ROUTE_ADDRESS, among(number, address(exchange)));
            case PRINCIPAL -> exchange -> under(Scope.ROUTE_PRINCIPAL, among(number, principal(exchange)));
        };
    }

    private static long among(long route, long caller) {
        return caller == Limit.NOBODY ? Limit.NOBODY : CallerKeys.under(1, route ^ Long.rotateLeft(caller, 29));
    }

    private void add(
            List<Stage> stages, String name, Limiter limiter, RouteMeters meters, LimitRule rule, Limit.Key key) {
        if (rule.configured()) {
            stages.add(new Limit(name, limiter, meters, Rate.of(rule), table, key));
        }
    }

    private static long under(Scope scope, long caller) {
        return CallerKeys.under(scope.ordinal(), caller);
    }

    private static long address(Exchange exchange) {
        return under(Scope.ADDRESS, CallerKeys.address(exchange.origin().peer()));
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
