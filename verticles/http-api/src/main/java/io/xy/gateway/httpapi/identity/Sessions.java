package io.xy.gateway.httpapi.identity;

import io.xy.gateway.shared.security.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Refresh tokens. A token is good once: each use gives the next one, and the second use of a spent token ends the whole
 * session, because one of its two users stole it. Kept as hashes, in memory, shared by the instances of one node and
 * safe on any thread; bounded: beyond the limit the session that was longest unused is forgotten.
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

    private record Session(Principal principal, String email, byte[] current, long until) {}

    private final int limit;
    private final long lifeMillis;
    private final SecureRandom random = new SecureRandom();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Session> sessions = new LinkedHashMap<>(64, 0.75f, true);

    /**
     * @param lifeMillis of a refresh token
     */
    public Sessions(int limit, long lifeMillis) {
        this.limit = limit;
        this.lifeMillis = lifeMillis;
    }

    /** Begins a session for a caller who has just proved who it is. */
    public Started start(Principal caller, String email) {
        Principal principal = new Principal(
                caller.id(),
                caller.name(),
                caller.role(),
                caller.permissions(),
                caller.accounts(),
                caller.subjects(),
                UUID.randomUUID().toString(),
                caller.expiresAt());
        lock.lock();
        try {
            Started started = put(text(16), principal, email);
            if (sessions.size() > limit) {
                sessions.remove(sessions.keySet().iterator().next());
            }
            return started;
        } finally {
            lock.unlock();
        }
    }

    /** Spends a refresh token. */
    public Refreshed refresh(String token) {
        if (token.length() <= FAMILY_LENGTH) {
            return Refreshed.REFUSED;
        }
        String family = token.substring(0, FAMILY_LENGTH);
        lock.lock();
        try {
            Session session = sessions.get(family);
            if (session == null || session.until < System.currentTimeMillis()) {
                sessions.remove(family);
                return Refreshed.REFUSED;
            }
            if (!MessageDigest.isEqual(session.current, hash(token))) {
                sessions.remove(family);
                return new Refreshed(null, session.principal.session());
            }
            return new Refreshed(put(family, session.principal, session.email), "");
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a session: its refresh token is good for nothing from now on. */
    public void end(String session) {
        lock.lock();
        try {
            sessions.values().removeIf(each -> each.principal.session().equals(session));
        } finally {
            lock.unlock();
        }
    }

    public int size() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }

    private Started put(String family, Principal principal, String email) {
        String token = family + text(32);
        sessions.put(family, new Session(principal, email, hash(token), System.currentTimeMillis() + lifeMillis));
        return new Started(principal, email, token);
    }

    private String text(int bytes) {
        byte[] drawn = new byte[bytes];
        random.nextBytes(drawn);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    }

    private static byte[] hash(String token) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
