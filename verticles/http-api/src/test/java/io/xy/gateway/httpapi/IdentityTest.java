package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenVerifier;
import io.xy.gateway.testkit.Await;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Login, refresh, logout, and what becomes of tokens. */
@Tag("B2")
@Tag("Z7")
class IdentityTest {
    private static final String LOGIN = "/api/v1/auth/login";
    private static final String REFRESH = "/api/v1/auth/refresh";
    private static final String VALIDATE = "/api/v1/auth/validate";
    private static final String TRADER = "{\"username\":\"trader1\",\"password\":\"password123\"}";
    private Gateway gateway;
    private FakeBridge bridge;

    @BeforeEach
    void start() {
        gateway = Gateway.start(Map.of(), 2, List.of());
        bridge = gateway.bridge();
        bridge.service = this::authenticate;
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private Future<CallReply> authenticate(ServiceCall call) {
        if (!call.method().equals("authenticate")) {
            return Future.succeededFuture(FakeBridge.json("{\"success\":true}"));
        }
        JsonObject sent = new JsonArray(call.body().text()).getJsonObject(1);
        return Future.succeededFuture(FakeBridge.json(
                switch (sent.getString("username") + '/' + sent.getString("password")) {
                    case "trader1/password123" ->
                        "{\"success\":true,\"user_id\":\"user1\",\"username\":\"trader1\","
                                + "\"permissions\":[\"trade\",\"view_accounts\",\"manage_algorithms\"]}";
                    case "admin/admin123" ->
                        "{\"success\":true,\"user_id\":\"user2\",\"username\":\"admin\",\"permissions\":[\"*\"]}";
                    case "guest/guest" ->
                        "{\"success\":true,\"user_id\":\"user3\",\"username\":\"guest\","
                                + "\"permissions\":[\"view_accounts\"],\"accounts\":[\"account3\"],"
                                + "\"subjects\":[\"xy.md.>\"],\"email\":\"g@desk\"}";
                    default -> "{\"success\":false,\"message\":\"Invalid username or password\"}";
                }));
    }

    private JsonObject login(String body) {
        Gateway.Reply reply = gateway.post(LOGIN, "", body);
        assertThat(reply.status()).isEqualTo(200);
        return reply.json();
    }

    private static String access(JsonObject login) {
        return login.getJsonObject("data").getString("accessToken");
    }

    private static String refresh(JsonObject login) {
        return login.getJsonObject("data").getString("refreshToken");
    }

    private static String refreshBody(String token) {
        return new JsonObject().put("refreshToken", token).encode();
    }

    @Test
    void aLoginAnswersInTheDesksForm() {
        JsonObject reply = login(TRADER);

        assertThat(reply.getBoolean("success")).isTrue();
        assertThat(reply.getString("timestamp")).endsWith("Z");
        JsonObject data = reply.getJsonObject("data");
        assertThat(data.getInteger("expiresIn")).isEqualTo(86_400);
        assertThat(data.getString("tokenType")).isEqualTo("Bearer");
        JsonObject user = reply.getJsonObject("user");
        assertThat(user.getString("id")).isEqualTo("user1");
        assertThat(user.getString("username")).isEqualTo("trader1");
        assertThat(user.getJsonArray("roles")).containsExactly("operator");
        assertThat(user.getJsonArray("permissions")).contains("trade");
        assertThat(user.fieldNames()).contains("email", "createdAt", "updatedAt");
    }

    @ParameterizedTest
    @CsvSource({"admin,admin123,admin", "trader1,password123,operator", "guest,guest,viewer"})
    void theRoleFollowsFromThePermissions(String name, String password, String role) {
        JsonObject login = login(
                new JsonObject().put("username", name).put("password", password).encode());

        Principal principal = await(verify(access(login)));
        assertThat(principal.role()).isEqualTo(role);
        assertThat(principal.session()).isNotEmpty();
    }

    private Future<Principal> verify(String token) {
        return new TokenVerifier(gateway.vertx, gateway.config.jwt()).verify(token);
    }

    @Test
    @Tag("Z13")
    void aTokenCarriesTheAccountsOfTheLogin() {
        Principal guest = await(verify(access(login("{\"username\":\"guest\",\"password\":\"guest\"}"))));
        Principal trader = await(verify(access(login(TRADER))));

        assertThat(guest.accounts()).containsExactly("account3");
        assertThat(guest.subjects()).containsExactly("xy.md.>");
        assertThat(trader.mayUseAllAccounts()).isTrue();
    }

    @Test
    @Tag("T-J17")
    void aWrongPasswordAndAnUnknownUserAreRefusedAlike() {
        Gateway.Reply wrong = gateway.post(LOGIN, "", "{\"username\":\"trader1\",\"password\":\"x\"}");
        Gateway.Reply unknown = gateway.post(LOGIN, "", "{\"username\":\"nobody\",\"password\":\"x\"}");

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.json().getString("error")).isEqualTo("Invalid username or password");
        assertThat(unknown.status()).isEqualTo(401);
        JsonObject a = wrong.json();
        JsonObject b = unknown.json();
        for (JsonObject each : List.of(a, b)) {
            each.remove("requestId");
            each.remove("timestamp");
        }
        assertThat(a).isEqualTo(b);
    }

