package io.xy.gateway.httpapi.identity;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Sessions that ended before their tokens expire. Shared by the instances of one node and safe on any thread; bounded:
 * beyond the limit the oldest is forgotten, which is the one whose tokens expire next.
 */
public final class Revocations {
    private final int limit;
    private final long lifeMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> until = new LinkedHashMap<>();

    /**
     * @param lifeMillis longest life of an access token
     */
    public Revocations(int limit, long lifeMillis) {
        this.limit = limit;
        this.lifeMillis = lifeMillis;
    }

    /**
     * Revokes a session from now on, for as long as a token can live.
     *
     * @return when that is over, in milliseconds since 1970
     */
    public long add(String session) {
        long end = System.currentTimeMillis() + lifeMillis;
        add(session, end);
        return end;
    }

    /**
     * Revokes a session.
     *
     * @param end when its last token has expired, in milliseconds since 1970
     */
    public void add(String session, long end) {
        if (session.isEmpty()) {
            return;
        }
        long now = System.currentTimeMillis();
        lock.lock();
        try {
            until.remove(session);
            until.put(session, end);
            until.values().removeIf(over -> over < now);
            if (until.size() > limit) {
                until.remove(until.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    public boolean contains(String session) {
        if (session.isEmpty()) {
            return false;
        }
        lock.lock();
        try {
            Long end = until.get(session);
            return end != null && end >= System.currentTimeMillis();
        } finally {
            lock.unlock();
        }
    }

    public int size() {
        lock.lock();
        try {
            return until.size();
        } finally {
            lock.unlock();
        }
    }
}
