package io.xy.gateway.zmqbridge.majordomo;

import org.jspecify.annotations.Nullable;

/** A registered worker; belongs to the broker's thread. Works on one request at a time. */
final class Worker {
    final Identity identity;
    final Service service;
    /** What it works on; null when it is idle. */
    @Nullable
    Request assigned;

    long heardMillis;
    long idleSince;

    Worker(Identity identity, Service service, long now) {
        this.identity = identity;
        this.service = service;
        this.heardMillis = now;
        this.idleSince = now;
    }
}
