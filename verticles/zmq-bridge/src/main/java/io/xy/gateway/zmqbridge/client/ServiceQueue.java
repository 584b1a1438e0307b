package io.xy.gateway.zmqbridge.client;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What waits for one service, and how much is under way to it. Bulkhead: a slow service fills its own queue only, and
 * one that fails is spared by a breaker of its own.
 */
final class ServiceQueue {
    final String name;
    final int concurrency;
    final boolean lane;
    final CircuitBreaker breaker;
    final Deque<Call> waiting = new ArrayDeque<>();
    int inFlight;
    long usedNanos;

    ServiceQueue(String name, int concurrency, boolean lane, CircuitBreaker breaker) {
        this.name = name;
        this.concurrency = concurrency;
        this.lane = lane;
        this.breaker = breaker;
    }

    /** Calls that could be sent at once, if the service is there. */
    int free() {
        return Math.max(0, concurrency - inFlight);
    }

    boolean idle() {
        return waiting.isEmpty() && inFlight == 0;
    }
}
