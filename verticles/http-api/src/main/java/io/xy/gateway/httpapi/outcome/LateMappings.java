package io.xy.gateway.httpapi.outcome;

import io.xy.gateway.shared.message.CallReply;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How late results become the answers that their callers would have got. Shared by the instances of one node and safe on
 * any thread; bounded: beyond the limit the oldest is forgotten, and its call stays unknown.
 */
public final class LateMappings {
    private static final int LIMIT = 4_096;

    private record Open(String requestId, Consumer<CallReply> mapping) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Open> calls = new LinkedHashMap<>();

    void expect(String name, String requestId, Consumer<CallReply> mapping) {
        lock.lock();
        try {
            calls.remove(name);
            calls.put(name, new Open(requestId, mapping));
            if (calls.size() > LIMIT) {
                calls.remove(calls.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** The mapping of a call, given once; null when nobody expects it here. */
    @Nullable
    Consumer<CallReply> take(String name, String requestId) {
        lock.lock();
        try {
            Open call = calls.get(name);
            if (call == null || !call.requestId.equals(requestId)) {
                return null;
            }
            calls.remove(name);
            return call.mapping;
        } finally {
            lock.unlock();
        }
    }

    /** Calls whose late answer would be understood. */
    public int size() {
        lock.lock();
        try {
            return calls.size();
        } finally {
            lock.unlock();
        }
    }
}
