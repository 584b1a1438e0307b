package io.xy.gateway.shared.config.route;

import io.xy.gateway.shared.message.Effect;

/**
 * One REST route as its file declares it.
 *
 * @param name unique; the label in metrics and messages
 * @param where file, line and column
 * @param description for the documentation; empty when there is none
 * @param method GET, POST, PUT, PATCH or DELETE
 * @param effect what a repeat would do
 * @param timeoutMillis deadline of the whole call; 0 takes the configured default
 */
public record RouteConfig(
        String name,
        String where,
        String description,
        String method,
        PathTemplate path,
        Effect effect,
        AccessRule access,
        AccountRule accounts,
        RouteLimit limit,
        long timeoutMillis,
        RouteTarget target,
        RequestRule request,
        ReplyRule reply) {}
