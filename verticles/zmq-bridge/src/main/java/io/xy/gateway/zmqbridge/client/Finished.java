package io.xy.gateway.zmqbridge.client;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Request ids that are over, for a while: what still comes for them is late, or a duplicate, and not a stranger's.
 * Belongs to the owner thread.
 */
final class Finished {
    private static final int MOST = 65_536;

    /**
     * @param answered whether the caller had an answer from a service, so that another one is a duplicate
     */
    record Past(String requestId, String service, String idempotencyKey, boolean answered) {}

    private final Map<String, Past> past = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Past> eldest) {
            return size() > MOST;
        }
    };

    void add(Attempt attempt, boolean answered) {
        var request = attempt.call().request;
        past.put(attempt.id(), new Past(request.requestId(), request.service(), request.idempotencyKey(), answered));
    }

    /** What the id stood for; null for a stranger. A late answer is taken once, the next one is a duplicate. */
    @Nullable
    Past take(String id, String service) {
        Past found = past.get(id);
        if (found == null || !found.service.equals(service)) {
            return null;
        }
        if (!found.answered) {
            past.put(id, new Past(found.requestId, found.service, found.idempotencyKey, true));
        }
        return found;
    }
}
