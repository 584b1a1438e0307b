package io.xy.gateway.simulator.upstreams;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.TestVertx;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The stand-ins answer at the services' own paths, and keep what they are told. */
@Tag("B5")
class StandInsTest {
    private static Vertx vertx;
    private static StandIns standIns;
    private static HttpClient client;
    private static int port;

    @BeforeAll
    static void start() {
        vertx = TestVertx.create();
        standIns = new StandIns(vertx);
        client = vertx.createHttpClient();
        port = await(standIns.start(0));
    }

    @AfterAll
    static void stop() {
        await(standIns.stop());
        TestVertx.close(vertx);
    }

    private record Reply(int status, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    private static Reply call(String method, String path, String body) {
        return await(client.request(HttpMethod.valueOf(method), port, "127.0.0.1", path)
                .compose(request -> request.putHeader("X-User-Id", "u1")
                        .send(Buffer.buffer(body))
                        .compose(StandInsTest::read)));
    }

    private static io.vertx.core.Future<Reply> read(HttpClientResponse response) {
        return response.body().map(body -> new Reply(response.statusCode(), body.toString()));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /health",
        "GET, /api/v1/market-data/symbols",
        "GET, /api/v1/market-data/orderbook/BTCUSDT",
        "GET, /api/v1/market-data/trades/BTCUSDT",
        "GET, /api/v1/market-data/ticker/BTCUSDT",
        "GET, /api/v1/orders",
        "GET, /api/v1/orders/active",
        "GET, /api/v1/orders/history",
        "GET, /api/v1/strategies",
        "GET, /api/v1/strategies/str-1",
        "GET, /api/v1/strategies/str-1/status",
        "POST, /api/v1/strategies/str-1/start",
        "POST, /api/v1/strategies/str-1/stop",
        "PUT, /api/v1/strategies/str-1",
        "GET, /api/balance",
        "GET, /api/positions",
        "GET, /api/pnl",
        "GET, /api/pnl/daily",
        "GET, /api/trades",
        "GET, /api/account",
        "GET, /api/v1/risk/limits",
        "PUT, /api/v1/risk/limits",
        "GET, /api/v1/risk/status",
        "POST, /api/v1/risk/emergency-stop",
        "GET, /api/v1/configurations",
        "GET, /api/v1/configurations/trading.enabled",
        "GET, /api/v1/dashboard/status",
        "GET, /api/v1/dashboard/summary",
    })
    void everyPathIsServed(String method, String path) {
        Reply reply = call(method, path, method.equals("GET") ? "" : "{}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().isEmpty()).isFalse();
    }

    @Test
    void anOrderWaitsUntilItIsCancelled() {
        String order =
                "{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\",\"type\":\"LIMIT\",\"price\":\"1\",\"quantity\":\"2\"}";
        Reply created = call("POST", "/api/v1/orders", order);
        String id = created.json().getString("order_id");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().getString("state")).isEqualTo("NEW");
        assertThat(created.json().getString("user")).isEqualTo("u1");
        assertThat(call("GET", "/api/v1/orders/active", "").body()).contains(id);
        assertThat(call("DELETE", "/api/v1/orders/" + id, "").json().getString("state"))
                .isEqualTo("CANCELED");
        assertThat(call("GET", "/api/v1/orders/" + id, "").json().getString("state"))
                .isEqualTo("CANCELED");
        assertThat(call("GET", "/api/v1/orders/active", "").body()).doesNotContain(id + '"');
        assertThat(call("GET", "/api/v1/orders/history", "").body()).contains(id);
    }

    @Test
    void aMarketOrderIsFilledAndABadOneRefused() {
        assertThat(call(
                                "POST",
                                "/api/v1/orders",
                                "{\"symbol\":\"A\",\"side\":\"SELL\",\"type\":\"MARKET\",\"quantity\":1}")
                        .json()
                        .getString("state"))
                .isEqualTo("FILLED");
        assertThat(call("POST", "/api/v1/orders", "{\"symbol\":\"A\",\"side\":\"SIDEWAYS\"}")
                        .status())
                .isEqualTo(400);
        assertThat(call("POST", "/api/v1/orders", "no").status()).isEqualTo(400);
        assertThat(call("DELETE", "/api/v1/orders/none", "").status()).isEqualTo(404);
        assertThat(call("PATCH", "/api/v1/orders/none", "").status()).isEqualTo(404);
    }

    @Test
    void whatIsSetCanBeReadAndRemoved() {
        assertThat(call("PUT", "/api/v1/configurations/a.b", "{\"value\":5}").status())
                .isEqualTo(200);
        assertThat(call("GET", "/api/v1/configurations/a.b", "").json().getInteger("value"))
                .isEqualTo(5);
        assertThat(call("DELETE", "/api/v1/configurations/a.b", "").status()).isEqualTo(204);
        assertThat(call("GET", "/api/v1/configurations/a.b", "").status()).isEqualTo(404);
        Reply strategy = call("POST", "/api/v1/strategies", "{\"name\":\"n\"}");
        assertThat(strategy.status()).isEqualTo(201);
        String path = "/api/v1/strategies/" + strategy.json().getString("id");
        assertThat(call("DELETE", path, "").status()).isEqualTo(204);
        assertThat(call("GET", path, "").status()).isEqualTo(404);
    }

    @Test
    void anEmergencyStopStays() {
        call("POST", "/api/v1/risk/emergency-stop", "{\"reason\":\"test\"}");

        JsonObject status = call("GET", "/api/v1/risk/status", "").json();
        assertThat(status.getBoolean("is_stopped")).isTrue();
        assertThat(status.getString("triggered_by")).isEqualTo("u1");
    }

    @Test
    void theDashboardsSocketAnswersASubscription() throws Exception {
        WebSocket socket = await(vertx.createWebSocketClient().connect(port, "127.0.0.1", "/ws"));
        CompletableFuture<String> text = new CompletableFuture<>();
        socket.textMessageHandler(text::complete);
        await(socket.writeTextMessage("{\"type\":\"subscribe\",\"channels\":[\"orders\"]}"));

        JsonObject said = new JsonObject(text.get(20, java.util.concurrent.TimeUnit.SECONDS));

        assertThat(said.getString("type")).isEqualTo("snapshot");
        assertThat(said.getJsonObject("data").containsKey("positions")).isTrue();
        await(socket.close());
    }

    @Test
    void aTakenPortIsLeftToWhoHasIt() {
        StandIns second = new StandIns(vertx);

        int other = await(TestVertx.create()
                        .createNetServer()
                        .connectHandler(s -> {})
                        .listen(0, "127.0.0.1"))
                .actualPort();

        assertThat(await(second.start(other))).isZero();
        await(second.stop());
    }
}
