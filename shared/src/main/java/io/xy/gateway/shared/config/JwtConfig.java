package io.xy.gateway.shared.config;

import java.util.List;

/**
 * Tokens. Durations in milliseconds.
 *
 * @param secret of HS256, at least 32 bytes; empty when there is none
 * @param previousSecret still accepted, never signed with, while keys are being changed; empty when there is none
 * @param jwksCa path of the PEM certificates that the issuer's server is trusted by; empty takes the platform's
 * @param jwksRefreshMillis age at which fetched keys are fetched again
 * @param jwksMaxAgeMillis age at which fetched keys count no more, when the issuer stays away
 * @param jwksCooldownMillis between two fetches, whatever happens
 * @param optional lets callers without a token in, as viewers; never in production
 */
public record JwtConfig(
        String secret,
        String previousSecret,
        String jwksUrl,
        String jwksCa,
        long jwksRefreshMillis,
        long jwksMaxAgeMillis,
        long jwksCooldownMillis,
        String publicKey,
        List<String> issuers,
        List<String> audiences,
        String roleClaim,
        long clockToleranceMillis,
        long expiresInMillis,
        long refreshExpiresInMillis,
        boolean optional) {
    /** Shorter keys of HS256 can be guessed (RFC 7518, 3.2). */
    static final int MIN_SECRET_BYTES = 32;

    static JwtConfig read(Section s) {
        JwtConfig config = new JwtConfig(
                s.secret("secret").env("JWT_SECRET").read("Key of HS256, at least 32 bytes; generated in dev"),
                s.secret("previous-secret")
                        .env("JWT_PREVIOUS_SECRET")
                        .read("Former key of HS256, still accepted; empty when none is"),
                s.text("jwks-url", "")
                        .env("JWT_JWKS_URL")
                        .form("(https?://.+)?", "an http or https URL")
                        .read("Where public keys are fetched"),
                s.text("jwks-ca", "")
                        .env("JWT_JWKS_CA")
                        .read("PEM file of the authority behind jwks-url; empty takes the platform's"),
                s.duration("jwks-refresh", 300_000)
                        .env("JWT_JWKS_REFRESH")
                        .range(1_000, 86_400_000)
                        .read("Age at which fetched keys are fetched again, in the background"),
                s.duration("jwks-max-age", 86_400_000)
                        .env("JWT_JWKS_MAX_AGE")
                        .range(60_000, 30L * 86_400_000)
                        .read("How long fetched keys count while their issuer is away"),
                s.duration("jwks-cooldown", 30_000)
                        .env("JWT_JWKS_COOLDOWN")
                        .range(100, 3_600_000)
                        .read("At most one fetch in this time, however many tokens name unknown keys"),
                s.text("public-key", "")
                        .env("JWT_PUBLIC_KEY")
                        .read("Public key as PEM text, or the path of a PEM file"),
                s.texts("issuers", List.of()).env("JWT_ALLOWED_ISS").read("Accepted `iss`; empty accepts any"),
                s.texts("audiences", List.of()).env("JWT_ALLOWED_AUD").read("Accepted `aud`; empty accepts any"),
                s.text("role-claim", "role").env("JWT_ROLE_CLAIM").read("Dotted path of the role in a token"),
                s.duration("clock-tolerance", 0)
                        .env("JWT_CLOCK_TOLERANCE_SEC")
                        .bareSeconds()
                        .range(0, 300_000)
                        .read("How far clocks may differ"),
                s.duration("expires-in", 86_400_000L)
                        .env("JWT_EXPIRES_IN")
                        .range(1_000, 30L * 86_400_000)
                        .read("Life of an access token"),
                s.duration("refresh-expires-in", 7 * 86_400_000L)
                        .env("JWT_REFRESH_EXPIRES_IN")
                        .range(1_000, 90L * 86_400_000)
                        .read("Life of a refresh token"),
                s.flag("optional", false)
                        .env("JWT_OPTIONAL")
                        .read("Let callers without a token in as viewers; a bad token is still refused"));
        if (!config.secret.isEmpty() && config.secret.length() < MIN_SECRET_BYTES) {
            s.problem("secret", "is shorter than " + MIN_SECRET_BYTES + " characters (JWT_SECRET)");
        }
        if (!config.previousSecret.isEmpty() && config.previousSecret.length() < MIN_SECRET_BYTES) {
            s.problem("previous-secret", "is shorter than " + MIN_SECRET_BYTES + " characters (JWT_PREVIOUS_SECRET)");
        }
        s.done();
        return config;
    }

    /** This configuration with another secret. */
    public JwtConfig withSecret(String other) {
        return new JwtConfig(
                other,
                previousSecret,
                jwksUrl,
                jwksCa,
                jwksRefreshMillis,
                jwksMaxAgeMillis,
                jwksCooldownMillis,
                publicKey,
                issuers,
                audiences,
                roleClaim,
                clockToleranceMillis,
                expiresInMillis,
                refreshExpiresInMillis,
                optional);
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "JwtConfig";
    }
}
