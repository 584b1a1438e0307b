package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.security.Principal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Nobody sees or commands another one's accounts, wherever their ids stand. */
@Tag("Z13")
class AccountsTest {
    private static Gateway gateway;
    private static FakeBridge bridge;
    private static String mine;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        bridge = gateway.bridge();
        mine = gateway.token(Principal.OPERATOR, "account1");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void forget() {
        bridge.calls.clear();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "GET|/api/v1/accounts/account2|-",
                "GET|/api/v1/accounts/%61ccount2|-",
                "GET|/api/v1/accounts/account2/positions|-",
                "GET|/api/v1/accounts/account2/risk|-",
                "GET|/api/v1/accounts/account2/transactions|-",
                "POST|/api/v1/accounts/account2/verify|-",
                "POST|/api/v1/accounts/account2/subscribe|-",
                "GET|/api/v1/instructions/history?accounts=account1,account2|-",
                "POST|/api/v1/instructions/parse|{\"text\":\"x\",\"accounts\":[\"account1\",\"account2\"]}",
                "POST|/api/v1/instructions/execute|{\"instructions\":[1],\"accounts\":[\"account2\"]}",
                "POST|/api/v1/instructions/execute|"
                        + "{\"instructions\":[{\"accounts\":[\"account2\"]}],\"accounts\":[\"account1\"]}",
                "POST|/api/v1/instructions/execute|"
                        + "{\"instructions\":[{\"accounts\":[5]}],\"accounts\":[\"account1\"]}",
            })
    void anotherAccountIsRefusedBeforeTheBackEndIsAsked(String method, String target, @Nullable String body) {
        Gateway.Reply reply = gateway.call(method, target, mine, body);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.json().getString("code")).isEqualTo("forbidden");
        assertThat(bridge.calls).isEmpty();
    }

    @Test
    void theOwnAccountIsServed() {
        bridge.answers("{\"id\":\"account1\"}");

        assertThat(gateway.get("/api/v1/accounts/account1", mine).status()).isEqualTo(200);
    }

    @Test
    void listsShowOnlyTheOwnAccounts() {
        bridge.answers("[{\"id\":\"account1\"},{\"id\":\"account2\"},{\"account_id\":\"account1\"},{}]");

        assertThat(gateway.get("/api/v1/accounts", mine).data()).hasSize(2);
    }

    @Test
    void algorithmsShowOnlyThePartOfTheOwnAccounts() {
        bridge.answers("[{\"id\":\"a\",\"account_progress\":{\"account1\":1,\"account2\":2}},"
                + "{\"id\":\"b\",\"account_progress\":{\"account2\":2}},{\"id\":\"c\"}]");

        Gateway.Reply reply = gateway.get("/api/v1/algorithms", mine);

        assertThat(reply.data()).hasSize(1);
        assertThat(reply.data().getJsonObject(0).getJsonObject("accountProgress"))
                .isEqualTo(new JsonObject("{\"account1\":1}"));
    }

    @Test
    void anAlgorithmOfOthersIsNotThere() {
        bridge.answers("{\"id\":\"b\",\"account_progress\":{\"account2\":2}}");

        Gateway.Reply reply = gateway.get("/api/v1/algorithms/b", mine);

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.json().getString("error")).isEqualTo("Algorithm not found");
    }

    @Test
    void executionsShowOnlyTheResultsOfTheOwnAccounts() {
        bridge.answers(
                "{\"status\":\"completed\",\"results\":[{\"account\":\"account1\"},{\"account\":\"account2\"}]}");

        Gateway.Reply reply = gateway.get("/api/v1/instructions/execution/e", mine);

        assertThat(reply.json().getJsonObject("data").getJsonArray("results")).hasSize(1);
    }

    @Test
    void aCommandToAnAlgorithmOfOthersIsRefused() {
        bridge.answers("{\"id\":\"b\",\"account_progress\":{\"account1\":1,\"account2\":2}}");

        Gateway.Reply reply = gateway.post("/api/v1/algorithms/b/stop", mine, null);

        assertThat(reply.status()).isEqualTo(403);
        assertThat(bridge.taken().method()).isEqualTo("get_algorithm");
        assertThat(bridge.calls).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"null|403", "{\"account_progress\":[[5]]}|403", "no json|502"})
    void aCommandToSomethingWithoutKnownAccountsIsRefused(String answer, int status) {
        bridge.answers(answer);

        assertThat(gateway.post("/api/v1/algorithms/b/stop", mine, null).status())
                .isEqualTo(status);
    }

    @Test
    void aQuestionThatFailsMeansThatNothingWasDone() {
        bridge.service = call ->
                Future.succeededFuture(CallReply.failed(GatewayError.TIMEOUT.unknown("No answer came in time")));

        Gateway.Reply reply = gateway.post("/api/v1/algorithms/b/stop", mine, null);

        assertThat(reply.status()).isEqualTo(504);
        assertThat(reply.json().getString("outcome")).isEqualTo("not-executed");
    }

    @Test
    void aCommandToAnOwnAlgorithmIsSent() {
        bridge.service = call -> Future.succeededFuture(FakeBridge.json(
                call.method().equals("get_algorithm")
                        ? "{\"account_progress\":{\"account1\":1}}"
                        : "{\"success\":true}"));

        Gateway.Reply reply = gateway.post("/api/v1/algorithms/b/stop", mine, null);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(bridge.taken().method()).isEqualTo("get_algorithm");
        assertThat(bridge.taken().method()).isEqualTo("send_algorithm_command");
    }

    @Test
    void whoMayUseAllAccountsCostsNoQuestion() {
        bridge.answers("{\"success\":true}");

        assertThat(gateway.post("/api/v1/algorithms/b/stop", gateway.token(Principal.OPERATOR, "*"), null)
                        .status())
                .isEqualTo(200);

        assertThat(bridge.taken().method()).isEqualTo("send_algorithm_command");
    }
}
