package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.NatsServer;
import io.xy.gateway.testkit.PeerProcess;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One node with everything in it, a real nats-server beside it: what a stranger sees after the first command. */
class SingleNodeTest {
    private static NatsServer nats;
    private static Node node;

    @BeforeAll
    static void start() {
        nats = NatsServer.start();
        node = new Node("NATS_URLS", nats.url()).start();
    }

    @AfterAll
    static void stop() {
        assertThat(node.process().terminate()).isZero();
        assertThat(node.process().lines()).anyMatch(line -> line.startsWith("stopped in"));
        node.close();
        nats.close();
    }

    @Test
    @Tag("H2")
    void healthIsExactlyOk() {
        HttpResponse<String> health = node.get("/health", "");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("{\"status\":\"ok\"}");
    }

    @ParameterizedTest
    @Tag("B10")
    @ValueSource(
            strings = {
                "/health",
                "/healthz",
                "/health/liveness",
                "/health/readiness",
                "/health/detailed",
                "/metrics",
                "/version"
            })
    void everyHealthPageIsOnBothPorts(String path) {
        assertThat(node.get(path, "").statusCode()).isEqualTo(200);
        assertThat(node.getManagement(path).statusCode()).isEqualTo(200);
    }

    @Test
    @Tag("C6")
    void itSaysWhereItListensAndHowLongItTook() {
        assertThat(node.process().lines())
                .anyMatch(line -> line.contains("http://localhost:" + node.http))
                .anyMatch(line -> line.contains("ws://localhost:" + node.ws))
                .anyMatch(line -> line.matches("ready in [0-9]+ ms"));
    }

    @Test
    @Tag("Z7")
    @Tag("Z10")
    void accountsComeFromTheDeskWithCamelCaseKeys() {
        HttpResponse<String> answer = node.get("/api/v1/accounts", node.login());
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonArray accounts = new JsonObject(answer.body()).getJsonArray("data");
        assertThat(accounts.stream().map(account -> ((JsonObject) account).getString("id")))
                .containsExactly("account1", "account2", "account3");
        assertThat(accounts.getJsonObject(0).fieldNames())
                .contains("availableBalance", "usedMargin", "unrealizedPnL", "realizedPnL", "lastUpdate")
                .noneMatch(name -> name.contains("_"));
    }

    @Test
    @Tag("B2")
    void withoutATokenNothingIsShown() {
        HttpResponse<String> answer = node.get("/api/v1/accounts", "");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
    }

    @Test
    @Tag("N6")
    void theMetricsOfStreamsAreOnThePageAndEveryValueIsANumber() {
        String page = node.getManagement("/metrics").body();

        assertThat(page)
                .contains(
                        "xy_ws_active_connections ",
                        "xy_ws_messages_forwarded_total ",
                        "xy_ws_messages_dropped_total{reason=",
                        "xy_ws_slow_consumers_total ",
                        "xy_ws_send_queue_size ",
                        "xy_nats_reconnects_total ",
                        "xy_nats_inbox_size{",
                        "xy_nats_hand_off_size{",
                        "xy_sub_storms_total ",
                        "\nws_active ",
                        "\nws_msgs_rate ",
                        "\nslow_consumers");
        assertThat(page.lines().filter(line -> line.startsWith("xy_") || line.startsWith("ws_")))
                .noneMatch(line -> line.endsWith(" NaN"))
                .extracting(line -> line.substring(0, line.lastIndexOf(' ')))
                .doesNotHaveDuplicates();
    }

    @Test
    @Tag("B11")
    void requestsAreAmongTheMetricsOfTheNodeByTheirRoutes() {
        node.get("/api/v1/strategies/s-17", "");

        assertThat(node.getManagement("/metrics").body())
                .contains("# TYPE api_gateway_http_request_duration_seconds histogram")
                .containsPattern("api_gateway_http_requests_total\\{method=\"GET\",path=\"/api/v1/strategies/"
                        + "\\{id}\",status=\"401\"} [1-9]")
                .containsPattern("api_gateway_authentication_failures_total\\{reason=\"missing_credentials\"")
                .doesNotContain("s-17");
    }

