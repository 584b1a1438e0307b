package io.xy.gateway.wsfanout;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenIssuer;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TempDirectory;
import io.xy.gateway.testkit.TestVertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** A deployed fan-out with lambda neighbours on a real bus with strict codecs. */
public final class Gateway implements AutoCloseable {
    static final String SECRET = "a-secret-for-tests-of-at-least-32-bytes";
    public static final String NODE = "node-a";

    private final Vertx vertx;
    private final GatewayConfig config;
    private final Bus bus;
    private volatile HealthReport report =
            new HealthReport(NODE, Role.WS_FANOUT, 0, HealthReport.State.DEGRADED, 0, List.of(), List.of());
    private String deployment = "";

    private Gateway(GatewayConfig config) {
        this.vertx = TestVertx.create();
        this.config = config;
        this.bus = new Bus(vertx, NODE);
    }

    static Gateway start(String... environment) {
        return startWith("", environment);
    }

    /** With text of the main configuration file. */
    static Gateway startConfigured(String yaml, String... environment) {
        return start("", yaml, environment);
    }

    static Gateway startWith(String streams, String... environment) {
        return start(streams, "", environment);
    }

    private static Gateway start(String streams, String yaml, String... environment) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            all.put(environment[i], environment[i + 1]);
        }
        Gateway gateway = new Gateway(config(all, streams, yaml));
        gateway.deploy();
        return gateway;
    }

    public static GatewayConfig config(Map<String, String> more, String streams) {
        return config(more, streams, "");
    }

    private static GatewayConfig config(Map<String, String> more, String streams, String yaml) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "XY_NODE_ID",
                NODE,
                "WS_HOST",
                "127.0.0.1",
                "WS_PORT",
                "0",
                "JWT_SECRET",
                SECRET,
                "WS_LEASE",
                "1500ms"));
        environment.putAll(more);
        try (TempDirectory directory = TempDirectory.create()) {
            if (!yaml.isEmpty()) {
                directory.with("gateway.yaml", yaml);
            }
            if (!streams.isEmpty()) {
                directory.with("streams.yaml", streams);
            }
            return ConfigLoader.load(directory.path(), environment);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    Vertx vertx() {
        return vertx;
    }

    Bus bus() {
        return bus;
    }

    GatewayConfig config() {
        return config;
    }

    int port() {
        return (int) report.figure("port");
    }

    long figure(String name) {
        return report.figure(name);
    }

    HealthReport report() {
        return report;
    }

    String token() {
        return token(principal("t07", List.of("*"), List.of()));
    }

    String token(Principal principal) {
        return token(principal, 3_600_000);
    }

    String token(Principal principal, long lifeMillis) {
        return new TokenIssuer(vertx, config.jwt()).issue(principal, lifeMillis);
    }

    static Principal principal(String id, List<String> accounts, List<String> subjects) {
        return new Principal(id, id, Principal.VIEWER, List.of(), accounts, subjects, "session-" + id, 0);
    }

    FakeSource source() {
        return FakeSource.start(vertx, NODE);
    }

    XyTestClient client() {
        return XyTestClient.connect(vertx, port(), "xy.v1.json");
    }

    /** A connected client that has authenticated. */
    XyTestClient trader() {
        XyTestClient client = client();
        client.authenticate(token());
        return client;
    }

    void control(Control.Kind kind, String argument) {
        bus.publish(Contract.CONTROL, new Control(kind, "", argument));
    }

    /** Puts a REST side on the bus that answers every call as told. */
    void serveCalls(Function<RouteCall, CallReply> answers) {
        TestVertx.await(bus.serve(Contract.API_CALL, call -> Future.succeededFuture(answers.apply(call))));
        HealthReport up = new HealthReport(NODE, Role.HTTP_API, 0, HealthReport.State.UP, 0, List.of(), List.of());
        bus.publish(Contract.HEALTH_REPORT, up);
        vertx.setPeriodic(500, id -> bus.publish(Contract.HEALTH_REPORT, up));
    }

    /** One more instance on the same port, as a node with several event loops has it. */
    void addInstance() {
        TestVertx.await(vertx.deployVerticle(new WsFanoutVerticle(config, 1)));
    }

    void undeployAll() {
        vertx.deploymentIDs().forEach(id -> TestVertx.await(vertx.undeploy(id)));
    }

    void undeploy() {
        TestVertx.await(vertx.undeploy(deployment));
        deployment = "";
    }

    @Override
    public void close() {
        TestVertx.close(vertx);
    }

    private void deploy() {
        TestVertx.await(bus.listen(Contract.HEALTH_REPORT, heard -> {
            if (heard.role() == Role.WS_FANOUT) {
                report = heard;
            }
        }));
        deployment = TestVertx.await(vertx.deployVerticle(new WsFanoutVerticle(config, 0)));
        Await.until("the port is known", () -> port() > 0);
    }
}
