package io.xy.gateway.shared.config;

/**
 * Rate limits of a node; those of single routes stand with their routes.
 *
 * @param global of all requests together
 * @param address of one client address (IPv6: of one /64 network)
 * @param principal of one user or API client
 * @param keys how many callers are counted at a time; beyond it, who is nearest to a full allowance is forgotten
 */
public record LimitsConfig(LimitRule global, LimitRule address, LimitRule principal, int keys) {
    private static final long PRODUCTION_PER_MINUTE = 6_000;

    static LimitsConfig read(Section s, Profile profile) {
        long perAddress = profile == Profile.PRODUCTION ? PRODUCTION_PER_MINUTE : 0;
        LimitsConfig config = new LimitsConfig(
                LimitRule.read(s.section("global"), "of all callers together", "RATE_LIMIT_GLOBAL", 0, 1_000),
                LimitRule.read(
                        s.section("address"),
                        "from one address (IPv6: from one /64; in production 6000 by default)",
                        "RATE_LIMIT",
                        perAddress,
                        60_000),
                LimitRule.read(s.section("principal"), "by one user or API client", "RATE_LIMIT_PRINCIPAL", 0, 60_000),
                s.integer("keys", 1 << 16)
                        .env("RATE_LIMIT_KEYS")
                        .range(1_024, 1 << 22)
                        .readInt("Callers that are counted at a time; 16 bytes each"));
        s.done();
        return config;
    }
}
