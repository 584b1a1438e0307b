package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.AccessRule;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Callers with a key instead of a token. */
@Tag("B2")
class ApiKeyTest {
    private static final Map<String, String> PEPPER = Map.of("API_KEY_PEPPER", "a-pepper-of-this-test-that-is-long");
    private static final String VIEWER = ApiKeys.create();
    private static final String ADMIN = ApiKeys.create();
    private static final String MINE = ApiKeys.create();
    private static final String REVOKED = ApiKeys.create();
    private static final String OLD = ApiKeys.create();
    private static final String NEW = ApiKeys.create();
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        GatewayConfig without = Gateway.config(PEPPER);
        ApiKeys hashes = new ApiKeys(without.apiKeys(), without.jwt());
        String yaml = "api-keys:\n  keys:\n" + line(hashes, VIEWER, "watch", "viewer", "*")
                + line(hashes, ADMIN, "ops", "admin", "*")
                + line(hashes, MINE, "own", "admin", "account1")
                + line(hashes, REVOKED, "gone", "admin", "*")
                + line(hashes, OLD, "turning", "viewer", "*")
                + line(hashes, NEW, "turning", "viewer", "*");
        gateway = Gateway.start(Gateway.config(yaml, PEPPER));
        gateway.bridge().answers("{}");
    }

    private static String line(ApiKeys hashes, String key, String client, String role, String account) {
        return "    - {id: '" + ApiKeys.id(key) + "', client: " + client + ", role: " + role + ", accounts: ['"
                + account + "'], hash: '" + hashes.hash(key) + "'}\n";
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static Gateway.Reply withKey(String method, String target, String key, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "X-API-Key";
        all[1] = key;
        System.arraycopy(headers, 0, all, 2, headers.length);
        return gateway.call(method, target, "", method.startsWith("P") ? "{}" : null, all);
    }

    @Test
    @Tag("T-A01")
    void aKeyMayDoWhatItsRoleMay() {
        for (RouteConfig route : gateway.routes) {
            if (route.access().kind() == AccessRule.Kind.PUBLIC
                    || route.access().owner() != null) {
                continue;
            }
            String target = route.path().text().replaceAll("\\{[A-Za-z]+\\}", "account1");
            int asViewer = withKey(route.method(), target, VIEWER).status();
            int asAdmin = withKey(route.method(), target, ADMIN).status();
            boolean viewers = route.access().kind() == AccessRule.Kind.ANY
                    || route.access().roles().contains("viewer");

            assertThat(asViewer == 403).as(route.name()).isEqualTo(!viewers);
            assertThat(asAdmin).as(route.name()).isNotIn(401, 403, 404);
        }
    }

    @Test
    @Tag("T-A02")
    void aKeyReachesItsOwnAccountsOnly() {
        assertThat(withKey("GET", "/api/v1/accounts/account1", MINE).status()).isEqualTo(200);
        assertThat(withKey("GET", "/api/v1/accounts/account2", MINE).status()).isEqualTo(403);
    }

    @Test
    void aBadTokenIsFinalEvenIfTheKeyIsGood() {
        String target = "/api/v1/accounts/account1";
        assertThat(withKey("GET", target, ADMIN, "Authorization", "Bearer a.b.c")
                        .status())
                .isEqualTo(401);
        assertThat(withKey("GET", target, ADMIN, "Authorization", "Bearer ").status())
                .isEqualTo(401);
        assertThat(withKey("GET", target, ADMIN, "Authorization", "Basic YTpi").status())
                .isEqualTo(200);
        assertThat(withKey("GET", target, "xy_no", "Authorization", "Bearer " + gateway.token("admin", "*"))
                        .status())
                .isEqualTo(200);
    }

    @Test
    @Tag("Z13")
    void aCallByTheBusShowsTheKeyThatOpenedItsSocketAndARequestMayNotPutItThere() {
        String own = "/api/v1/accounts/account1";
        assertThat(byBus(own, MINE)).isEqualTo(200);
        assertThat(byBus("/api/v1/accounts/account2", MINE)).isEqualTo(403);
        assertThat(byBus(own, ApiKeys.create())).isEqualTo(401);
        assertThat(byBus(own, MINE + "x")).isEqualTo(401);
        assertThat(byBus(own, gateway.token("admin", "*"))).isEqualTo(200);
        assertThat(gateway.call("GET", own, "", null, "Authorization", "Bearer " + MINE)
                        .status())
                .isEqualTo(401);
    }

    private static int byBus(String target, String credential) {
        RouteCall call =
                new RouteCall("request-1", "GET", target, Payload.EMPTY, credential, "1.2.3.4", "", Deadline.in(5_000));
        return TestVertx.await(gateway.bus.request(Contract.API_CALL, Gateway.NODE, call, 6_000))
                .status();
    }

    @Test
    void aWrongKeyLetsNobodyIn() {
        String target = "/api/v1/accounts/account1";
        for (String key : new String[] {"", "x", ApiKeys.create(), ADMIN + "x", ADMIN + ", " + ADMIN}) {
            Gateway.Reply reply = withKey("GET", target, key);
            assertThat(reply.status()).isEqualTo(401);
            assertThat(reply.json().getString("detail")).isEqualTo("Invalid API key");
        }
        assertThat(gateway.get(target + "?api_key=" + ADMIN, "").status()).isEqualTo(401);
    }

    @Test
    @Tag("T-14")
    void twoKeysOfAClientAreGoodSideBySideAndEndAlone() {
        String target = "/api/v1/accounts/account1";
        for (String key : new String[] {OLD, NEW, OLD}) {
            assertThat(withKey("GET", target, key).status()).isEqualTo(200);
        }

        gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.REVOKE, "", "key:" + ApiKeys.id(OLD)));

        Await.until("the old one is refused", () -> withKey("GET", target, OLD).status() == 401);
        assertThat(withKey("GET", target, NEW).status()).isEqualTo(200);
    }

    @Test
    @Tag("T-J16")
    @Tag("T-14")
    void aRevokedKeyIsRefused() {
        String target = "/api/v1/accounts/account1";
        assertThat(withKey("GET", target, REVOKED).status()).isEqualTo(200);

        gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.REVOKE, "", "key:" + ApiKeys.id(REVOKED)));

        Await.until("the key is refused", () -> withKey("GET", target, REVOKED).status() == 401);
        assertThat(withKey("GET", target, ADMIN).status()).isEqualTo(200);
    }
}
