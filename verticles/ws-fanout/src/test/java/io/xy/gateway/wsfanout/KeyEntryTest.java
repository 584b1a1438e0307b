package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.security.ApiKeys;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs with an API key instead of a token, at the streaming port. */
@Tag("B2")
@Tag("N3")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KeyEntryTest {
    private static final String XY = "Sec-WebSocket-Protocol: xy.v1.json";
    private static final String PEPPER = "a-pepper-of-this-test-that-is-long";
    private static final String KEY = ApiKeys.create();
    private static final String OTHER = ApiKeys.create();
    private static final String KEY_TO_REVOKE = ApiKeys.create();

    private final Gateway gateway = gateway();

    @AfterAll
    void close() {
        gateway.close();
    }

    @Test
    void aKeyOpensASocketInItsHeaderAndInTheFirstMessage() {
        XyTestClient client = XyTestClient.connect(
                gateway.vertx(),
                gateway.port(),
                "/ws",
                MultiMap.caseInsensitiveMultiMap().add("X-API-Key", KEY),
                "xy.v1.json");
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isEqualTo("feed");
        client.subscribe(1, "xy.acct.account1.>");
        client.send(new JsonObject().put("op", "sub").put("id", 2).put("sub", 2).put("s", "xy.acct.account2.>"));
        assertThat(client.await("err").getJsonObject(2).getString("code")).isEqualTo("forbidden");
        XyTestClient later = gateway.client();
        later.authenticate(KEY);
        later.subscribe(1, "xy.md.a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "xy_", "xy_aaaaaaaaaaaa_", "other"})
    void whatIsNobodysKeyOpensNothing(String presented) {
        String key = presented.equals("other") ? OTHER : presented;
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "X-API-Key: " + key))
                .startsWith("HTTP/1.1 401 ")
                .contains("\"ref\":\"XYW005\"");
    }

    @Test
    void twoKeysOrAGoodKeyNextToABadTokenOpenNothing() {
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "X-API-Key: " + KEY, "X-API-Key: " + KEY))
                .startsWith("HTTP/1.1 401 ");
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "X-API-Key: " + KEY, "Authorization: Bearer x.y.z"))
                .startsWith("HTTP/1.1 401 ");
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "X-API-Key: " + KEY))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    @Tag("T-J16")
    void aKeyThatIsRevokedClosesItsSocketsAndOpensNoMore() {
        XyTestClient client = gateway.client();
        client.authenticate(KEY_TO_REVOKE);
        gateway.control(Control.Kind.REVOKE, ApiKeys.SESSION + ApiKeys.id(KEY_TO_REVOKE));
        assertThat(client.awaitClose()).isEqualTo(4201);
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "X-API-Key: " + KEY_TO_REVOKE))
                .startsWith("HTTP/1.1 401 ");
    }

    private static Gateway gateway() {
        GatewayConfig without = Gateway.config(Map.of("API_KEY_PEPPER", PEPPER), "");
        ApiKeys hashes = new ApiKeys(without.apiKeys(), without.jwt());
        return Gateway.startConfigured(
                "api-keys:\n  keys:\n" + line(hashes, KEY, "feed") + line(hashes, KEY_TO_REVOKE, "gone"),
                "API_KEY_PEPPER",
                PEPPER,
                "WS_SUBJECT_WHITELIST",
                "xy.md.>,xy.acct.>");
    }

    private static String line(ApiKeys hashes, String key, String client) {
        return "    - {id: '" + ApiKeys.id(key) + "', client: " + client
                + ", role: viewer, accounts: ['account1'], hash: '" + hashes.hash(key) + "'}\n";
    }
}
