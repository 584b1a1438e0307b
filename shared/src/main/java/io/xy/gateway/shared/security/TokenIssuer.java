package io.xy.gateway.shared.security;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.xy.gateway.shared.config.JwtConfig;
import java.util.ArrayList;
import java.util.List;

/** Makes access tokens (HS256) that {@link TokenVerifier} accepts. */
public final class TokenIssuer {
    private final JWTAuth jwt;
    private final JwtConfig config;

    /**
     * @throws IllegalArgumentException when the configuration has no secret
     */
    public TokenIssuer(Vertx vertx, JwtConfig config) {
        if (config.secret().isEmpty()) {
            throw new IllegalArgumentException("no secret to sign tokens with");
        }
        this.config = config;
        this.jwt = JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .addPubSecKey(
                                new PubSecKeyOptions().setAlgorithm("HS256").setBuffer(config.secret())));
    }

    /**
     * A token for the principal.
     *
     * @param lifeMillis rounded down to seconds, at least one second
     */
    public String issue(Principal principal, long lifeMillis) {
        JsonObject claims = new JsonObject()
                .put("sub", principal.id())
                .put("userId", principal.id())
                .put("username", principal.name())
                .put("permissions", new JsonArray(new ArrayList<>(principal.permissions())))
                .put("accounts", new JsonArray(new ArrayList<>(principal.accounts())));
        claims.put(config.roleClaim(), principal.role());
        if (!principal.subjects().isEmpty()) {
            claims.put("subjects", new JsonArray(new ArrayList<>(principal.subjects())));
        }
        if (!principal.session().isEmpty()) {
            claims.put("sessionId", principal.session());
        }
        JWTOptions options =
                new JWTOptions().setAlgorithm("HS256").setExpiresInSeconds((int) Math.max(1, lifeMillis / 1_000));
        if (!config.issuers().isEmpty()) {
            options.setIssuer(config.issuers().get(0));
        }
        if (!config.audiences().isEmpty()) {
            options.setAudience(List.of(config.audiences().get(0)));
        }
        return jwt.generateToken(claims, options);
    }
}
