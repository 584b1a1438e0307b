package io.xy.gateway.httpapi.identity;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.httpapi.identity.SessionBook.Session;
import io.xy.gateway.shared.security.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Refresh tokens. A token is good once: each use gives the next one, and the second use of a spent token ends the whole
 * session, because one of its two users stole it. Kept as hashes; who knows a session's id cannot name its tokens. Safe
 * on any thread.
 */
public final class Sessions {
    private static final int FAMILY_LENGTH = 22;

    /**
     * A session and the token that continues it.
     *
     * @param principal names the session
     */
    public record Started(Principal principal, String email, String refreshToken) {}

    /**
     * What became of a refresh.
     *
     * @param started null when the token is good for nothing
     * @param ended the session that was ended because its token came twice; empty when none was
     */
    public record Refreshed(@Nullable Started started, String ended) {
        private static final Refreshed REFUSED = new Refreshed(null, "");
    }

    private final SessionBook book;
    private final long lifeMillis;
    private final SecureRandom random = new SecureRandom();

    /**
     * Sessions of a node that is alone.
     *
     * @param lifeMillis of a refresh token
     */
    public static Sessions of(NodeSessions node, long lifeMillis) {
        return new Sessions(node, lifeMillis);
    }

    /**
     * Sessions that all nodes of the cluster share.
     *
     * @param lifeMillis of a refresh token
     */
    public static Sessions ofCluster(Vertx vertx, long lifeMillis) {
        return new Sessions(new ClusterSessions(vertx), lifeMillis);
    }

    Sessions(SessionBook book, long lifeMillis) {
        this.book = book;
        this.lifeMillis = lifeMillis;
    }

    /** Begins a session for a caller who has just proved who it is. */
    public Future<Started> start(Principal caller, String email) {
        String family = text(16);
        Principal principal = new Principal(
                caller.id(),
                caller.name(),
                caller.role(),
                caller.permissions(),
                caller.accounts(),
                caller.subjects(),
                idOf(family),
                caller.expiresAt());
        String token = family + text(32);
        return book.put(principal.session(), session(principal, email, token))
                .map(kept -> new Started(principal, email, token));
    }

    /** Spends a refresh token. */
    public Future<Refreshed> refresh(String token) {
        if (token.length() <= FAMILY_LENGTH) {
            return Future.succeededFuture(Refreshed.REFUSED);
        }
        String family = token.substring(0, FAMILY_LENGTH);
        String id = idOf(family);
        return book.find(id).compose(session -> {
            if (session == null) {
                return Future.succeededFuture(Refreshed.REFUSED);
            }
            if (session.until() < System.currentTimeMillis()) {
                return book.remove(id).map(Refreshed.REFUSED);
            }
            return isCurrent(session, token) ? next(id, session, family) : reused(id);
        });
    }

    /** Forgets a session: its refresh token is good for nothing from now on. */
    public Future<Void> end(String session) {
        return book.remove(session);
    }

    /** Of two who come with the same token at the same time one is too late. */
    private Future<Refreshed> next(String id, Session session, String family) {
        String token = family + text(32);
        return book.replace(id, session, session(session.principal(), session.email(), token))
                .compose(done -> done
                        ? Future.succeededFuture(
                                new Refreshed(new Started(session.principal(), session.email(), token), ""))
                        : reused(id));
    }

    private Future<Refreshed> reused(String id) {
        return book.remove(id).map(new Refreshed(null, id));
    }

    private Session session(Principal principal, String email, String token) {
        return new Session(principal, email, hash(token), System.currentTimeMillis() + lifeMillis);
    }

    private static boolean isCurrent(Session session, String token) {
        return MessageDigest.isEqual(
                session.current().getBytes(StandardCharsets.US_ASCII),
                hash(token).getBytes(StandardCharsets.US_ASCII));
    }

    private static String idOf(String family) {
        return hash(family).substring(0, FAMILY_LENGTH);
    }

    private String text(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
