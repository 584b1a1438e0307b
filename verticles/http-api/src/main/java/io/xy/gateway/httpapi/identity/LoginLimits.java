package io.xy.gateway.httpapi.identity;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts login attempts per key (a user name, a client address) in fixed windows. Shared by the instances of one node
 * and safe on any thread; bounded: beyond the limit the key that was longest unseen is forgotten.
 */
public final class LoginLimits {
    private static final class Window {
        private long startedAt;
        private int count;
    }

    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Window> windows = new LinkedHashMap<>(64, 0.75f, true);

    public LoginLimits(int limit) {
        this.limit = limit;
    }

    /**
     * Counts an attempt before it is made, so that many at once do not all pass.
     *
     * @return 0 when it may be made, else the milliseconds to wait
     */
    public long attempt(String key, int max, long windowMillis) {
        long now = System.nanoTime() / 1_000_000;
        lock.lock();
        try {
            Window window = windows.computeIfAbsent(key, absent -> new Window());
            if (window.count == 0 || now - window.startedAt >= windowMillis) {
                window.startedAt = now;
                window.count = 0;
            }
            if (window.count >= max) {
                return Math.max(1, window.startedAt + windowMillis - now);
            }
            window.count++;
            if (windows.size() > limit) {
                Iterator<String> oldest = windows.keySet().iterator();
                oldest.next();
                oldest.remove();
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    /** Takes one attempt back, because it was not a wrong login. */
    public void forgive(String key) {
        lock.lock();
        try {
            Window window = windows.get(key);
            if (window != null && window.count > 0) {
                window.count--;
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many keys are remembered. */
    public int size() {
        lock.lock();
        try {
            return windows.size();
        } finally {
            lock.unlock();
        }
    }
}
