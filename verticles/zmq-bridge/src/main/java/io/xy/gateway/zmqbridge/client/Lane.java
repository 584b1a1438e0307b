package io.xy.gateway.zmqbridge.client;

import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;

/** A socket with at most one call outstanding: whatever comes back can only be its answer. */
final class Lane {
    final ServiceQueue queue;
    final BrokerConnection connection;
    final ZMQ.Socket socket;
    /** The call that it carries; null when it is free. */
    @Nullable
    Attempt attempt;

    boolean closed;

    Lane(ServiceQueue queue, BrokerConnection connection, ZMQ.Socket socket) {
        this.queue = queue;
        this.connection = connection;
        this.socket = socket;
    }
}
