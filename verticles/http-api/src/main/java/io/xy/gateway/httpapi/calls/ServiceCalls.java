package io.xy.gateway.httpapi.calls;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.shared.bus.Address;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.runtime.Directory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls back-end services through the bridges of this or another node. Belongs to one event loop.
 *
 * <p>Knows whom it asked: when that node is gone its calls end at once, and only read calls are asked elsewhere, once.
 * Calls in flight are bounded.
 */
public final class ServiceCalls {
    /** The bridge's own answer about a missed deadline says more than the bus's; it gets this long to arrive. */
    private static final long GRACE_MILLIS = 250;

    /** The two kinds of bridges. */
    public enum Bridge {
        ZMQ(Role.ZMQ_BRIDGE, "zmq", Contract.ZMQ_CALL),
        NATS(Role.NATS_BRIDGE, "nats", Contract.NATS_CALL);

        private final Role role;
        private final Predicate<HealthReport> connected;
        private final Address<ServiceCall, CallReply> address;

        Bridge(Role role, String check, Address<ServiceCall, CallReply> address) {
            this.role = role;
            this.connected = report -> report.up(check);
            this.address = address;
        }
    }

    private static final class Pending {
        private final Bridge bridge;
        private final ServiceCall call;
        private final Promise<CallReply> promise = Promise.promise();
        private String node = "";
        private boolean repeated;

        private Pending(Bridge bridge, ServiceCall call) {
            this.bridge = bridge;
            this.call = call;
        }
    }

    private final Bus bus;
    private final Directory directory;
    private final int limit;
    private final Map<String, Set<Pending>> byNode = new HashMap<>();
    private int inflight;

    /**
     * @param limit calls in flight; more is {@code overloaded}
     */
    public ServiceCalls(Bus bus, Directory directory, int limit) {
        this.bus = bus;
        this.directory = directory;
        this.limit = limit;
        directory.onNodeGone(this::onNodeGone);
    }

    /** The result, or the failure that the bridge, the service or the way there caused. Never throws. */
    public Future<CallReply> call(Bridge bridge, ServiceCall call) {
        if (inflight >= limit) {
            return failed(GatewayError.OVERLOADED.notExecuted("Too many calls are in flight"));
        }
        Pending pending = new Pending(bridge, call);
        inflight++;
        send(pending);
        return pending.promise.future().andThen(done -> inflight--);
    }

    public int inflight() {
        return inflight;
    }

    private void send(Pending pending) {
        String node = directory.choose(pending.bridge.role, pending.bridge.connected);
        if (node == null) {
            end(pending, unreachable(pending.bridge));
            return;
        }
        long left = pending.call.deadline().remainingMillis();
        if (left <= 0) {
            end(pending, GatewayError.TIMEOUT.notExecuted("The deadline had passed before the call was sent"));
            return;
        }
        pending.node = node;
        byNode.computeIfAbsent(node, absent -> new LinkedHashSet<>()).add(pending);
        bus.request(pending.bridge.address, node, pending.call, left + GRACE_MILLIS)
                .onComplete(done -> onReply(pending, node, done.succeeded() ? done.result() : null, done.cause()));
    }

    private void onReply(Pending pending, String node, @Nullable CallReply reply, @Nullable Throwable cause) {
        if (!pending.node.equals(node) || pending.promise.future().isComplete()) {
            // The node was given up meanwhile: its answer comes too late.
            return;
        }
        forget(pending);
        if (reply == null) {
            pending.promise.tryFail(
                    cause == null ? GatewayError.INTERNAL.unknown("").exception() : cause);
        } else if (reply.failure() != null) {
            end(pending, reply.failure());
        } else {
            pending.promise.tryComplete(reply);
        }
    }

    private void onNodeGone(String node) {
        Set<Pending> lost = byNode.remove(node);
        if (lost == null) {
            return;
        }
        List<Pending> calls = new ArrayList<>(lost);
        for (Pending pending : calls) {
            pending.node = "";
            if (pending.call.effect() == Effect.READ && !pending.repeated) {
                pending.repeated = true;
                send(pending);
            } else {
                end(pending, GatewayError.UPSTREAM_DOWN.unknown("The node that worked on the call is gone"));
            }
        }
    }

    private Failure unreachable(Bridge bridge) {
        return directory.choose(bridge.role) == null
                ? GatewayError.NO_SERVICE.notExecuted("No bridge to the back end is running")
                : GatewayError.UPSTREAM_DOWN.notExecuted("The back end is not connected");
    }

    private void end(Pending pending, Failure failure) {
        pending.promise.tryFail(failure.exception());
    }

    private void forget(Pending pending) {
        Set<Pending> calls = byNode.get(pending.node);
        if (calls != null && calls.remove(pending) && calls.isEmpty()) {
            byNode.remove(pending.node);
        }
    }

    private static <T> Future<T> failed(Failure failure) {
        return Future.failedFuture(failure.exception());
    }
}
