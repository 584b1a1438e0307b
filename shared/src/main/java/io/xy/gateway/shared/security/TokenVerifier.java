package io.xy.gateway.shared.security;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.error.GatewayError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns an access token into a {@link Principal}, or fails with {@code unauthorized}, {@code token_expired} or, while
 * an issuer's keys were never fetched, {@code auth_unavailable}.
 *
 * <p>Belongs to one event loop. Several keys may count at once, so that they can be changed by turns: the secret and the
 * one before it (HS256), public keys in PEM, and keys fetched from an issuer (RS256, ES256, EdDSA). A token that names a
 * key is checked with a key of that name; public keys in PEM have no name and are tried whatever name the token gives,
 * secrets only for tokens that name none.
 */
public final class TokenVerifier {
    private static final int CACHED_TOKENS = 4_096;
    private static final long CACHE_MILLIS = 60_000;
    private static final String INVALID = "Invalid token";

    /**
     * @param from where the token begins in the credential
     */
    private record Verified(int from, Future<Principal> principal, long until) {}

    private final Vertx vertx;
    private final JwtConfig config;
    private final List<VerificationKey> own = new ArrayList<>();
    private final @Nullable JwksSource source;
    private int generation;
    /** By the whole credential. */
    private final Map<String, Verified> verified = new LinkedHashMap<>(256, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Verified> eldest) {
            return size() > CACHED_TOKENS;
        }
    };

    /**
     * Reads the PEM file, when the public key is one, and starts fetching the issuer's keys.
     *
     * @throws IllegalArgumentException when the configuration has no key, or one that cannot be used: that would accept
     *     anything, or nothing
     */
    public TokenVerifier(Vertx vertx, JwtConfig config) {
        this.vertx = vertx;
        this.config = config;
        for (String secret : List.of(config.secret(), config.previousSecret())) {
            if (!secret.isEmpty()) {
                own.add(VerificationKey.secret(secret));
            }
        }
        if (!config.publicKey().isEmpty()) {
            own.addAll(PemKeys.read(config.publicKey()));
        }
        this.source = config.jwksUrl().isEmpty() ? null : JwksSource.of(vertx, config);
        if (source != null) {
            source.refreshWhenDue(vertx);
        } else if (own.isEmpty()) {
            throw new IllegalArgumentException("no key to check tokens with");
        }
    }

    /** The caller whom the token names. */
    public Future<Principal> verify(String token) {
        return verify(token, 0);
    }

    /**
     * The caller whom the token at the end of a credential names. A credential that was verified lately is known as it
     * stands: its token is not cut out of it again.
     *
     * @param from where the token begins
     */
    public Future<Principal> verify(String credential, int from) {
        long now = System.currentTimeMillis();
        forgetWhenKeysChanged();
        Verified known = verified.get(credential);
        if (known != null && known.from == from) {
            if (known.until > now) {
                return known.principal;
            }
            verified.remove(credential);
        }
        TokenShape shape = TokenShape.of(credential.substring(from));
        if (shape == null) {
            return refused(INVALID);
        }
        if (isSigned(shape)) {
            return judge(credential, from, shape.claims(), now);
        }
        Future<Void> news = isKeyMissing(shape) && source != null ? source.news(vertx, generation) : null;
        return news == null
                ? notSigned(shape)
                : here(news)
                        .compose(fetched -> isSigned(shape)
                                ? judge(credential, from, shape.claims(), System.currentTimeMillis())
                                : notSigned(shape));
    }

    /** A token that only the issuer's keys could be good for is not called bad while there are none. */
    private Future<Principal> notSigned(TokenShape shape) {
        return source != null && source.keys().isEmpty() && isIssuers(shape)
                ? Future.failedFuture(GatewayError.AUTH_UNAVAILABLE
                        .notExecuted("The keys of the token issuer are not known yet")
                        .after(config.jwksCooldownMillis())
                        .exception())
                : refused(INVALID);
    }

    private static boolean isIssuers(TokenShape shape) {
        return List.of(VerificationKey.RS256, VerificationKey.ES256, VerificationKey.EDDSA)
                .contains(shape.algorithm());
    }

    private void forgetWhenKeysChanged() {
        if (source == null) {
            return;
        }
        source.refreshWhenDue(vertx);
        int current = source.generation();
        if (current != generation) {
            generation = current;
            verified.clear();
        }
    }

    /** The fetch may have been started by another event loop; what follows it belongs to this one. */
    private Future<Void> here(Future<Void> elsewhere) {
        Context context = vertx.getOrCreateContext();
        Promise<Void> done = Promise.promise();
        elsewhere.onComplete(ended -> context.runOnContext(back -> done.complete()));
        return done.future();
    }

    private boolean isSigned(TokenShape shape) {
        for (VerificationKey key : own) {
            boolean asked = shape.keyId().isEmpty() || !key.algorithm().equals(VerificationKey.HS256);
            if (asked && isSignedBy(key, shape)) {
                return true;
            }
        }
        if (source != null) {
            for (VerificationKey key : source.keys()) {
                boolean asked = shape.keyId().isEmpty() || key.id().equals(shape.keyId());
                if (asked && isSignedBy(key, shape)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSignedBy(VerificationKey key, TokenShape shape) {
        return key.algorithm().equals(shape.algorithm()) && key.verifies(shape.signed(), shape.signature());
    }

    /** Whether the issuer may have a key for this token that is not known here. */
    private boolean isKeyMissing(TokenShape shape) {
        if (source == null || !isIssuers(shape)) {
            return false;
        }
        List<VerificationKey> known = source.keys();
        return known.isEmpty()
                || !shape.keyId().isEmpty()
                        && known.stream().noneMatch(key -> key.id().equals(shape.keyId()));
    }

    /** What a token says whose signature is good. */
    private Future<Principal> judge(String credential, int from, JsonObject claims, long now) {
        long expiresAt = TokenShape.seconds(claims, "exp") * 1_000;
        if (now >= expiresAt + config.clockToleranceMillis()) {
            return Future.failedFuture(
                    GatewayError.TOKEN_EXPIRED.notExecuted("Token expired").exception());
        }
        if (!hasBegun(claims, "nbf", now) || !hasBegun(claims, "iat", now) || !isForUs(claims)) {
            return refused(INVALID);
        }
        Future<Principal> principal = Future.succeededFuture(principal(claims, expiresAt));
        verified.put(credential, new Verified(from, principal, Math.min(expiresAt, now + CACHE_MILLIS)));
        return principal;
    }

    private boolean hasBegun(JsonObject claims, String name, long now) {
        long at = TokenShape.seconds(claims, name) * 1_000;
        return at >= 0 && at <= now + config.clockToleranceMillis();
    }

    /** Forgets every verified token, because keys or rights changed. */
    public void forget() {
        verified.clear();
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
