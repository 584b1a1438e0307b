package io.xy.gateway.httpapi.limits;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.config.LimitRule;
import io.xy.gateway.shared.config.LimitsConfig;
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
        ROUTE
    }

    private static final String KEY_SESSION = "key:";
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

    /** Adds what counts for the verified caller. */
    public void addPersonal(List<Stage> stages) {
        add(stages, principal);
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
        Scope scope = caller.session().startsWith(KEY_SESSION) ? Scope.KEY : Scope.USER;
        return under(scope, table.number(caller.id()));
    }
}
