package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.client.Call.State;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * When a call that is safe to repeat is tried again: after 50, 100, 200 ms and so on when it could not be sent, soon
 * after its broker was lost, and once when half of its time has passed without an answer. Jitter spreads the callers.
 * Belongs to one event loop.
 */
final class Repeats {
    private static final long FIRST_NANOS = 50_000_000;
    private static final int MOST_DOUBLINGS = 10;

    private record Due(Call call, long atNanos) {}

    private final DeadlineWheel halfway = new DeadlineWheel(System.nanoTime(), call -> call.halfwayNanos);
    /** At most one plan for each repeat of a call under way. */
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::atNanos));

    /** Plans another try of a call that was not sent; false when it may not be tried again in time. */
    boolean later(Call call, int retries) {
        if (!call.repeatable(retries)) {
            return false;
        }
        long at = System.nanoTime() + backOff(call.repeats);
        if (at - call.request.deadline().nanos() >= 0) {
            return false;
        }
        call.repeats++;
        call.state = State.BACKING_OFF;
        due.add(new Due(call, at));
        return true;
    }

    /** Plans another copy of a call whose first one may be lost. */
    void soon(Call call, int retries) {
        if (call.repeatable(retries)) {
            call.repeats++;
            due.add(new Due(call, System.nanoTime() + backOff(0)));
        }
    }

    /** Plans another copy for the middle of the time that a call has. */
    void halfway(Call call) {
        if (call.request.effect().repeatable()) {
            long now = System.nanoTime();
            call.halfwayNanos = now + (call.request.deadline().nanos() - now) / 2;
            halfway.add(call);
        }
    }

    /** The call has its answer. */
    void forget(Call call) {
        halfway.remove(call);
    }

    /** Gives the calls whose time has come, each once per plan. */
    void due(long now, int retries, Consumer<Call> again) {
        halfway.advance(now, call -> {
            if (call.state == State.SENT && call.attempts.size() == 1 && call.repeatable(retries)) {
                call.repeats++;
                again.accept(call);
            }
        });
        while (!due.isEmpty() && due.element().atNanos - now <= 0) {
            Call call = due.remove().call;
            if (!call.answered() && call.state != State.WAITING) {
                again.accept(call);
            }
        }
    }

    private static long backOff(int repeats) {
        long longest = FIRST_NANOS << Math.min(repeats, MOST_DOUBLINGS);
        return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2);
    }
}
