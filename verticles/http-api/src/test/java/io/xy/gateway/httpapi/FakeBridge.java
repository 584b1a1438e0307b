package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.bus.Registration;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.runtime.HealthReporter;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A bridge to a back end that is a lambda. */
final class FakeBridge {
    final BlockingQueue<ServiceCall> calls = new LinkedBlockingQueue<>();
    volatile Function<ServiceCall, Future<CallReply>> service = call -> Future.succeededFuture(json("null"));
    private final HealthReporter reporter;
    private final Registration registration;
    private final Registration natsRegistration;
    private final Bus bus;
    private volatile boolean up;

    FakeBridge(Vertx vertx, String node, boolean up) {
        this.up = up;
        bus = new Bus(vertx, node);
        registration = await(bus.serve(Contract.ZMQ_CALL, this::serve));
        natsRegistration = await(bus.serve(Contract.NATS_CALL, this::serve));
        reporter = new HealthReporter(vertx, bus, () -> report(node));
        await(reporter.start());
    }

    static CallReply json(String text) {
        return CallReply.ok(Payload.utf8(text));
    }

    void answers(String json) {
        service = call -> Future.succeededFuture(json(json));
    }

    /** Plays the bridge to NATS as well. */
    void natsToo() {
        bus.publish(
                Contract.HEALTH_REPORT,
                new HealthReport(
                        bus.node(),
                        Role.NATS_BRIDGE,
                        0,
                        HealthReport.State.UP,
                        1,
                        List.of(new HealthReport.Check("nats", true, "")),
                        List.of()));
    }

    /** Never answers. */
    void hangs() {
        service = call -> Promise.<CallReply>promise().future();
    }

    void up(boolean now) {
        up = now;
        reporter.now();
    }

    /** The next call that came. */
    ServiceCall taken() {
        try {
            ServiceCall call = calls.poll(20, TimeUnit.SECONDS);
            if (call == null) {
                throw new AssertionError("no call came");
            }
            return call;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Vanishes as a killed node does: no word, no answer. */
    void vanish() {
        reporter.stop();
        await(registration.close());
        await(natsRegistration.close());
    }

    private Future<CallReply> serve(ServiceCall call) {
        calls.add(call);
        return service.apply(call);
    }

    private HealthReport report(String node) {
        return new HealthReport(
                node,
                Role.ZMQ_BRIDGE,
                0,
                HealthReport.State.UP,
                1,
                List.of(new HealthReport.Check("zmq", up, "")),
                List.of());
    }
}
