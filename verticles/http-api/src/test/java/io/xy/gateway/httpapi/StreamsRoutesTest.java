package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.History;
import io.xy.gateway.shared.message.History.Past;
import io.xy.gateway.shared.message.HistoryQuery;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.message.StreamRecord;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TempDirectory;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller learns of streams by REST is what it might subscribe. */
@Tag("X8")
class StreamsRoutesTest {
    private static final String STREAMS = """
            streams:
              - {subject: xy.md.tick.>, mode: latest, stale-after: 10s, schema: tick, history: PRICES, description: Prices}
              - {subject: xy.acct.>, mode: all, description: Accounts}
              - {subject: xy.secret.>, mode: all, description: Nobody's}
            """;
    private static final String A = "xy.md.tick.SHFE.a";
    private static final String B = "xy.md.tick.SHFE.b";

    private static Gateway gateway;
    private static final List<HistoryQuery> asked = new CopyOnWriteArrayList<>();
    private static volatile Future<History> first = Future.succeededFuture(History.NONE);
    private static volatile Future<History> second = Future.succeededFuture(History.NONE);
    private static volatile Future<History> stored = Future.succeededFuture(History.NONE);

    @BeforeAll
    static void start() {
        List<RouteConfig> routes = Gateway.routes(Gateway.root().resolve("conf/routes")).stream()
                .filter(route -> route.where().startsWith("routes/streams.yaml"))
                .toList();
        gateway = Gateway.start(config(), routes);
        Bus other = new Bus(gateway.vertx, "n2");
        TestVertx.await(gateway.bus.serve(Contract.STREAM_RECENT, "n1/ws-0", query -> {
            asked.add(query);
            return first;
        }));
        TestVertx.await(other.serve(Contract.STREAM_RECENT, "n2/ws-1", query -> second));
        TestVertx.await(gateway.bus.serve(Contract.STREAM_HISTORY, query -> {
            asked.add(query);
            return stored;
        }));
        gateway.vertx.setPeriodic(200, id -> {
            report("n1", Role.WS_FANOUT, 0);
            report("n2", Role.WS_FANOUT, 1);
            report("n1", Role.NATS_BRIDGE, 0);
        });
        first = second = answer(past(A, true, value(A, 1, "1")));
        Await.until("the front knows its neighbours", () -> {
            asked.clear();
            gateway.get("/api/v1/streams/" + A + "/history", all());
            return asked.size() == 2;
        });
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        asked.clear();
        first = second = stored = answer();
    }

