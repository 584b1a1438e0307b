package io.xy.gateway.natsbridge;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.message.StreamMessage;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TempDirectory;
import io.xy.gateway.testkit.TestVertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A node with a bridge and nothing else, and a neighbour's way to speak with it. */
final class BridgeNode implements AutoCloseable {
    static final String NODE = "gw-test";

    final Vertx vertx = TestVertx.create();
    final Bus bus = new Bus(vertx, NODE);
    final List<LateReply> late = new CopyOnWriteArrayList<>();
    private final List<HealthReport> reports = new CopyOnWriteArrayList<>();
    private final String streams;
    private final String deployment;

    BridgeNode(String... variables) {
        this("", variables);
    }

    /**
     * @param streams the catalogue of streams; empty for none
     */
    BridgeNode(String streams, String[] variables) {
        this.streams = streams;
        Map<String, String> environment = new HashMap<>(Map.of("XY_NODE_ID", NODE));
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        await(bus.listen(Contract.HEALTH_REPORT, reports::add));
        await(bus.listen(Contract.OUTCOME_LATE, late::add));
        deployment = deploy(environment, 0);
    }

    static BridgeNode at(String url) {
        return new BridgeNode("NATS_URLS", url);
    }

    static BridgeNode at(String url, String streams) {
        return new BridgeNode(streams, new String[] {"NATS_URLS", url});
    }

    String deploy(Map<String, String> environment, int instance) {
        return await(vertx.deployVerticle(new NatsBridgeVerticle(config(environment), instance)));
    }

    private GatewayConfig config(Map<String, String> environment) {
        try (TempDirectory directory = TempDirectory.create()) {
            if (!streams.isEmpty()) {
                directory.with("streams.yaml", streams);
            }
            return ConfigLoader.load(directory.path(), environment);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    BridgeNode connected() {
        Await.until("the bridge is connected, it says " + detail(), () -> last().up("nats"));
        return this;
    }

    HealthReport last() {
        return reports.isEmpty()
                ? new HealthReport(NODE, Role.NATS_BRIDGE, 0, HealthReport.State.DEGRADED, 0, List.of(), List.of())
                : reports.get(reports.size() - 1);
    }

    String detail() {
        return last().checks().isEmpty() ? "" : last().checks().get(0).detail();
    }

    InterestAck interest(String node, String consumer, long revision, int lease, String... patterns) {
        Interest interest = new Interest(node, consumer, revision, List.of(patterns), lease);
        return await(bus.request(Contract.STREAM_INTEREST_NATS, NODE, interest, 10_000));
    }

    History history(HistoryQuery query) {
        return await(bus.request(Contract.STREAM_HISTORY, NODE, query, 10_000));
    }

    Ack publish(String subject, String text) {
        return await(bus.request(Contract.NATS_PUBLISH, NODE, new StreamMessage(subject, Payload.utf8(text)), 10_000));
    }

    Future<CallReply> call(String subject, String body, long millis) {
        return call(subject, body, millis, "k-1");
    }

    Future<CallReply> call(String subject, String body, long millis, String key) {
        ServiceCall call =
                new ServiceCall("r-1", subject, "", Payload.utf8(body), Effect.ONCE, "tina", key, Deadline.in(millis));
        return bus.request(Contract.NATS_CALL, NODE, call, millis + 5_000);
    }

    void undeploy() {
        await(vertx.undeploy(deployment));
    }

    static <T> T await(Future<T> future) {
        return TestVertx.await(future);
    }

    @Override
    public void close() {
        TestVertx.close(vertx);
    }
}
