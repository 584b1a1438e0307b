package io.xy.gateway.shared.security;

import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who may subscribe what: everything that the asked pattern can match must be allowed, by the whitelist, by the token's
 * own list, and for accounts by the token's accounts (requirements N2, Z13). Immutable.
 */
public final class StreamEntitlement {
    private static final int ACCOUNT_TOKEN = 2;

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
        return mayUseAccounts(principal, pattern)
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
            candidates.add("xy.acct." + account);
            candidates.add("xy.acct." + account + ".>");
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
        if (principal.mayUseAllAccounts()) {
            return true;
        }
        String[] tokens = pattern.split("\\.", -1);
        if (isRest(tokens, 0) || !matches(tokens, 0, "xy")) {
            return !isRest(tokens, 0);
        }
        if (isRest(tokens, 1) || !matches(tokens, 1, "acct")) {
            return !isRest(tokens, 1);
        }
        if (tokens.length <= ACCOUNT_TOKEN) {
            return true;
        }
        String account = tokens[ACCOUNT_TOKEN];
        return !account.equals("*") && !account.equals(">") && principal.mayUseAccount(account);
    }

    private static boolean isRest(String[] tokens, int at) {
        return at < tokens.length && tokens[at].equals(">");
    }

    private static boolean matches(String[] tokens, int at, String word) {
        return at < tokens.length && (tokens[at].equals("*") || tokens[at].equals(word));
    }
}