    @Test
    @Tag("B11")
    void theCollectionsOfGarbageAreAmongTheMetricsOfTheNode() {
        assertThat(node.getManagement("/metrics").body())
                .contains("# TYPE jvm_gc_pause_seconds summary")
                .containsPattern("jvm_gc_pause_seconds_count\\{gc=\"[^\"]+\"[^}]*} [1-9]")
                .containsPattern("jvm_gc_pause_seconds_sum\\{gc=\"[^\"]+\"[^}]*} [0-9]");
    }

    @ParameterizedTest(name = "{0}")
    @Tag("Z7")
    @CsvFileSource(resources = "/vega.csv")
    void everyVegaLineIsParsedOverRest(String line, String expected) {
        JsonObject body = new JsonObject().put("text", line).put("accounts", new JsonArray().add("account1"));
        HttpResponse<String> answer = node.post("/api/v1/instructions/parse", node.login(), body.encode());
        if (expected.startsWith("error")) {
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(new JsonObject(answer.body()).getString("code")).isNotBlank();
            return;
        }
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonArray instructions = new JsonObject(answer.body()).getJsonArray("instructions");
        assertThat(instructions.stream().map(leg -> ((JsonObject) leg).getString("parsed")))
                .containsExactly(expected.split(" ; "));
        assertThat(instructions.stream().map(leg -> ((JsonObject) leg).getString("type")))
                .containsOnly("vega");
    }

    /** The tables of the desk's page: number, kind, line, and the legs, none, or how the desk's parser fails. */
    @ParameterizedTest
    @Tag("Z7")
    @Tag("Z10")
    @ValueSource(strings = {"golden", "extra", "errors", "further"})
    void everyLineOfTheDesksTablesIsParsedOverRest(String table) throws Exception {
        String token = node.login();
        Path rows = Node.ROOT.resolve("verticles/simulator/src/test/resources/instruction/" + table + ".tsv");
        for (String row : Files.readAllLines(rows)) {
            String[] cells = row.split("\t", -1);
            JsonObject body = new JsonObject()
                    .put("text", cells[2])
                    .put("type", cells[1])
                    .put("accounts", new JsonArray().add("account1"));
            HttpResponse<String> answer = node.post("/api/v1/instructions/parse", token, body.encode());
            JsonObject said = new JsonObject(answer.body());
            if (cells[3].isEmpty() || cells[3].startsWith("!")) {
                assertThat(answer.statusCode()).as(row).isEqualTo(422);
                assertThat(said.getString("code")).as(row).isEqualTo("instruction_invalid");
                continue;
            }
            assertThat(answer.statusCode()).as(row).isEqualTo(200);
            assertThat(said.getJsonArray("instructions").stream().map(leg -> ((JsonObject) leg).getString("parsed")))
                    .as(row)
                    .containsExactly(cells[3].split(" ; "));
        }
    }

    @ParameterizedTest
    @Tag("Z10")
    @ValueSource(strings = {"500 买 万50 的c", "500 买 万1 万0.5 的c", "500 买 当月下月 万1 的c", "科创100 买 万1 的c", "双卖 万1 的v"})
    void whatTheDeskMisreadsIsRefusedWhenStrictAndNeverExecuted(String line) {
        String token = node.login();
        JsonObject body =
                new JsonObject().put("text", line).put("strict", true).put("accounts", new JsonArray().add("account1"));
        HttpResponse<String> parsed = node.post("/api/v1/instructions/parse", token, body.encode());
        assertThat(parsed.statusCode()).isEqualTo(422);
        JsonObject order = new JsonObject()
                .put("instructions", new JsonArray().add(new JsonObject().put("originalText", line)))
                .put("accounts", new JsonArray().add("account1"));
        HttpResponse<String> refused = node.post("/api/v1/instructions/execute", token, order.encode());
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(new JsonObject(refused.body()).getString("outcome")).isEqualTo("not-executed");
        assertThat(refused.body()).contains(line);
    }

