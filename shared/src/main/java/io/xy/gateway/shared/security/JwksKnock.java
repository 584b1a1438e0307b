package io.xy.gateway.shared.security;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.JwtConfig;

/** Finds out whether the token keys can be fetched, the way in which a running gateway fetches them. */
public final class JwksKnock {
    private JwksKnock() {}

    /** How many usable keys there are; fails when there are none. */
    public static Future<Integer> keys(Vertx vertx, JwtConfig config) {
        JwksSource source = JwksSource.of(vertx, config);
        Future<Void> news = source.news(vertx, source.generation());
        return (news == null ? Future.<Void>succeededFuture() : news).compose(ended -> {
            int keys = source.keys().size();
            return keys == 0 ? Future.failedFuture("no usable key was fetched") : Future.succeededFuture(keys);
        });
    }
}
