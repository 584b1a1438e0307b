package io.xy.gateway.shared.security;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may subscribe what: everything that the asked pattern can match must be allowed, by the whitelist, by the token's
 * own list, and for accounts by the token's accounts and permissions (requirements N2, Z13). Immutable.
 */
public final class StreamEntitlement {
    private static final String VIEW_ACCOUNTS = "view_accounts";
    /** Below it the next token is the account. */
    private static final String ACCOUNTS = "xy.acct.";

    private static final List<String> OF_SEVERAL_ACCOUNTS = List.of("xy.algo.", "xy.exec.");

    private final List<String> whitelist;

    public StreamEntitlement(List<String> whitelist) {
        this.whitelist = List.copyOf(whitelist);
    }

    /** Why the principal may not have the pattern; null when it may. */
    public @Nullable Failure refusal(Principal principal, String pattern) {
        if (!Subjects.isPattern(pattern)) {
            return GatewayError.BAD_REQUEST.notExecuted("'s' is not a subject or pattern");
        }
        if (!Subjects.anyContains(whitelist, pattern)) {
            return GatewayError.FORBIDDEN.notExecuted("This subject is not published");
        }
        if (!principal.subjects().isEmpty() && !Subjects.anyContains(principal.subjects(), pattern)) {
            return GatewayError.FORBIDDEN.notExecuted("The token does not grant this subject");
        }
        return mayUseAccounts(principal, pattern) && mayUseAllOf(principal, pattern)
                ? null
                : GatewayError.FORBIDDEN.notExecuted("The token does not grant this account");
    }

    /** The same for one subject, where a pattern is a mistake. */
    public @Nullable Failure refusalOfSubject(Principal principal, String subject) {
        return Subjects.isSubject(subject)
                ? refusal(principal, subject)
                : GatewayError.BAD_REQUEST.notExecuted("This is not a subject");
    }

    /** The widest of what the principal may have within the pattern: it itself, or parts of it. */
    public List<String> grants(Principal principal, String pattern) {
        List<String> candidates = new ArrayList<>(List.of(pattern));
        candidates.addAll(whitelist);
        candidates.addAll(principal.subjects());
        for (String account : principal.accounts()) {
            candidates.add(ACCOUNTS + Subjects.token(account));
            candidates.add(ACCOUNTS + Subjects.token(account) + ".>");
        }
        List<String> granted = new ArrayList<>();
        for (String candidate : candidates) {
            if (Subjects.isPattern(candidate)
                    && Subjects.contains(pattern, candidate)
                    && !Subjects.anyContains(granted, candidate)
                    && refusal(principal, candidate) == null) {
                granted.add(candidate);
            }
        }
        return granted;
    }

    private static boolean mayUseAccounts(Principal principal, String pattern) {
        if (!Subjects.overlaps(pattern, ACCOUNTS + '>')) {
            return true;
        }
        boolean may = principal.permissions().isEmpty() || principal.hasPermission(VIEW_ACCOUNTS);
        return may && (principal.mayUseAllAccounts() || isOfOwnAccount(principal, pattern));
    }

    private static boolean isOfOwnAccount(Principal principal, String pattern) {
        for (String account : principal.accounts()) {
            String subject = ACCOUNTS + Subjects.token(account);
            if (pattern.equals(subject) || Subjects.contains(subject + ".>", pattern)) {
                return true;
            }
        }
        return false;
    }

    /** What tells of several accounts at once is for who may use all, or whose token names it: it cannot be divided. */
    private static boolean mayUseAllOf(Principal principal, String pattern) {
        if (principal.mayUseAllAccounts()) {
            return true;
        }
        for (String family : OF_SEVERAL_ACCOUNTS) {
            if (Subjects.overlaps(pattern, family + '>')
                    && principal.subjects().stream()
                            .noneMatch(own -> own.startsWith(family) && Subjects.contains(own, pattern))) {
                return false;
            }
        }
        return true;
    }
}
