package io.xy.gateway.httpapi.limits;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.config.LimitRule;
import io.xy.gateway.shared.config.LimitsConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
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
        ROUTE_PRINCIPAL
    }

    private static final long EVERYBODY = 1;

    private final RateTable table;
    private final @Nullable Stage global;
    private final @Nullable Stage address;
    private final @Nullable Stage principal;

    public Limits(LimitsConfig config, RateTable table) {
        this.table = table;
        this.global = limit("of all callers together", config.global(), exchange -> under(Scope.GLOBAL, EVERYBODY));
        this.address = limit("from this address", config.address(), Limits::address);
        this.principal = limit("by this caller", config.principal(), this::principal);
    }

    /** Adds what counts before anybody knows who calls. */
    public void addOpening(List<Stage> stages) {
        add(stages, global);
        add(stages, address);
    }

    /** Adds what counts once the caller is verified: its own limit, and that of the route. */
    public void addPersonal(List<Stage> stages, RouteConfig route) {
        if (route.access().kind() != AccessRule.Kind.PUBLIC) {
            add(stages, principal);
        }
        add(stages, limit("of this route", route.limit().rule(), routeKey(route)));
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

    private static void add(List<Stage> stages, @Nullable Stage stage) {
        if (stage != null) {
            stages.add(stage);
        }
    }

    private @Nullable Stage limit(String name, LimitRule rule, Limit.Key key) {
        return rule.configured() ? new Limit(name, Rate.of(rule), table, key) : null;
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
