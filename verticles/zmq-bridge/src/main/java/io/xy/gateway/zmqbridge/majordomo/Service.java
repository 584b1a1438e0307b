package io.xy.gateway.zmqbridge.majordomo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers of one service in the order of their registration, and the requests that wait for them. */
final class Service {
    final String name;
    final boolean shared;
    final List<Worker> workers = new ArrayList<>();
    final Deque<Request> waiting = new ArrayDeque<>();

    Service(String name, boolean shared) {
        this.name = name;
        this.shared = shared;
    }

    /** Whether the worker is the one that is given the work, while others stand by. */
    boolean isDesignated(Worker worker) {
        return !shared && !workers.isEmpty() && workers.get(0) == worker;
    }

    /** The worker for the next request; null when it has to wait. */
    @Nullable
    Worker free() {
        if (!shared) {
            return workers.isEmpty() || workers.get(0).assigned != null ? null : workers.get(0);
        }
        Worker longest = null;
        for (Worker worker : workers) {
            if (worker.assigned == null && (longest == null || worker.idleSince < longest.idleSince)) {
                longest = worker;
            }
        }
        return longest;
    }

    boolean isEmpty() {
        return workers.isEmpty() && waiting.isEmpty();
    }
}
