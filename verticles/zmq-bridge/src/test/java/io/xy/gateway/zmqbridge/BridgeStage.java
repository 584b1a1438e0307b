package io.xy.gateway.zmqbridge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A bridge on a Vert.x of its own, with what it says on the bus at hand. */
public final class BridgeStage implements AutoCloseable {
    public static final String NODE = "node-a";

    public final Vertx vertx = TestVertx.create();
    public final Bus bus = new Bus(vertx, NODE);
    public final List<LateReply> late = new CopyOnWriteArrayList<>();
    private @Nullable String deployment;
    private volatile @Nullable HealthReport report;
    private int number;

    private BridgeStage() {
        TestVertx.await(Future.all(
                bus.listen(Contract.HEALTH_REPORT, heard -> report = heard),
                bus.listen(Contract.OUTCOME_LATE, late::add)));
    }

    /** A bridge that connects to the brokers, with probes each 200 ms. */
    public static BridgeStage client(Path directory, String yaml, String... brokers) {
        return deployed(config(directory, yaml, Map.of("ZMQ_BROKER_URL", String.join(",", brokers))));
    }

    /** A bridge with a broker of its own at the endpoint. */
    public static BridgeStage broker(Path directory, String bind) {
        return deployed(config(directory, "", Map.of("ZMQ_MODE", "broker", "ZMQ_BIND", bind)));
    }

    public static BridgeStage deployed(GatewayConfig config) {
        BridgeStage stage = new BridgeStage();
        stage.deploy(config);
        return stage;
    }

    public static BridgeStage empty() {
        return new BridgeStage();
    }

    public void deploy(GatewayConfig config) {
        deployment = TestVertx.await(vertx.deployVerticle(new ZmqBridgeVerticle(config, 0)));
    }

    public static GatewayConfig config(Path directory, String yaml, Map<String, String> environment) {
        Map<String, String> variables =
                new HashMap<>(Map.of("XY_NODE_ID", NODE, "ZMQ_HEARTBEAT_INTERVAL", "200", "USE_MOCK_ZMQ", "false"));
        variables.putAll(environment);
        try {
            Files.writeString(directory.resolve("gateway.yaml"), yaml);
            return ConfigLoader.load(directory, variables);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    public Future<CallReply> send(String service, String method, String body, Effect effect, long millis) {
        ServiceCall call = new ServiceCall(
                "r-" + number++, service, method, Payload.utf8(body), effect, "tester", "key-1", Deadline.in(millis));
        return bus.request(Contract.ZMQ_CALL, NODE, call, millis + 10_000);
    }

    public Future<CallReply> send(String service, String method, String body) {
        return send(service, method, body, Effect.ONCE, 5_000);
    }

    public CallReply call(String service, String method, String body) {
        return TestVertx.await(send(service, method, body));
    }

    public CallReply call(String service, String method, String body, Effect effect, long millis) {
        return TestVertx.await(send(service, method, body, effect, millis));
    }

    /** The result as text. */
    public String result(String service, String method, String body) {
        CallReply reply = call(service, method, body);
        if (!reply.succeeded()) {
            throw new AssertionError(reply.failure());
        }
        return reply.body().text();
    }

    /** Waits until the service answers a ping. */
    public void awaitService(String service) {
        Await.until(service + " answers", () -> call(service, "ping", "[[],{}]", Effect.READ, 1_000)
                .succeeded());
    }

    public void awaitFigure(String name, long value) {
        // What was heard before is about what was before.
        report = null;
        Await.until(name + " is " + value, () -> {
            HealthReport heard = report;
            // Asked for, because what lasts shortly falls between the reports of each second.
            bus.publish(Contract.CONTROL, new Control(Control.Kind.ANNOUNCE, "", ""));
            return heard != null && heard.figure(name) == value;
        });
    }

    public void awaitCheck(boolean up) {
        Await.until("the check zmq is " + up, () -> {
            HealthReport heard = report;
            return heard != null && heard.up("zmq") == up;
        });
    }

    public HealthReport report() {
        HealthReport heard = report;
        if (heard == null) {
            throw new AssertionError("no report yet");
        }
        return heard;
    }

    public void undeploy() {
        String id = deployment;
        if (id != null) {
            deployment = null;
            TestVertx.await(vertx.undeploy(id));
        }
    }

    @Override
    public void close() {
        TestVertx.close(vertx);
    }
}
