package io.xy.gateway.httpapi.identity;

import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of a node that is alone. Shared by its instances and safe on any thread; bounded: beyond the limit the
 * session that was longest unused is forgotten.
 */
public final class NodeSessions implements SessionBook {
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Session> sessions = new LinkedHashMap<>(64, 0.75f, true);

    public NodeSessions(int limit) {
        this.limit = limit;
    }

    @Override
    public Future<Void> put(String id, Session session) {
        lock.lock();
        try {
            sessions.put(id, session);
            if (sessions.size() > limit) {
                sessions.remove(sessions.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<@Nullable Session> find(String id) {
        lock.lock();
        try {
            return Future.succeededFuture(sessions.get(id));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Future<Boolean> replace(String id, Session old, Session fresh) {
        lock.lock();
        try {
            return Future.succeededFuture(sessions.replace(id, old, fresh));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Future<Void> remove(String id) {
        lock.lock();
        try {
            sessions.remove(id);
        } finally {
            lock.unlock();
        }
        return Future.succeededFuture();
    }

    public int size() {
        lock.lock();
        try {
            return sessions.size();
        } finally {
            lock.unlock();
        }
    }
}
