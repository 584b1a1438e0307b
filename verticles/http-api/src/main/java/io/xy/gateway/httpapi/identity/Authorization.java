package io.xy.gateway.httpapi.identity;

import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.security.Principal;

/** Decides by role and permission whether the caller may use the route at all. */
public final class Authorization implements Stage {
    private final AccessRule rule;

    public Authorization(AccessRule rule) {
        this.rule = rule;
    }

    @Override
    public void run(Exchange exchange) {
        Principal principal = exchange.principal();
        if (!hasRole(principal) || !hasPermission(principal)) {
            exchange.fail(GatewayError.FORBIDDEN.notExecuted("The role " + principal.role() + " may not do this"));
        } else {
            exchange.next();
        }
    }

    @Override
    public String setting() {
        return (rule.kind() == AccessRule.Kind.ANY ? "any role" : "roles " + rule.roles() + " or admin")
                + (rule.permission().isEmpty() ? "" : ", permission " + rule.permission());
    }

    private boolean hasRole(Principal principal) {
        if (rule.kind() == AccessRule.Kind.ANY) {
            return true;
        }
        for (String role : rule.roles()) {
            if (principal.hasRole(role)) {
                return true;
            }
        }
        return false;
    }

    /** A token that lists no permissions is judged by its role alone. */
    private boolean hasPermission(Principal principal) {
        return rule.permission().isEmpty()
                || principal.permissions().isEmpty()
                || principal.hasPermission(rule.permission());
    }
}
