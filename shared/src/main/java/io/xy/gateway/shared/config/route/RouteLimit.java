package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.config.LimitRule;
import io.xy.gateway.shared.config.Section;

/**
 * How often a route may be called.
 *
 * @param per whose calls are counted together
 */
public record RouteLimit(LimitRule rule, Per per) {
    /** Whose calls are counted together. */
    public enum Per {
        /** Everybody's. */
        ALL,
        /** Those of a client address. */
        ADDRESS,
        /** Those of a verified caller. */
        PRINCIPAL,
        /** Those that name an account, whoever makes them. */
        ACCOUNT
    }

    public static final RouteLimit NONE = new RouteLimit(LimitRule.NONE, Per.ALL);

    /** The limit of a route; {@link #NONE} when its file names none. */
    static RouteLimit read(Section route, boolean known, AccountRule accounts) {
        if (!route.has("limit")) {
            return NONE;
        }
        Section s = route.section("limit");
        Per per = s.word("per", Per.ALL).read("Whose calls are counted together");
        if (per == Per.PRINCIPAL && !known) {
            s.problem("per", "is principal, but the callers of a public route are not known");
        }
        if (per == Per.ACCOUNT && accounts.from().isEmpty()) {
            s.problem("per", "is account, but the route does not say, by accounts.from, where a request names them");
        }
        return new RouteLimit(LimitRule.read(s, "for the route", "", 0, 1_000), per);
    }
}
