package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.security.Principal;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each route of the desk asks the right function with the right arguments and answers in the desk's form. */
@Tag("Z7")
class DeskRoutesTest {
    private static Gateway gateway;
    private static FakeBridge bridge;
    private static String admin;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        bridge = gateway.bridge();
        admin = gateway.token(Principal.ADMIN, "*");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    /** Method, target, body, service, function, [args, kwargs], result, answer. */
    static Stream<Arguments> routes() {
        String account = "{\"id\":\"account1\",\"name\":\"模拟账户1\",\"status\":\"active\",\"balance\":1000000,"
                + "\"available_balance\":800000,\"used_margin\":200000,\"unrealized_pnl\":5000,"
                + "\"realized_pnl\":12000,\"last_update\":1}";
        String frontAccount = "{\"id\":\"account1\",\"name\":\"模拟账户1\",\"status\":\"active\",\"balance\":1000000,"
                + "\"availableBalance\":800000,\"usedMargin\":200000,\"unrealizedPnL\":5000,"
                + "\"realizedPnL\":12000,\"lastUpdate\":1}";
        String algorithm = "{\"algorithm_id\":\"algo1\",\"portfolio_id\":\"portfolio1\",\"name\":\"Vega\","
                + "\"status\":\"running\",\"progress\":65,\"account_progress\":{\"account1\":70},\"start_time\":1,"
                + "\"stats\":{\"ordersExecuted\":120}}";
        String frontAlgorithm = "{\"id\":\"algo1\",\"portfolioId\":\"portfolio1\",\"name\":\"Vega\","
                + "\"status\":\"running\",\"progress\":65,\"accountProgress\":{\"account1\":70},\"startTime\":1,"
                + "\"stats\":{\"ordersExecuted\":120}}";
        String done = "{\"success\":true}";
        String raw = "[{\"avg_price\":0.0523}]";
        String rawAnswer = "{\"success\":true,\"data\":[{\"avg_price\":0.0523}]}";
        return Stream.of(
                route(
                        "GET /api/v1/accounts",
                        null,
                        "account_service get_accounts [[],{}]",
                        "[" + account + "]",
                        "{\"success\":true,\"data\":[" + frontAccount + "]}"),
                route(
                        "GET /api/v1/accounts",
                        null,
                        "account_service get_accounts [[],{}]",
                        "[{\"account_id\":\"a\",\"account_name\":\"n\"}]",
                        "{\"success\":true,\"data\":[{\"id\":\"a\",\"name\":\"n\"}]}"),
                route(
                        "GET /api/v1/accounts/account1",
                        null,
                        "account_service get_account [[\"account1\"],{}]",
                        account,
                        "{\"success\":true,\"data\":" + frontAccount + "}"),
                route(
                        "GET /api/v1/accounts/%E8%B4%A6",
                        null,
                        "account_service get_account [[\"账\"],{}]",
                        "{\"id\":\"账\"}",
                        "{\"success\":true,\"data\":{\"id\":\"账\"}}"),
                route(
                        "GET /api/v1/accounts/account1/positions",
                        null,
                        "account_service get_positions [[\"account1\"],{}]",
                        raw,
                        rawAnswer),
                route(
                        "GET /api/v1/accounts/account1/risk",
                        null,
                        "account_service get_risk_metrics [[\"account1\"],{}]",
                        raw,
                        rawAnswer),
                route(
                        "PATCH /api/v1/accounts/account1/enabled",
                        "{\"enabled\":true}",
                        "account_service set_account_enabled [[\"account1\",true],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/accounts/account1/verify",
                        null,
                        "account_service verify_positions [[\"account1\"],{}]",
                        "{\"verified\":true}",
                        "{\"success\":true,\"data\":{\"verified\":true,\"discrepancies\":[]}}"),
                route(
                        "GET /api/v1/accounts/account1/transactions?startTime=5&endTime=6.5",
                        null,
                        "account_service get_transaction_history [[],{\"account_id\":\"account1\","
                                + "\"start_time\":5,\"end_time\":6.5,\"limit\":100}]",
                        raw,
                        rawAnswer),
                route(
                        "GET /api/v1/accounts/account1/transactions?limit=7",
                        null,
                        "account_service get_transaction_history [[],{\"account_id\":\"account1\",\"limit\":7}]",
                        raw,
                        rawAnswer),
                route(
                        "POST /api/v1/accounts/account1/subscribe",
                        null,
                        "account_service subscribe_account [[\"account1\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/accounts/account1/unsubscribe",
                        null,
                        "account_service unsubscribe_account [[\"account1\"],{}]",
                        done,
                        done),
                route(
                        "GET /api/v1/algorithms",
                        null,
                        "algorithm_service get_algorithms [[],{}]",
                        "[" + algorithm + "]",
                        "{\"success\":true,\"data\":[" + frontAlgorithm + "]}"),
                route(
                        "GET /api/v1/algorithms/by-portfolio",
                        null,
                        "algorithm_service get_algorithms [[],{}]",
                        "[" + algorithm + ",{\"id\":\"b\"}]",
                        "{\"success\":true,\"data\":{\"portfolio1\":[" + frontAlgorithm
                                + "],\"default\":[{\"id\":\"b\"}]}}"),
                route(
                        "GET /api/v1/algorithms/history?portfolioId=p1&limit=3",
                        null,
                        "algorithm_service get_algorithm_history [[],{\"portfolio_id\":\"p1\",\"limit\":3}]",
                        raw,
                        rawAnswer),
                route(
                        "GET /api/v1/algorithms/algo1",
                        null,
                        "algorithm_service get_algorithm [[\"algo1\"],{}]",
                        algorithm,
                        "{\"success\":true,\"data\":" + frontAlgorithm + "}"),
                route(
                        "POST /api/v1/algorithms/algo1/command",
                        "{\"command\":\"continue\"}",
                        "algorithm_service send_algorithm_command [[\"algo1\",\"continue\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/algorithms/algo1/pause",
                        null,
                        "algorithm_service send_algorithm_command [[\"algo1\",\"pause\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/algorithms/algo1/resume",
                        null,
                        "algorithm_service send_algorithm_command [[\"algo1\",\"continue\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/algorithms/algo1/stop",
                        null,
                        "algorithm_service send_algorithm_command [[\"algo1\",\"stop\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/algorithms/algo1/end",
                        "{}",
                        "algorithm_service send_algorithm_command [[\"algo1\",\"end\"],{}]",
                        done,
                        done),
                route(
                        "GET /api/v1/algorithms/algo1/logs?offset=2",
                        null,
                        "algorithm_service get_algorithm_logs [[],{\"algorithm_id\":\"algo1\",\"limit\":100,"
                                + "\"offset\":2}]",
                        raw,
                        rawAnswer),
                route(
                        "POST /api/v1/algorithms/algo1/subscribe",
                        null,
                        "algorithm_service subscribe_algorithm [[\"algo1\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/algorithms/algo1/unsubscribe",
                        null,
                        "algorithm_service unsubscribe_algorithm [[\"algo1\"],{}]",
                        done,
                        done),
                route(
                        "POST /api/v1/instructions/execute",
                        "{\"instructions\":[{\"id\":1}],\"accounts\":[\"account1\"],\"dryRun\":true}",
                        "instruction_service execute_instructions [[],{\"instructions\":[{\"id\":1}],"
                                + "\"accounts\":[\"account1\"],\"dry_run\":true}]",
                        "{\"success\":true,\"execution_id\":\"exec_1\",\"results\":[{\"status\":\"pending\"}]}",
                        "{\"success\":true,\"executionId\":\"exec_1\",\"results\":[{\"status\":\"pending\"}],"
                                + "\"errors\":[]}"),
                route(
                        "GET /api/v1/instructions/execution/exec_1",
                        null,
                        "instruction_service get_execution_status [[\"exec_1\"],{}]",
                        raw,
                        rawAnswer),
                route(
                        "DELETE /api/v1/instructions/execution/exec_1",
                        null,
                        "instruction_service cancel_execution [[\"exec_1\"],{}]",
                        "{\"success\":true,\"message\":\"ok\"}",
                        done),
                route(
                        "GET /api/v1/instructions/history?accounts=account1,account2&limit=10",
                        null,
                        "instruction_service get_instruction_history [[],{\"accounts\":[\"account1\",\"account2\"],"
                                + "\"limit\":10,\"offset\":0}]",
                        raw,
                        rawAnswer),
                route(
                        "POST /api/v1/auth/change-password",
                        "{\"oldPassword\":\"old\",\"newPassword\":\"new-password\"}",
                        "auth_service change_password [[],{\"user_id\":\"u1\",\"old_password\":\"old\","
                                + "\"new_password\":\"new-password\"}]",
                        done,
                        done),
                route(
                        "GET /api/v1/auth/users/u1/verify",
                        null,
                        "auth_service verify_user [[\"u1\"],{}]",
                        "{\"active\":true}",
                        "{\"success\":true,\"data\":{\"active\":true}}"),
                route(
                        "GET /api/v1/auth/users/u1/permissions",
                        null,
                        "auth_service get_user_permissions [[\"u1\"],{}]",
                        "[\"trade\"]",
                        "{\"success\":true,\"data\":[\"trade\"]}"),
                route(
                        "GET /api/v1/services/instruction/ping",
                        null,
                        "instruction_service ping [[],{}]",
                        "\"pong\"",
                        "{\"success\":true,\"data\":\"pong\"}"),
                route(
                        "GET /api/v1/services/account/health",
                        null,
                        "account_service get_health [[],{}]",
                        "{\"healthy\":true}",
                        "{\"success\":true,\"data\":{\"healthy\":true}}"));
    }

