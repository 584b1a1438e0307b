package io.xy.gateway.httpapi.identity;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.httpapi.json.JsonPath;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.FieldRef;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.Principal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides whether the caller may name what the request names: accounts (requirement Z13) and users. */
public final class Entitlement implements Stage {
    private final NamedAccounts accounts;
    private final @Nullable FieldRef owner;

    public Entitlement(List<FieldRef> accounts, AccessRule access) {
        this.accounts = new NamedAccounts(accounts);
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
        return "accounts in " + accounts + (owner == null ? "" : ", owner in " + owner);
    }

    private boolean ownsUser(Exchange exchange, Principal principal) {
        return owner == null
                || principal.hasRole(Principal.ADMIN)
                || principal
                        .id()
                        .equals(JsonPath.at(NamedAccounts.values(exchange, owner), NamedAccounts.steps(owner)));
    }

    private boolean ownsAccounts(Exchange exchange, Principal principal) {
        if (principal.mayUseAllAccounts()) {
            return true;
        }
        List<String> ids = accounts.in(exchange);
        return ids != null && ids.stream().allMatch(principal::mayUseAccount);
    }
}
