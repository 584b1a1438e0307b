package io.xy.gateway.httpapi.identity;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.runtime.RevokedSessions;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenIssuer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts, continues and ends sessions, and says what they look like to clients. Belongs to one event loop; its stores
 * are the node's.
 */
public final class SessionDesk {
    private static final Logger LOG = LoggerFactory.getLogger(SessionDesk.class);

    private final JwtConfig config;
    private final @Nullable TokenIssuer issuer;
    private final Bus bus;
    private final Sessions sessions;
    private final LoginLimits logins;
    private final Revocations revocations;
    private final @Nullable RevokedSessions everywhere;

    /**
     * @param issuer null where tokens come from somebody else
     * @param everywhere what a cluster remembers; null for a node that is alone
     */
    public SessionDesk(
            JwtConfig config,
            @Nullable TokenIssuer issuer,
            Bus bus,
            Sessions sessions,
            LoginLimits logins,
            Revocations revocations,
            @Nullable RevokedSessions everywhere) {
        this.config = config;
        this.issuer = issuer;
        this.bus = bus;
        this.sessions = sessions;
        this.logins = logins;
        this.revocations = revocations;
        this.everywhere = everywhere;
    }

    /** Whether sessions can begin here. */
    boolean issues() {
        return issuer != null;
    }

    LoginLimits logins() {
        return logins;
    }

    /** Begins the session of a login that the back end accepted. */
    Future<Sessions.Started> start(Map<?, ?> reply, String name) {
        List<String> permissions = texts(reply.get("permissions"));
        List<String> accounts = reply.containsKey("accounts") ? texts(reply.get("accounts")) : List.of("*");
        String username = text(reply.get("username"), name);
        Principal principal = new Principal(
                text(reply.get("user_id"), username),
                username,
                role(permissions),
                permissions,
                accounts,
                texts(reply.get("subjects")),
                "",
                0);
        return sessions.start(principal, text(reply.get("email"), ""));
    }

    /** Spends a refresh token; one that comes twice ends its session on every node. */
    Future<Sessions.Refreshed> refresh(String token) {
        return sessions.refresh(token)
                .compose(refreshed -> refreshed.ended().isEmpty()
                        ? Future.succeededFuture(refreshed)
                        : end(refreshed.ended()).map(refreshed));
    }

    /**
     * Ends a session on every node, also on those that are not there yet. An API key is no session: only an operator
     * revokes it. Never fails: the nodes that are there have heard of it, whatever the cluster's memory does.
     */
    Future<Void> end(String session) {
        if (session.isEmpty() || session.startsWith(ApiKeys.SESSION)) {
            return Future.succeededFuture();
        }
        long until = revocations.add(session);
        bus.publish(Contract.CONTROL, new Control(Control.Kind.REVOKE, "", session));
        Future<Void> kept = everywhere == null ? Future.succeededFuture() : everywhere.add(session, until);
        return Future.join(sessions.end(session), kept)
                .onFailure(e ->
                        LOG.warn("the cluster did not take note that session {} is over: {}", session, e.toString()))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** The answer to login and refresh. */
    Map<String, @Nullable Object> answer(Sessions.Started started, long now) {
        TokenIssuer ours = Objects.requireNonNull(issuer, "asked by issues()");
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("accessToken", ours.issue(started.principal(), config.expiresInMillis()));
        data.put("refreshToken", started.refreshToken());
        data.put("expiresIn", config.expiresInMillis() / 1_000);
        data.put("tokenType", "Bearer");
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("data", data);
        members.put("user", user(started.principal(), started.email(), now));
        return envelope(members, now);
    }

    Map<String, @Nullable Object> envelope(Map<String, @Nullable Object> members, long now) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.putAll(members);
        body.put("timestamp", Instant.ofEpochMilli(now).toString());
        return body;
    }

    Map<String, Object> user(Principal principal, String email, long now) {
        String at = Instant.ofEpochMilli(now).toString();
        Map<String, Object> user = new LinkedHashMap<>();
        user.put("id", principal.id());
        user.put("username", principal.name());
        user.put("email", email);
        user.put("roles", List.of(principal.role()));
        user.put("permissions", principal.permissions());
        user.put("accounts", principal.accounts());
        user.put("createdAt", at);
        user.put("updatedAt", at);
        return user;
    }

    private static String role(List<String> permissions) {
        if (permissions.contains("*")) {
            return Principal.ADMIN;
        }
        return permissions.contains("trade") || permissions.contains("manage_algorithms")
                ? Principal.OPERATOR
                : Principal.VIEWER;
    }

    private static String text(@Nullable Object value, String fallback) {
        return value instanceof String text && !text.isEmpty() ? text : fallback;
    }

    private static List<String> texts(@Nullable Object value) {
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> items) {
            for (Object item : items) {
                if (item instanceof String text) {
                    texts.add(text);
                }
            }
        }
        return texts;
    }
}