    @Test
    @Tag("T-J17")
    void wrongLoginsOfOneNameAreLimited() {
        for (int i = 0; i < 10; i++) {
            assertThat(gateway.post(LOGIN, "", "{\"username\":\"Trader1\",\"password\":\"x\"}")
                            .status())
                    .isEqualTo(401);
        }

        Gateway.Reply limited = gateway.post(LOGIN, "", TRADER);

        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.json().getString("code")).isEqualTo("rate_limited");
        assertThat(Integer.parseInt(limited.header("retry-after"))).isBetween(1, 60);
        assertThat(gateway.post(LOGIN, "", "{\"username\":\"admin\",\"password\":\"admin123\"}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Tag("T-J17")
    void wrongLoginsOfOneAddressAreLimitedWhateverItsHeadersSay() {
        for (int i = 0; i < 50; i++) {
            Gateway.Reply reply = gateway.call(
                    "POST",
                    LOGIN,
                    "",
                    "{\"username\":\"u" + i + "\",\"password\":\"x\"}",
                    "X-Forwarded-For",
                    "10.0.0." + i);
            assertThat(reply.status()).isEqualTo(401);
        }

        assertThat(gateway.post(LOGIN, "", TRADER).status()).isEqualTo(429);
    }

    @Test
    @Tag("T-J17")
    void rightLoginsAreNotLimited() {
        for (int i = 0; i < 20; i++) {
            login(TRADER);
        }
    }

    @Test
    void aBackEndThatIsDownIsNoWrongLogin() {
        bridge.service =
                call -> Future.succeededFuture(CallReply.failed(GatewayError.SERVICE_FAILED.notExecuted("down")));
        for (int i = 0; i < 12; i++) {
            assertThat(gateway.post(LOGIN, "", TRADER).status()).isEqualTo(502);
        }
        bridge.answers("not json");
        assertThat(gateway.post(LOGIN, "", TRADER).status()).isEqualTo(502);
        bridge.service = this::authenticate;

        login(TRADER);
    }

    @Test
    void aRefreshTokenIsGoodOnceAndGivesTheNext() {
        JsonObject first = login(TRADER);

        Gateway.Reply second = gateway.post(REFRESH, "", refreshBody(refresh(first)));

        assertThat(second.status()).isEqualTo(200);
        assertThat(second.json().getJsonObject("user").getString("username")).isEqualTo("trader1");
        assertThat(refresh(second.json())).isNotEqualTo(refresh(first));
        assertThat(gateway.post(VALIDATE, access(second.json()), null).status()).isEqualTo(200);
        assertThat(gateway.post(REFRESH, "", refreshBody(refresh(second.json())))
                        .status())
                .isEqualTo(200);
    }

    @Test
    void aRefreshTokenThatComesTwiceEndsTheSession() {
        JsonObject first = login(TRADER);
        JsonObject second =
                gateway.post(REFRESH, "", refreshBody(refresh(first))).json();

        Gateway.Reply stolen = gateway.post(REFRESH, "", refreshBody(refresh(first)));

        assertThat(stolen.status()).isEqualTo(401);
        assertThat(gateway.post(REFRESH, "", refreshBody(refresh(second))).status())
                .isEqualTo(401);
        assertThat(gateway.post(VALIDATE, access(second), null).status()).isEqualTo(401);
    }

    @Test
    void somethingThatIsNoRefreshTokenIs401() {
        assertThat(gateway.post(REFRESH, "", refreshBody("x")).status()).isEqualTo(401);
        assertThat(gateway.post(REFRESH, "", refreshBody("x".repeat(65))).status())
                .isEqualTo(401);
    }

    @Test
    void aValidTokenTellsItsUser() {
        Gateway.Reply reply = gateway.post(VALIDATE, access(login(TRADER)), null);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getJsonObject("data").getJsonObject("user").getString("username"))
                .isEqualTo("trader1");
    }

    @Test
    void aLogoutEndsTheSessionEverywhere() {
        List<Control> heard = new CopyOnWriteArrayList<>();
        await(gateway.bus.listen(Contract.CONTROL, heard::add));
        JsonObject login = login(TRADER);
        bridge.calls.clear();

        Gateway.Reply reply = gateway.post("/api/v1/auth/logout", access(login), null);

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.json().getBoolean("success")).isTrue();
        assertThat(bridge.taken().method()).isEqualTo("logout");
        Gateway.Reply after = gateway.post(VALIDATE, access(login), null);
        assertThat(after.status()).isEqualTo(401);
        assertThat(after.json().getString("error")).isEqualTo("Invalid token");
        assertThat(gateway.post(REFRESH, "", refreshBody(refresh(login))).status())
                .isEqualTo(401);
        Await.until("the others hear of it", () -> heard.stream()
                .anyMatch(control -> control.kind() == Control.Kind.REVOKE));
    }

