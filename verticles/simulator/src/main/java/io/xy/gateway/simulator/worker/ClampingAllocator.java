package io.xy.gateway.simulator.worker;

import zmq.Msg;
import zmq.msg.MsgAllocator;

/**
 * Answers an empty message for a length that no honest peer announces. JeroMQ 0.6.0 allocates before it looks at its
 * own limit, so one hostile frame header would end the I/O thread of the whole context (zeromq/jeromq#1005).
 */
final class ClampingAllocator implements MsgAllocator {
    private final int maxBytes;

    ClampingAllocator(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Msg allocate(int size) {
        return new Msg(size < 0 || size > maxBytes ? 0 : size);
    }
}