    @Test
    void theCatalogueNamesStreamsAndTheNewestValueThatAnyInstanceHas() {
        first = answer(past(A, true, value(A, 4, "{\"p\":1.50}")), past(B, false, value(B, 9, "2")));
        second = answer(past(A, true, value(A, 5, "{\"p\":2.25}")));

        Gateway.Reply reply = gateway.get("/api/v1/streams", all());

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getJsonArray("streams").stream()
                        .map(stream -> ((JsonObject) stream).getString("subject")))
                .containsExactly("xy.md.tick.>", "xy.acct.>");
        JsonObject prices = reply.json().getJsonArray("streams").getJsonObject(0);
        assertThat(prices.getString("mode")).isEqualTo("latest");
        assertThat(prices.getString("schema")).isEqualTo("tick");
        assertThat(prices.getString("source")).isEqualTo("nats");
        assertThat(prices.getInteger("staleAfter")).isEqualTo(10_000);
        assertThat(prices.getBoolean("history")).isTrue();
        JsonArray subjects = reply.json().getJsonArray("subjects");
        assertThat(subjects).hasSize(2);
        JsonObject a = subjects.getJsonObject(0);
        assertThat(a.getString("subject")).isEqualTo(A);
        assertThat(a.getBoolean("live")).isTrue();
        assertThat(a.getLong("age")).isPositive();
        assertThat(a.getJsonObject("last").encode())
                .isEqualTo("{\"epoch\":\"js:P@1\",\"seq\":5,\"ts\":1700000000005,\"value\":{\"p\":2.25}}");
        assertThat(subjects.getJsonObject(1).getBoolean("live")).isFalse();
    }

    @Test
    @Tag("Z13")
    void aCallerSeesOnlyItsOwnAccountsAndWhatItsTokenLists() {
        first = answer(
                past("xy.acct.a1.balance", true, value("xy.acct.a1.balance", 1, "1")),
                past("xy.acct.a2.balance", true, value("xy.acct.a2.balance", 1, "2")),
                past("xy.secret.x", true, value("xy.secret.x", 1, "3")),
                past(A, true, value(A, 1, "4")));
        String one = gateway.token(Principal.VIEWER, "a1");
        String narrow = gateway.token(new Principal(
                "u", "u", Principal.VIEWER, List.of(), List.of("*"), List.of("xy.md.tick.SHFE.*"), "", 0));

        JsonObject mine = gateway.get("/api/v1/streams", one).json();
        JsonObject little = gateway.get("/api/v1/streams", narrow).json();

        assertThat(names(mine.getJsonArray("subjects"))).containsExactly("xy.acct.a1.balance", A);
        assertThat(names(mine.getJsonArray("streams"))).containsExactly("xy.md.tick.>", "xy.acct.a1", "xy.acct.a1.>");
        assertThat(names(little.getJsonArray("subjects"))).containsExactly(A);
        assertThat(names(little.getJsonArray("streams"))).containsExactly("xy.md.tick.SHFE.*");
        assertThat(asked).allSatisfy(query -> assertThat(query.patterns()).doesNotContain("xy.acct.>", "xy.secret.>"));
    }

    @ParameterizedTest
    @Tag("Z13")
    @ValueSource(
            strings = {
                "xy.acct.a2.balance",
                "xy.acct.a11.balance",
                "xy.secret.x",
                "xy.acct",
                "xy.md.tick.*",
                "xy.md.%3E",
                "%24SYS.x",
                "_INBOX.x",
                "xy.md.tick..a",
                "xy.md.tick.a%20b"
            })
    void thePastOfWhatMayNotBeSubscribedIsRefusedAndNobodyIsAsked(String subject) {
        Gateway.Reply reply =
                gateway.get("/api/v1/streams/" + subject + "/history", gateway.token(Principal.VIEWER, "a1"));

        assertThat(reply.status()).isIn(400, 403);
        assertThat(asked).isEmpty();
    }

    @Test
    void withoutATokenNothingIsTold() {
        assertThat(gateway.get("/api/v1/streams", "").status()).isEqualTo(401);
        assertThat(gateway.get("/api/v1/streams/" + A + "/history", "").status())
                .isEqualTo(401);
        assertThat(asked).isEmpty();
    }

    @Test
    void historyIsWhatIsStoredAndBehindItWhatTheFanOutHasAlready() {
        stored = answer(new Past(
                A, "nats", true, false, List.of(value(A, 3, "3"), value(A, 4, "4"), value(A, 5, "{\"p\":5}"))));
        first = answer(past(A, true, value(A, 5, "{\"p\":5}"), value(A, 8, "\"x\"")));

        JsonObject told =
                gateway.get("/api/v1/streams/" + A + "/history?limit=3", all()).json();

        assertThat(told.getString("subject")).isEqualTo(A);
        assertThat(told.getBoolean("complete")).isFalse();
        assertThat(sequences(told)).containsExactly(4L, 5L, 8L);
        assertThat(told.getJsonArray("values").getJsonObject(2).getString("value"))
                .isEqualTo("x");
        assertThat(asked).allSatisfy(query -> assertThat(query.values()).isEqualTo(3));
    }

    @Test
    void withoutAStreamHistoryIsWhatTheFanOutKeeps() {
        first = answer(past("xy.acct.a1.x", true, value("xy.acct.a1.x", 8, "1"), value("xy.acct.a1.x", 9, "2")));

        JsonObject told = gateway.get("/api/v1/streams/xy.acct.a1.x/history", gateway.token(Principal.VIEWER, "a1"))
                .json();

        assertThat(sequences(told)).containsExactly(8L, 9L);
        assertThat(asked).hasSize(1);
    }

    @Test
    void neighboursThatDoNotAnswerCostTheirPartOnly() {
        second = Future.failedFuture(GatewayError.INTERNAL.unknown("broken").exception());
        stored = Future.failedFuture(
                GatewayError.UPSTREAM_DOWN.notExecuted("down").exception());
        first = answer(past(A, true, value(A, 8, "1")));

        assertThat(sequences(
                        gateway.get("/api/v1/streams/" + A + "/history", all()).json()))
                .containsExactly(8L);
        assertThat(gateway.get("/api/v1/streams", all()).json().getJsonArray("subjects"))
                .hasSize(1);
    }

    @Test
    void whatIsNotJsonComesAsOnTheSocket() {
        first = answer(past(A, true, value(A, 8, "not json")));

        JsonObject value = gateway.get("/api/v1/streams/" + A + "/history", all())
                .json()
                .getJsonArray("values")
                .getJsonObject(0);

        assertThat(value.getJsonObject("value").getString("$b64")).isEqualTo("bm90IGpzb24=");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "ten", "1e3", ""})
    void aLimitBeyondTheBoundsIsRefused(String limit) {
        assertThat(gateway.get("/api/v1/streams/" + A + "/history?limit=" + limit, all())
                        .status())
                .isEqualTo(400);
        assertThat(asked).isEmpty();
    }

    @Test
    void anUnknownSubjectHasAnEmptyPast() {
        JsonObject told = gateway.get("/api/v1/streams/" + B + "/history?limit=1000", all())
                .json();

        assertThat(told.getJsonArray("values")).isEmpty();
        assertThat(told.getBoolean("live")).isFalse();
    }

    private static String all() {
        return gateway.token(Principal.VIEWER, "*");
    }

    private static List<String> names(JsonArray list) {
        return list.stream()
                .map(each -> ((JsonObject) each).getString("subject"))
                .toList();
    }

    private static List<Long> sequences(JsonObject told) {
        return told.getJsonArray("values").stream()
                .map(each -> ((JsonObject) each).getLong("seq"))
                .toList();
    }

    private static Future<History> answer(Past... pasts) {
        return Future.succeededFuture(new History(List.of(pasts)));
    }

    private static Past past(String subject, boolean live, StreamRecord... records) {
        return new Past(subject, "nats", live, true, List.of(records));
    }

    private static StreamRecord value(String subject, long sequence, String json) {
        return StreamRecord.value(subject, "js:P@1", sequence, 1_700_000_000_000L + sequence, Payload.utf8(json));
    }

    private static void report(String node, Role role, int instance) {
        gateway.bus.publish(
                Contract.HEALTH_REPORT,
                new HealthReport(node, role, instance, HealthReport.State.UP, 0, List.of(), List.of()));
    }

    private static GatewayConfig config() {
        try (TempDirectory directory = TempDirectory.create()) {
            return ConfigLoader.load(
                    directory.with("streams.yaml", STREAMS).path(),
                    Map.of(
                            "XY_NODE_ID",
                            Gateway.NODE,
                            "SERVICE_TYPE",
                            "http-api",
                            "HTTP_HOST",
                            "127.0.0.1",
                            "HTTP_PORT",
                            "0",
                            "JWT_SECRET",
                            Gateway.SECRET,
                            "WS_SUBJECT_WHITELIST",
                            "xy.md.>,xy.acct.>"));
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }
}
