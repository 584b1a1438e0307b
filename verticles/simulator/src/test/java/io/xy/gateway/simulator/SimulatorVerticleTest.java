package io.xy.gateway.simulator;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.message.Ack;
import io.xy.gateway.shared.message.Credit;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Check;
import io.xy.gateway.shared.message.Interest;
import io.xy.gateway.shared.message.InterestAck;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.simulator.desk.DeskClock;
import io.xy.gateway.simulator.worker.DeskBroker;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TestVertx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("Z10")
@Tag("C1")
class SimulatorVerticleTest {
    private static final DeskClock FAST = new DeskClock(System::currentTimeMillis, 50, 50, 20);
    private static final List<String> SERVICES =
            List.of("auth_service", "account_service", "algorithm_service", "instruction_service");

    private static final Path NO_FILES = Path.of("src/test/resources");

    private final Vertx vertx = TestVertx.create();
    private final Bus bus = new Bus(vertx, "sim-1");
    private final List<StreamRecord> records = new CopyOnWriteArrayList<>();
    private final List<HealthReport> reports = new CopyOnWriteArrayList<>();

    @BeforeEach
    void listen() {
        await(bus.serve(Contract.STREAM_BATCH, "sim-1/ws/0", batch -> {
            records.addAll(batch.records());
            return Future.succeededFuture(new Credit(batch.number()));
        }));
        await(bus.listen(Contract.HEALTH_REPORT, reports::add));
    }

    @AfterEach
    void stop() {
        TestVertx.close(vertx);
    }

    @Test
    void aloneOnANodeItFeedsPricesToWhoeverAsks() throws InvalidConfiguration {
        await(vertx.deployVerticle(
                new SimulatorVerticle(config("USE_MOCK_ZMQ", "false", "SIMULATOR_MARKET", "100"), 0)));
        InterestAck ack = await(interest("xy.md.>"));
        assertThat(ack.node()).isEqualTo("sim-1");
        assertThat(ack.connected()).isTrue();

        Await.until("the desk's market record and a tick", () -> has("xy.md.market.500") && has("xy.md.tick.510050"));
        assertThat(records.get(0).kind()).isEqualTo(StreamRecord.Kind.LIVE);
        List<Long> sequences = records.stream()
                .filter(record -> record.subject().equals("xy.md.tick.demo"))
                .map(StreamRecord::sequence)
                .toList();
        for (int i = 1; i < sequences.size(); i++) {
            assertThat(sequences.get(i)).isEqualTo(sequences.get(i - 1) + 1);
        }
        assertThat(records)
                .filteredOn(record -> record.kind() == StreamRecord.Kind.VALUE)
                .allMatch(record -> record.epoch().equals(ack.epoch()));
        Await.until("a report says so", () -> reports.stream()
                .anyMatch(report -> report.figure("direct") == 1 && report.figure("ticks") > 0));
    }

    @Test
    void withANatsBridgePricesGoThroughIt() throws InvalidConfiguration {
        List<String> published = new CopyOnWriteArrayList<>();
        await(bus.serve(Contract.NATS_PUBLISH, message -> {
            published.add(message.subject());
            return Future.succeededFuture(Ack.OK);
        }));
        await(vertx.deployVerticle(new SimulatorVerticle(config("USE_MOCK_ZMQ", "false"), 0)));
        bus.publish(
                Contract.HEALTH_REPORT,
                new HealthReport(
                        "sim-1",
                        Role.NATS_BRIDGE,
                        0,
                        HealthReport.State.UP,
                        1,
                        List.of(new Check("nats", true, "")),
                        List.of()));

        Await.until("prices are published", () -> published.contains("xy.md.tick.IF"));
    }