    private static Arguments route(String request, @Nullable String body, String call, String result, String answer) {
        return Arguments.of(request, body, call, result, answer);
    }

    @ParameterizedTest(name = "{0} asks {2}")
    @MethodSource("routes")
    void aRouteAsksItsFunctionAndAnswersInTheDesksForm(
            String request, @Nullable String body, String asked, String result, String answer) {
        bridge.answers(result);
        String[] words = request.split(" ");

        Gateway.Reply reply = gateway.call(words[0], words[1], admin, body);

        ServiceCall call = bridge.taken();
        String[] expected = asked.split(" ", 3);
        assertThat(call.service()).isEqualTo(expected[0]);
        assertThat(call.method()).isEqualTo(expected[1]);
        assertThat(new JsonArray(call.body().text())).isEqualTo(new JsonArray(expected[2]));
        assertThat(call.principal()).isEqualTo("u1");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json()).isEqualTo(new JsonObject(answer));
        assertThat(reply.header("content-type")).startsWith("application/json");
    }

    @Test
    void everyRouteOfTheTableIsTried() {
        long desk = gateway.routes.stream()
                .filter(route -> route.name().matches("(accounts|algorithms|instructions|auth)\\..*"))
                .count();

        // The rest: parse, and the four session routes, have tests of their own.
        assertThat(routes().map(each -> each.get()[2]).distinct().count()).isGreaterThanOrEqualTo(desk - 8);
    }

    @Test
    void anInstructionIsParsedWithTheDesksOwnBody() {
        bridge.answers("{\"success\":true,\"instructions\":[{\"type\":\"vega\",\"raw\":\"双卖 500 当月 万1 的v\","
                + "\"parsed\":\"沪500 当月 万1 双卖vega\",\"target\":\"沪500\",\"month\":\"当月\",\"exposure\":\"万1\","
                + "\"direction\":\"sell\",\"contracts\":[\"沪500-5.0-call\"]},"
                + "{\"id\":\"i2\",\"type\":\"clear\",\"raw\":\"x\",\"target\":\"沪50\",\"strike\":2.5,"
                + "\"optionType\":\"call\",\"percentage\":\"20%\"}],\"errors\":[]}");

        Gateway.Reply reply = gateway.post(
                "/api/v1/instructions/parse", admin, "{\"text\":\"双卖 500 当月 万1 的v\",\"accounts\":[\"account1\"]}");

        ServiceCall call = bridge.taken();
        assertThat(call.effect()).isEqualTo(Effect.READ);
        JsonArray sent = new JsonArray(call.body().text());
        assertThat(sent.getJsonArray(0)).containsExactly("双卖 500 当月 万1 的v");
        assertThat(sent.getJsonObject(1).getJsonArray("accounts")).containsExactly("account1");
        assertThat(sent.getJsonObject(1).getLong("timestamp")).isPositive();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getBoolean("success")).isTrue();
        assertThat(reply.json().getJsonArray("errors")).isEmpty();
        JsonObject first = reply.json().getJsonArray("instructions").getJsonObject(0);
        assertThat(first.getString("id")).matches("inst_[0-9]+_0");
        assertThat(first.getString("type")).isEqualTo("vega");
        assertThat(first.getString("originalText")).isEqualTo("双卖 500 当月 万1 的v");
        assertThat(first.getString("parsed")).isEqualTo("沪500 当月 万1 双卖vega");
        assertThat(first.getJsonObject("parsedComponents"))
                .isEqualTo(new JsonObject(
                        "{\"direction\":\"sell\",\"underlying\":\"沪500\",\"month\":\"当月\"," + "\"exposure\":\"万1\"}"));
        assertThat(first.getJsonArray("contracts")).containsExactly("沪500-5.0-call");
        assertThat(first.getJsonArray("accounts")).containsExactly("account1");
        assertThat(first.getString("timestamp")).matches("20[0-9-]+T[0-9:.]+Z");
        JsonObject second = reply.json().getJsonArray("instructions").getJsonObject(1);
        assertThat(second.getString("id")).isEqualTo("i2");
        assertThat(second.getJsonObject("parsedComponents").getValue("strikePrice"))
                .isEqualTo(2.5);
    }

    @Test
    void aBareListIsAcceptedAsTheReplyOfAnOlderService() {
        bridge.answers("[{\"id\":\"i1\",\"type\":\"delta_fixed\",\"raw\":\"r\"}]");

        Gateway.Reply reply =
                gateway.post("/api/v1/instructions/parse", admin, "{\"text\":\"x\",\"accounts\":[\"a\"]}");

        bridge.taken();
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getJsonArray("instructions").getJsonObject(0).getString("type"))
                .isEqualTo("delta_fixed");
    }

    @Test
    @Tag("Z6")
    void anInstructionThatCannotBeReadIs422WithItsErrors() {
        bridge.answers("{\"success\":false,\"instructions\":[],\"errors\":[\"无法解析指令\"]}");

        Gateway.Reply reply =
                gateway.post("/api/v1/instructions/parse", admin, "{\"text\":\"x\",\"accounts\":[\"a\"]}");

        bridge.taken();
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.json().getString("code")).isEqualTo("instruction_invalid");
        assertThat(reply.json().getString("error")).isEqualTo("无法解析指令");
        assertThat(reply.json().getBoolean("success")).isFalse();
        assertThat(reply.json().getJsonArray("errors")).containsExactly("无法解析指令");
        assertThat(reply.json().getJsonArray("instructions")).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("missing")
    void whatIsNotThereIs404(String request, @Nullable String body, String result, String text) {
        bridge.answers(result);
        String[] words = request.split(" ");

        Gateway.Reply reply = gateway.call(words[0], words[1], admin, body);

        bridge.taken();
        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.json().getString("error")).isEqualTo(text);
        assertThat(reply.json().getBoolean("success")).isFalse();
        assertThat(reply.json().getString("code")).isEqualTo("not_found");
    }

    static Stream<Arguments> missing() {
        String refused = "{\"success\":false,\"message\":\"";
        return Stream.of(
                Arguments.of("GET /api/v1/accounts/x", null, "null", "Account not found"),
                Arguments.of("GET /api/v1/accounts/x/risk", null, "null", "Risk metrics not found"),
                Arguments.of("GET /api/v1/algorithms/x", null, "null", "Algorithm not found"),
                Arguments.of(
                        "PATCH /api/v1/accounts/x/enabled",
                        "{\"enabled\":false}",
                        refused + "Account not found\"}",
                        "Account not found"),
                Arguments.of(
                        "POST /api/v1/algorithms/x/pause",
                        null,
                        refused + "Algorithm not found\"}",
                        "Algorithm not found"));
    }

    @Test
    @Tag("Z12")
    void aRefusedCommandIs422AndWasNotExecuted() {
        bridge.answers("{\"success\":false,\"message\":\"Invalid command for current algorithm state\"}");

        Gateway.Reply reply = gateway.post("/api/v1/algorithms/algo3/pause", admin, null);

        bridge.taken();
        assertThat(reply.status()).isEqualTo(422);
        assertThat(reply.json().getString("code")).isEqualTo("refused");
        assertThat(reply.json().getString("outcome")).isEqualTo("not-executed");
        assertThat(reply.json().getString("detail")).isEqualTo("Invalid command for current algorithm state");
    }
}
