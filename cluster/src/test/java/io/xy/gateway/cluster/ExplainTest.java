package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code explain}: the REST side's own decisions, told instead of done. */
@Tag("X4")
class ExplainTest {
    private static final String ORDER = "{ \"symbol\":\"BTCUSDT\", \"side\":\"BUY\", \"quantity\":\"1.50\" }";

    @TempDir
    Path state;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    @BeforeEach
    void environment() {
        environment.put("XY_STATE", state.toString());
    }

    @Test
    void aCallOfAServiceIsToldFromThePathToItsArguments() {
        assertThat(explain("GET", "/api/v1/accounts/account%31/positions", "--token", token("operator")))
                .isZero();
        assertThat(text())
                .contains("path      /api/v1/accounts/account1/positions")
                .containsPattern("route     accounts\\.positions  \\(routes/desk\\.yaml:\\d+:\\d+\\)")
                .contains("caller    u7, role operator")
                .containsPattern("passed +authentication +bearer token")
                .containsPattern("passed +authorization +roles \\[viewer, operator\\] or admin")
                .containsPattern("passed +entitlement +accounts in \\[path\\.accountId\\]")
                .containsPattern("asks +bridge target +Majordomo service account_service, function get_positions")
                .containsPattern("arguments +\\[\\[\"account1\"\\],\\{\\}\\]")
                .doesNotContain("answer", token("operator"));
    }

    @Test
    void anHttpCallIsToldAndNothingLeaves() throws IOException {
        try (ServerSocket service = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            environment.put("ORDER_EXECUTION_URL", "http://127.0.0.1:" + service.getLocalPort());
            String[] call = {
                "POST",
                "/api/v1/orders?dry=1",
                "--token",
                token("admin"),
                "-d",
                ORDER,
                "-H",
                "Cookie: a=b",
                "-H",
                "X-User-Id: root",
                "-H",
                "X-Trace: t",
                "-H",
                "Idempotency-Key: k1",
                "--json"
            };

            assertThat(explain(call)).isZero();

            JsonObject told = new JsonObject(text());
            JsonObject target = told.getJsonArray("stages")
                    .getJsonObject(told.getJsonArray("stages").size() - 1);
            JsonObject sends = target.getJsonObject("sends");
            assertThat(target.getString("verdict")).isEqualTo("asks");
            assertThat(sends.getString("upstream")).isEqualTo("order_execution");
            assertThat(sends.getString("method")).isEqualTo("POST");
            assertThat(sends.getString("uri")).isEqualTo("/api/v1/orders?dry=1");
            assertThat(sends.getString("body"))
                    .isEqualTo("{\"symbol\":\"BTCUSDT\",\"side\":\"BUY\",\"quantity\":\"1.50\"}");
            assertThat(sends.getInteger("attempts")).isEqualTo(1);
            assertThat(sends.getJsonObject("headers").getString("x-user-id")).isEqualTo("u7");
            assertThat(sends.getJsonObject("headers").getString("x-trace")).isEqualTo("t");
            assertThat(sends.getJsonArray("notPassedOn")).contains("authorization", "cookie");
            service.setSoTimeout(1);
            assertThatThrownBy(service::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/accounts||authentication|401  unauthorized: Missing authorization header",
                "GET /api/v1/accounts|nonsense|authentication|401  unauthorized",
                "POST /api/v1/strategies|operator|authorization|403  forbidden: The role operator may not do this",
                "GET /api/v1/accounts/a1/transactions?limit=0|viewer|field check|400  bad_request: query parameter 'limit'",
                "POST /api/v1/orders|admin|content check|415  unsupported_media_type",
                "GET /api/v1/dashboard/ws|viewer|http target|400  bad_request: Only WebSocket upgrades",
            })
    void aRefusalNamesItsStageAndWhatFollowsWasNotReached(String request, String role, String stage, String answer) {
        String[] words = request.split(" ");
        String[] with = role == null
                ? new String[] {words[0], words[1]}
                : new String[] {words[0], words[1], "--token", role.equals("nonsense") ? role : token(role)};

        assertThat(explain(with)).isEqualTo(1);
        assertThat(text()).containsPattern("refused +" + stage).contains(answer);
        if (!stage.equals("http target")) {
            assertThat(text()).contains("not-reached").doesNotContain("asks ");
        }
    }

    @Test
    void aBodyIsJudgedByTheSchemaOfTheRoute() {
        assertThat(explain("POST", "/api/v1/orders", "--token", token("admin"), "-d", ORDER.replace("BUY", "HOLD")))
                .isEqualTo(1);
        assertThat(text())
                .containsPattern("refused +schema check +JSON Schema at schemas/order\\.yaml")
                .contains("400  bad_request: body '/side'");
    }

    @Test
    void whatARefusedLookupWouldAskIsTold() {
        String token = token("operator", "--accounts", "a1");

        assertThat(explain("POST", "/api/v1/algorithms/algo1/pause", "--token", token))
                .isZero();
        assertThat(text())
                .containsPattern("asks +account lookup +accounts of algorithm_service get_algorithm")
                .containsPattern("asks +bridge target +Majordomo service algorithm_service, function send_algorithm");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/acounts/a1/positions|404  not_found|GET /api/v1/accounts/{accountId}/positions",
                "GET /api/v1/orders/history/all|404  not_found|GET /api/v1/orders/history",
                "GET /nothing|404  not_found|outside /api/",
                "DELETE /api/v1/accounts|405  method_not_allowed|allowed: GET, HEAD, OPTIONS",
                "GET /api/v1/../admin|400  bad_request: The path is ambiguous|it is ambiguous",
                "GET /api/v1/accounts%2fa1|400  bad_request: The path is ambiguous|it is ambiguous",
            })
    void whatHasNoRouteSaysWhy(String request, String answer, String hint) {
        assertThat(explain(request.split(" "))).isEqualTo(1);
        assertThat(text()).contains(answer).contains(hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET", "get /x", "GET /a -H", "GET /a -H x", "GET /a --nope x", "GET /a b"})
    void aWrongCommandSaysWhatIsMeant(String line) {
        assertThat(explain(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(64);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("usage: explain");
    }

    @Test
    void aHeaderCannotEndItsLine() {
        assertThat(explain("GET", "/api/v1/accounts", "--token", "a\r\nX-Forwarded-For: 1.2.3.4"))
                .isEqualTo(64);
    }

    @Test
    void aWrongConfigurationIsToldAsByCheck() throws IOException {
        Path conf = Files.createDirectories(state.resolve("conf"));
        Files.writeString(conf.resolve("gateway.yaml"), "htpp: {}\n");

        assertThat(run("explain", "--conf", conf.toString(), "GET", "/a")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("gateway.yaml:1:1");
    }

    private String token(String role, String... more) {
        String[] words = {"token", "--conf", conf(), "--sub", "u7", "--role", role};
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        out.reset();
        run(all);
        String token = text().strip();
        out.reset();
        return token;
    }

    private int explain(String... words) {
        String[] all = new String[words.length + 3];
        all[0] = "explain";
        all[1] = "--conf";
        all[2] = conf();
        System.arraycopy(words, 0, all, 3, words.length);
        return run(all);
    }

    private int run(String... words) {
        GatewayMain program = new GatewayMain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        return program.execute(words[0], List.of(words).subList(1, words.length));
    }

    private static String conf() {
        return Node.ROOT.resolve("conf").toString();
    }

    private String text() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
