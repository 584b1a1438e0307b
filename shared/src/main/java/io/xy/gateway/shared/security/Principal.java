package io.xy.gateway.shared.security;

import java.util.List;

/**
 * Who calls, as a verified token or key says.
 *
 * @param id stable user id
 * @param name for people; the id when there is none
 * @param role admin, operator or viewer
 * @param permissions of the login; {@code *} means all
 * @param accounts that may be seen and commanded; {@code *} means all
 * @param subjects that may be subscribed, as patterns; empty means whatever the whitelist grants
 * @param session that can be revoked; empty when the token names none
 * @param expiresAt milliseconds since 1970
 */
public record Principal(
        String id,
        String name,
        String role,
        List<String> permissions,
        List<String> accounts,
        List<String> subjects,
        String session,
        long expiresAt) {
    public static final String ADMIN = "admin";
    public static final String OPERATOR = "operator";
    public static final String VIEWER = "viewer";
    private static final String ALL = "*";
    private static final Principal ANONYMOUS =
            new Principal("anonymous", "anonymous", VIEWER, List.of(), List.of(), List.of(), "", Long.MAX_VALUE);

    public Principal {
        permissions = List.copyOf(permissions);
        accounts = List.copyOf(accounts);
        subjects = List.copyOf(subjects);
    }

    /** A caller without any token, where the configuration lets such callers in. */
    public static Principal anonymous() {
        return ANONYMOUS;
    }

    /** Admin passes every role check. */
    public boolean hasRole(String wanted) {
        return role.equals(ADMIN) || role.equals(wanted);
    }

    public boolean hasPermission(String wanted) {
        return permissions.contains(ALL) || permissions.contains(wanted);
    }

    public boolean mayUseAccount(String account) {
        return accounts.contains(ALL) || accounts.contains(account);
    }

    public boolean mayUseAllAccounts() {
        return accounts.contains(ALL);
    }
}
