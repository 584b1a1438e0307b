package io.xy.gateway.httpapi.upstream;

import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import org.jspecify.annotations.Nullable;

/** One instance of an upstream and what is known of its health. Belongs to one event loop. */
final class Instance {
    private final UpstreamConfig.Url url;
    private final UpstreamConfig.Health health;
    private final @Nullable KeptConnections connections;
    private int inflight;
    private int failuresInRow;
    private int probesInRow;
    private boolean unhealthy;
    private boolean ejected;
    private long ejectedUntil;

    /**
     * @param connections null when the client keeps them itself
     */
    Instance(UpstreamConfig.Url url, UpstreamConfig.Health health, @Nullable KeptConnections connections) {
        this.url = url;
        this.health = health;
        this.connections = connections;
    }

    @Nullable
    KeptConnections connections() {
        return connections;
    }

    UpstreamConfig.Url url() {
        return url;
    }

    int inflight() {
        return inflight;
    }

    void enter() {
        inflight++;
    }

    void leave() {
        inflight--;
    }

    boolean isWell(long nanos) {
        return !unhealthy && !isEjected(nanos);
    }

    boolean isEjected(long nanos) {
        if (ejected && ejectedUntil - nanos <= 0) {
            ejected = false;
        }
        return ejected;
    }

    void succeeded() {
        failuresInRow = 0;
    }

    /** Whether it failed so often in a row that it should be ejected. */
    boolean failed() {
        failuresInRow++;
        return health.failures() > 0 && failuresInRow >= health.failures();
    }

    void eject(long nanos) {
        failuresInRow = 0;
        ejected = true;
        ejectedUntil = nanos + health.ejectMillis() * 1_000_000;
    }

    /** The answer to a health question. */
    void probed(boolean well) {
        if (well != unhealthy) {
            probesInRow = 0;
            return;
        }
        probesInRow++;
        if (probesInRow >= (unhealthy ? health.healthyAfter() : health.unhealthyAfter())) {
            unhealthy = !unhealthy;
            probesInRow = 0;
        }
    }
}