    @Test
    void aSessionThatAnotherNodeEndsIsEndedHereToo() {
        JsonObject login = login(TRADER);
        String session = await(verify(access(login))).session();

        gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.REVOKE, "", session));

        Await.until(
                "the token is refused",
                () -> gateway.post(VALIDATE, access(login), null).status() == 401);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-|Missing authorization header",
                "Basic abc|Invalid authorization format",
                "Bearer|Invalid authorization format",
                "Bearer a b|Invalid authorization format",
                "Bearer abc|Invalid token",
                "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.|Invalid token",
            })
    void aTokenThatIsNoneIsRefusedInTheDesksWords(@Nullable String header, String message) {
        Gateway.Reply reply = header == null
                ? gateway.get("/api/v1/accounts", "")
                : gateway.call("GET", "/api/v1/accounts", "", null, "Authorization", header);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().getString("message")).isEqualTo(message);
        assertThat(reply.header("www-authenticate")).isEqualTo("Bearer");
    }

    @Test
    void anExpiredTokenIsToldApart() {
        String expired = Tokens.signed(Gateway.SECRET, "{\"sub\":\"u\",\"role\":\"admin\",\"exp\":1}");

        Gateway.Reply reply = gateway.get("/api/v1/accounts", expired);

        assertThat(reply.status()).isEqualTo(401);
        assertThat(reply.json().getString("message")).isEqualTo("Token expired");
        assertThat(reply.json().getString("code")).isEqualTo("token_expired");
    }

    @Test
    void aTokenWithoutAUserIsNone() {
        String nobody = Tokens.signed(Gateway.SECRET, "{\"role\":\"admin\",\"exp\":99999999999}");

        assertThat(gateway.get("/api/v1/accounts", nobody).status()).isEqualTo(401);
    }

    @Test
    void whereTokensAreOptionalACallerWithoutOneSeesNoAccounts() {
        try (Gateway open = Gateway.start(Map.of("JWT_OPTIONAL", "true"))) {
            FakeBridge accounts = open.bridge();
            accounts.answers("[{\"id\":\"account1\"}]");

            assertThat(open.get("/api/v1/accounts", "").data()).isEmpty();
            assertThat(open.get("/api/v1/accounts/account1", "").status()).isEqualTo(403);
            assertThat(open.get("/api/v1/accounts", "bad").status()).isEqualTo(401);
        }
    }
}
