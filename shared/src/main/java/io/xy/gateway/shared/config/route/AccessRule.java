package io.xy.gateway.shared.config.route;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may call. There is no default: a route without a rule is a configuration problem.
 *
 * @param kind whether a token is needed, and whether its role counts
 * @param roles that may call, for {@link Kind#ROLES}; admin always may
 * @param permission that a token which lists permissions must list; empty asks for none
 * @param owner where the user id stands that only this user, or an admin, may name; null when there is none
 */
public record AccessRule(
        Kind kind,
        List<String> roles,
        String permission,
        @Nullable FieldRef owner) {
    public enum Kind {
        /** Everybody, without a token. */
        PUBLIC,
        /** Everybody with a valid token. */
        ANY,
        /** One of the roles. */
        ROLES
    }

    public AccessRule {
        roles = List.copyOf(roles);
    }
}
