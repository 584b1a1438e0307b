package io.xy.gateway.httpapi.identity;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.FieldRef;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Decides whether the caller may name what the request names: accounts (requirement Z13) and users. */
public final class Entitlement implements Stage {
    /** Names of members that hold accounts, whatever stands before: {@code accountIds}, {@code vt_accountid}. */
    private static final Pattern ACCOUNTS = Pattern.compile("accounts?[_-]?(ids?)?$", Pattern.CASE_INSENSITIVE);

    private record Place(FieldRef ref, List<List<String>> steps) {}

    private final List<Place> accounts = new ArrayList<>();
    private final @Nullable FieldRef owner;

    public Entitlement(List<FieldRef> accounts, AccessRule access) {
        for (FieldRef ref : accounts) {
            this.accounts.add(new Place(ref, steps(ref)));
        }
        this.owner = access.owner();
    }

    @Override
    public void run(Exchange exchange) {
        Principal principal = exchange.principal();
        if (!ownsUser(exchange, principal)) {
            exchange.fail(GatewayError.FORBIDDEN.notExecuted("Another user's data is for admins only"));
        } else if (!ownsAccounts(exchange, principal)) {
            exchange.fail(GatewayError.FORBIDDEN.notExecuted("The caller is not entitled to this account"));
        } else {
            exchange.next();
        }
    }

    @Override
    public String setting() {
        return "accounts in " + accounts.stream().map(Place::ref).toList()
                + (owner == null ? "" : ", owner in " + owner);
    }

    private boolean ownsUser(Exchange exchange, Principal principal) {
        return owner == null
                || principal.hasRole(Principal.ADMIN)
                || principal.id().equals(JsonPath.at(values(exchange, owner), steps(owner)));
    }

    private boolean ownsAccounts(Exchange exchange, Principal principal) {
        if (principal.mayUseAllAccounts()) {
            return true;
        }
        for (Place place : accounts) {
            List<String> ids = accounts(values(exchange, place.ref), place);
            if (ids == null || !ids.stream().allMatch(principal::mayUseAccount)) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable List<String> accounts(Object values, Place place) {
        return place.ref.isDeep()
                ? JsonPath.textsNamed(JsonPath.at(values, place.steps), name -> ACCOUNTS.matcher(name)
                        .find())
                : JsonPath.texts(values, place.steps);
    }

    private static Object values(Exchange exchange, FieldRef ref) {
        return switch (ref.place()) {
            case PATH -> exchange.path();
            case QUERY -> exchange.query();
            case BODY -> exchange.bodyFields();
        };
    }

    private static List<List<String>> steps(FieldRef ref) {
        return ref.path().stream()
                .filter(name -> !name.equals(FieldRef.DEEP))
                .map(List::of)
                .toList();
    }
}
