package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.Routes;
import io.xy.gateway.testkit.TestVertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The trading API's routes: who may call them, and what their services see. */
@Tag("B5")
class B25RoutesTest {
    private static final List<String> SERVICES = List.of(
            "MARKET_DATA",
            "ORDER_EXECUTION",
            "STRATEGY_ENGINE",
            "ACCOUNT_MONITOR",
            "RISK_MANAGER",
            "CONFIGURATION",
            "DASHBOARD_SERVER");
    private static io.vertx.core.Vertx far;
    private static Gateway gateway;
    private static List<RouteConfig> routes = List.of();

    @BeforeAll
    static void start() {
        far = TestVertx.create();
        Map<String, String> environment = new HashMap<>();
        for (String service : SERVICES) {
            HttpServer server = await(far.createHttpServer()
                    .requestHandler(request -> request.response()
                            .end(new JsonObject()
                                    .put("service", service)
                                    .put("line", request.method() + " " + request.uri())
                                    .put("user", request.getHeader("X-User-Id"))
                                    .put("role", request.getHeader("X-User-Role"))
                                    .encode())
                            .onFailure(e -> {}))
                    .listen(0, "127.0.0.1"));
            environment.put(service + "_URL", "http://127.0.0.1:" + server.actualPort());
        }
        Reading reading = new Reading(environment);
        routes = Routes.read(Gateway.root().resolve("conf/routes"), reading).stream()
                .filter(route -> route.where().startsWith("routes/b25.yaml"))
                .toList();
        assertThat(reading.problems()).isEmpty();
        gateway = Gateway.start(Map.of(), 1, routes);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        TestVertx.close(far);
    }

    @Test
    void thereAreThirtyThreeAndASocket() {
        assertThat(routes).hasSize(34);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/market-data/symbols, viewer, MARKET_DATA, ''",
        "GET, /api/v1/market-data/orderbook/BTCUSDT, viewer, MARKET_DATA, ''",
        "GET, /api/v1/market-data/trades/BTCUSDT, viewer, MARKET_DATA, ''",
        "GET, /api/v1/market-data/ticker/BTCUSDT, viewer, MARKET_DATA, ''",
        "POST, /api/v1/orders, operator, ORDER_EXECUTION, ''",
        "GET, /api/v1/orders, operator, ORDER_EXECUTION, ''",
        "GET, /api/v1/orders/active, operator, ORDER_EXECUTION, ''",
        "GET, /api/v1/orders/history, operator, ORDER_EXECUTION, ''",
        "GET, /api/v1/orders/7, operator, ORDER_EXECUTION, ''",
        "DELETE, /api/v1/orders/7, operator, ORDER_EXECUTION, ''",
        "GET, /api/v1/strategies, operator, STRATEGY_ENGINE, ''",
        "GET, /api/v1/strategies/7, operator, STRATEGY_ENGINE, ''",
        "POST, /api/v1/strategies, admin, STRATEGY_ENGINE, ''",
        "PUT, /api/v1/strategies/7, admin, STRATEGY_ENGINE, ''",
        "DELETE, /api/v1/strategies/7, admin, STRATEGY_ENGINE, ''",
        "POST, /api/v1/strategies/7/start, operator, STRATEGY_ENGINE, ''",
        "POST, /api/v1/strategies/7/stop, operator, STRATEGY_ENGINE, ''",
        "GET, /api/v1/strategies/7/status, operator, STRATEGY_ENGINE, ''",
        "GET, /api/v1/account/balance, viewer, ACCOUNT_MONITOR, /api/balance",
        "GET, /api/v1/account/positions, viewer, ACCOUNT_MONITOR, /api/positions",
        "GET, /api/v1/account/pnl, viewer, ACCOUNT_MONITOR, /api/pnl",
        "GET, /api/v1/account/pnl/daily, viewer, ACCOUNT_MONITOR, /api/pnl/daily",
        "GET, /api/v1/account/trades, viewer, ACCOUNT_MONITOR, /api/trades",
        "GET, /api/v1/risk/limits, operator, RISK_MANAGER, ''",
        "PUT, /api/v1/risk/limits, admin, RISK_MANAGER, ''",
        "GET, /api/v1/risk/status, operator, RISK_MANAGER, ''",
        "POST, /api/v1/risk/emergency-stop, admin, RISK_MANAGER, ''",
        "GET, /api/v1/config, operator, CONFIGURATION, /api/v1/configurations",
        "GET, /api/v1/config/a.b, operator, CONFIGURATION, /api/v1/configurations/a.b",
        "PUT, /api/v1/config/a.b, admin, CONFIGURATION, /api/v1/configurations/a.b",
        "DELETE, /api/v1/config/a.b, admin, CONFIGURATION, /api/v1/configurations/a.b",
        "GET, /api/v1/dashboard/status, viewer, DASHBOARD_SERVER, ''",
        "GET, /api/v1/dashboard/summary, viewer, DASHBOARD_SERVER, ''",
    })
    @Tag("T-15")
    @Tag("B2")
    void everyRouteAsksItsServiceForThoseWhoMay(
            String method, String path, String least, String service, String there) {
        String order =
                "{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\",\"type\":\"LIMIT\",\"price\":\"1.5\",\"quantity\":\"2\"}";
        String body = method.equals("GET") || method.equals("DELETE") ? null : path.endsWith("/orders") ? order : "{}";
        List<String> roles = List.of("viewer", "operator", "admin");

        assertThat(gateway.call(method, path, "", body).status()).isEqualTo(401);
        for (String role : roles) {
            Gateway.Reply reply = gateway.call(method, path + "?q=1", gateway.token(role), body);
            if (roles.indexOf(role) < roles.indexOf(least)) {
                assertThat(reply.status()).as(role).isEqualTo(403);
                continue;
            }
            assertThat(reply.status()).as(role).isEqualTo(200);
            assertThat(reply.json().getString("service")).isEqualTo(service);
            assertThat(reply.json().getString("line"))
                    .isEqualTo(method + ' ' + (there.isEmpty() ? path : there) + "?q=1");
            assertThat(reply.json().getString("user")).isEqualTo("u1");
            assertThat(reply.json().getString("role")).isEqualTo(role);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"symbol\":\"A\",\"side\":\"SIDEWAYS\",\"quantity\":1}|/side",
                "{\"symbol\":\"A\",\"side\":\"BUY\",\"quantity\":\"-1\"}|/quantity",
                "{\"symbol\":\"A B\",\"side\":\"BUY\",\"quantity\":1}|/symbol",
                "{\"side\":\"BUY\",\"quantity\":1}|''",
            })
    @Tag("B8")
    void anOrderThatIsNoneDoesNotReachItsService(String body, String pointer) {
        Gateway.Reply reply = gateway.post("/api/v1/orders", gateway.token("admin"), body);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().getJsonArray("errors").getJsonObject(0).getString("pointer"))
                .isEqualTo(pointer);
    }
}