    @Test
    void theFourServicesAnswerAtTheBrokerAndTheirEventsAreHeard() throws InvalidConfiguration {
        try (DeskBroker broker = DeskBroker.start()) {
            GatewayConfig config = config(
                    "USE_MOCK_ZMQ",
                    "true",
                    "ZMQ_MODE",
                    "client",
                    "ZMQ_BROKER_URL",
                    broker.endpoint(),
                    "ZMQ_HEARTBEAT_INTERVAL",
                    "200");
            String id = await(vertx.deployVerticle(new SimulatorVerticle(config, 0, FAST)));
            SERVICES.forEach(service -> broker.await("ready " + service));
            await(interest("xy.acct.>", "xy.algo.*.progress", "xy.exec.>"));

            String begun = broker.call(
                    "instruction_service",
                    "execute_instructions",
                    new JsonArray(),
                    new JsonObject()
                            .put("instructions", new JsonArray().add(new JsonObject()))
                            .put("accounts", new JsonArray().add("account1")));
            String execution = new JsonObject(begun.substring("True ".length())).getString("execution_id");
            Await.until("the execution is heard to end", () -> records.stream()
                    .filter(record -> record.subject().equals("xy.exec." + execution + ".update"))
                    .anyMatch(record -> record.payload().text().contains("\"completed\"")));
            Await.until(
                    "accounts and algorithms are heard",
                    () -> has("xy.acct.account1.balance") && has("xy.algo.algo1.progress"));
            Await.until("four workers are connected", () -> reports.stream()
                    .anyMatch(report -> report.figure("workers") == 4));

            await(vertx.undeploy(id));
            SERVICES.forEach(service -> broker.await("gone " + service));
            Await.until("no worker thread is left", () -> workerThreads() == 0);
        }
    }

    @Test
    void withTheBrokerInThisProcessItsBindEndpointIsUsed() throws InvalidConfiguration {
        try (DeskBroker broker = DeskBroker.start()) {
            String everywhere = broker.endpoint().replace("127.0.0.1", "0.0.0.0");
            await(vertx.deployVerticle(new SimulatorVerticle(
                    config("USE_MOCK_ZMQ", "true", "ZMQ_MODE", "broker", "ZMQ_BIND", everywhere), 0)));

            SERVICES.forEach(service -> broker.await("ready " + service));
        }
    }

    @Test
    void undeployedWithoutABrokerItLeavesNoThreadAndNoAddress() throws InvalidConfiguration {
        GatewayConfig config = config("USE_MOCK_ZMQ", "true", "ZMQ_BIND", "tcp://127.0.0.1:" + Ports.free());
        String id = await(vertx.deployVerticle(new SimulatorVerticle(config, 0)));
        await(vertx.undeploy(id));

        Await.until("no worker thread is left", () -> workerThreads() == 0);
        assertThat(reports.get(reports.size() - 1).state()).isEqualTo(HealthReport.State.DRAINING);
        assertThat(interest("xy.>").transform(done -> Future.succeededFuture(done.succeeded())))
                .extracting(TestVertx::await)
                .isEqualTo(false);
    }

    @Test
    void stoppingWhatNeverStartedIsAllowed() throws Exception {
        assertThat(await(new SimulatorVerticle(config("USE_MOCK_ZMQ", "true"), 0).stop()))
                .isNull();
    }

    private Future<InterestAck> interest(String... patterns) {
        return bus.request(
                Contract.STREAM_INTEREST_SIMULATOR,
                "sim-1",
                new Interest("sim-1", "sim-1/ws/0", 1, List.of(patterns), 60_000),
                5_000);
    }

    private boolean has(String subject) {
        return records.stream().anyMatch(record -> record.subject().equals(subject));
    }

    private static long workerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("xy-simulator-") && thread.isAlive())
                .count();
    }

    private GatewayConfig config(String... environment) throws InvalidConfiguration {
        Map<String, String> variables =
                new HashMap<>(Map.of("XY_NODE_ID", "sim-1", "SERVICE_TYPE", "simulator", "SIMULATOR_TICK", "20"));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        return ConfigLoader.load(NO_FILES, variables);
    }
}
