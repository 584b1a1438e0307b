package io.xy.gateway.httpapi.logging;

import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Gathers the entries of one event loop, so that the writer is woken once for many. Belongs to that loop. */
public final class AccessDesk {
    private static final int BATCH = 64;
    private static final long FLUSH_MILLIS = 100;

    private final Vertx vertx;
    private final AccessLog log;
    private final long timer;
    private List<AccessEntry> batch = new ArrayList<>(BATCH);

    public AccessDesk(Vertx vertx, AccessLog log) {
        this.vertx = vertx;
        this.log = log;
        this.timer = vertx.setPeriodic(FLUSH_MILLIS, id -> flush());
    }

    public void add(AccessEntry entry) {
        batch.add(entry);
        if (batch.size() == BATCH) {
            flush();
        }
    }

    /** Hands over what there is; nothing may be added after. */
    public void close() {
        vertx.cancelTimer(timer);
        flush();
    }

    private void flush() {
        if (!batch.isEmpty()) {
            List<AccessEntry> full = batch;
            batch = new ArrayList<>(BATCH);
            log.offer(full);
        }
    }
}