    @Test
    @Tag("N2")
    @Tag("N12")
    void aPriceOfAnotherProcessReachesAWebSocketOnBothPorts() throws Exception {
        String token = node.login();
        String price = noncePrice();
        try (PeerProcess publisher = publish("xy.md.tick.demo", price);
                StreamClient direct = StreamClient.open(node.ws, token);
                StreamClient through = StreamClient.open(node.http, token)) {
            publisher.awaitLine("connected");
            direct.subscribe(2, "xy.md.tick.demo");
            through.subscribe(2, "xy.md.tick.*");
            direct.await("the price directly", frame -> frame.contains(price));
            through.await("the price through the API port", frame -> frame.contains(price));
        }
    }

    @Test
    @Tag("X2")
    void theConsoleShowsAPriceThatAnotherProcessPublished() throws Exception {
        String price = noncePrice();
        Path shots = Files.createDirectories(Node.ROOT.resolve("cluster/target/screenshots"));
        Map<String, String> environment = Map.of(
                "BASE", node.url(""),
                "PRICE", price,
                "SHOTS", shots.toString(),
                "CHROMIUM", PeerProcess.find("chromium"));
        try (PeerProcess browser = Scripts.start("console.mjs", environment);
                PeerProcess publisher = publish("xy.md.tick.demo", price)) {
            publisher.awaitLine("connected");
            assertThat(browser.await(240)).as(browser.lines().toString()).isZero();
            assertThat(browser.lines()).contains("PRICE SEEN", "CLEAN");
        }
        Evidence.contacted("chromium");
        assertThat(shots.resolve("console-desktop.png")).isNotEmptyFile();
    }

    @ParameterizedTest
    @Tag("N13")
    @ValueSource(strings = {"direct", "through the API port"})
    void theStockEventBusClientHearsPrices(String way) throws Exception {
        int port = way.equals("direct") ? node.ws : node.http;
        Map<String, String> environment = Map.of(
                "URL", "http://127.0.0.1:" + port + "/eventbus", "TOKEN", node.login(), "SUBJECT", "xy.md.tick.demo");
        try (PeerProcess client = Scripts.start("eventbus.mjs", environment);
                PeerProcess publisher = publish("xy.md.tick.demo", "4.25")) {
            publisher.awaitLine("connected");
            assertThat(client.await(60)).as(client.lines().toString()).isZero();
            assertThat(client.lines()).anyMatch(line -> line.startsWith("HEARD"));
        }
        Evidence.contacted("node");
    }

    @Test
    @Tag("B8")
    void badInputIsAProblemAndNeverAStackTrace() {
        String token = node.login();
        assertProblem(node.post("/api/v1/instructions/parse", token, "{\"text\":"), 400, "bad_request");
        assertProblem(
                node.post("/api/v1/instructions/parse", token, "{\"text\":\"" + "x".repeat(2_000_000) + "\"}"),
                413,
                "too_large");
        assertProblem(node.get("/api/v1/nowhere", token), 404, "not_found");
        assertProblem(node.get("/api/v1/accounts", "no.such.token"), 401, "unauthorized");
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.getString("code")).isEqualTo(code);
        assertThat(problem.getString("requestId")).isNotBlank();
        assertThat(answer.body()).doesNotContain("Exception", "io.xy", "\tat ");
    }

    /** Starts at four digits that no simulated price of the symbol has. */
    private static String noncePrice() {
        return "7" + ThreadLocalRandom.current().nextInt(100, 999) + "."
                + ThreadLocalRandom.current().nextInt(11, 99);
    }

    private static PeerProcess publish(String subject, String price) {
        return PeerProcess.start(
                PeerProcess.python(),
                Node.ROOT.resolve("cluster/src/test/python/nats_publish.py").toString(),
                String.valueOf(nats.port()),
                subject,
                price);
    }
}
