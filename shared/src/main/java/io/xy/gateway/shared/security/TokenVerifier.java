package io.xy.gateway.shared.security;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.error.GatewayError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns an access token into a {@link Principal}, or fails with {@code unauthorized} or {@code token_expired}.
 *
 * <p>Belongs to one event loop. The library checks the signature; what it leaves open (unsigned tokens, {@code crit},
 * missing {@code exp}, malformed shapes) is refused by {@link TokenShape} first.
 */
public final class TokenVerifier {
    private static final int CACHED_TOKENS = 4_096;
    private static final long CACHE_MILLIS = 60_000;
    private static final String INVALID = "Invalid token";

    private record Verified(Principal principal, long until) {}

    private final JWTAuth jwt;
    private final JwtConfig config;
    private final Map<String, Verified> verified = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > CACHED_TOKENS;
        }
    };

    /**
     * @throws IllegalArgumentException when the configuration has no key: that would accept anything
     */
    public TokenVerifier(Vertx vertx, JwtConfig config) {
        if (config.secret().isEmpty()) {
            throw new IllegalArgumentException("no key to check tokens with");
        }
        this.config = config;
        this.jwt = JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .setJWTOptions(new JWTOptions().setLeeway(leewaySeconds(config)))
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(config.secret())));
    }

    /** The library's own time checks must not be narrower than ours. */
    private static int leewaySeconds(JwtConfig config) {
        return (int) ((config.clockToleranceMillis() + 999) / 1_000);
    }

    /** The caller whom the token names. */
    public Future<Principal> verify(String token) {
        long now = System.currentTimeMillis();
        Verified known = verified.get(token);
        if (known != null) {
            if (known.until > now) {
                return Future.succeededFuture(known.principal);
            }
            verified.remove(token);
        }
        JsonObject claims = TokenShape.claims(token, "HS256");
        if (claims == null) {
            return refused(INVALID);
        }
        long expiresAt = TokenShape.seconds(claims, "exp") * 1_000;
        if (now >= expiresAt + config.clockToleranceMillis()) {
            return Future.failedFuture(
                    GatewayError.TOKEN_EXPIRED.notExecuted("Token expired").exception());
        }
        long notBefore = TokenShape.seconds(claims, "nbf") * 1_000;
        if (notBefore < 0 || notBefore > now + config.clockToleranceMillis() || !isForUs(claims)) {
            return refused(INVALID);
        }
        return jwt.authenticate(new TokenCredentials(token))
                .transform(checked -> checked.succeeded()
                        ? Future.succeededFuture(remember(token, principal(claims, expiresAt), now))
                        : refused(INVALID));
    }

    /** Forgets every verified token, because keys or rights changed. */
    public void forget() {
        verified.clear();
    }

    private Principal remember(String token, Principal principal, long now) {
        verified.put(token, new Verified(principal, Math.min(principal.expiresAt(), now + CACHE_MILLIS)));
        return principal;
    }

    private boolean isForUs(JsonObject claims) {
        if (isOtherKind(claims.getValue("typ"))
                || isOtherKind(claims.getValue("use"))
                || id(claims).isEmpty()) {
            return false;
        }
        if (!config.issuers().isEmpty() && !config.issuers().contains(String.valueOf(claims.getValue("iss")))) {
            return false;
        }
        return config.audiences().isEmpty()
                || texts(claims.getValue("aud")).stream().anyMatch(config.audiences()::contains);
    }

    /** Refresh and id tokens are no access tokens, whoever signed them. */
    private static boolean isOtherKind(@Nullable Object kind) {
        return kind instanceof String text && (text.equalsIgnoreCase("refresh") || text.equalsIgnoreCase("id"));
    }

    private static String id(JsonObject claims) {
        return text(claims, "sub", text(claims, "userId", text(claims, "user_id", "")));
    }

    private Principal principal(JsonObject claims, long expiresAt) {
        String id = id(claims);
        String role = text(claims, config.roleClaim(), Principal.VIEWER);
        return new Principal(
                id,
                text(claims, "username", id),
                role,
                texts(claims.getValue("permissions")),
                claims.containsKey("accounts") ? texts(claims.getValue("accounts")) : List.of("*"),
                texts(claims.getValue("subjects")),
                text(claims, "sessionId", ""),
                expiresAt);
    }

    private static String text(JsonObject claims, String path, String fallback) {
        Object value = claims;
        for (String name : path.split("\\.")) {
            value = value instanceof JsonObject below ? below.getValue(name) : null;
        }
        return value instanceof String text && !text.isEmpty() ? text : fallback;
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof String text) {
            texts.add(text);
        } else if (value instanceof JsonArray array) {
            for (Object item : array) {
                if (item instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }

    private static <T> Future<T> refused(String detail) {
        return Future.failedFuture(GatewayError.UNAUTHORIZED.notExecuted(detail).exception());
    }
}
