package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Control;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N12")
class XySessionTest {
    private final Gateway gateway = Gateway.start(
            "WS_AUTH_TIMEOUT",
            "600ms",
            "WS_HEARTBEAT",
            "500ms",
            "WS_MAX_SUBSCRIPTIONS",
            "2",
            "XY_DRAIN",
            "400ms",
            "WS_SUBJECT_WHITELIST",
            "xy.md.>,xy.acct.>");

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    @Tag("T-W05")
    void whoDoesNotAuthenticateInTimeIsClosed() {
        assertThat(gateway.client().awaitClose()).isEqualTo(4202);
    }

    @Test
    void aTokenOfTheUpgradeMakesAuthOptional() {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().add("Authorization", "Bearer " + gateway.token());
        XyTestClient client = XyTestClient.connect(gateway.vertx(), gateway.port(), "/ws", headers, "xy.v1.json");
        assertThat(client.await("hello").getJsonObject(1).getString("user")).isEqualTo("t07");
        client.subscribe(1, "xy.md.>");
    }

    @Test
    void whatIsSentRightAfterAuthWaitsForIt() {
        XyTestClient client = gateway.client();
        client.send(new JsonObject().put("op", "auth").put("id", 1).put("token", gateway.token()));
        client.send(new JsonObject("{\"op\":\"sub\",\"id\":2,\"sub\":1,\"s\":\"xy.md.>\"}"));
        client.await("ok", r -> r.getLong(1) == 2);
        assertThat(client.await("ok").getJsonObject(2).getString("user")).isEqualTo("t07");
        assertThat(client.all("err")).isEmpty();
    }

    @Test
    void nothingIsServedBeforeAuth() {
        XyTestClient client = gateway.client();
        client.send(new JsonObject("{\"op\":\"sub\",\"id\":2,\"sub\":1,\"s\":\"xy.md.>\"}"));
        JsonObject error = client.await("err").getJsonObject(2);
        assertThat(error.getString("code")).isEqualTo("unauthorized");
        assertThat(error.fieldNames()).contains("retry", "after", "corr");
    }

    @Test
    @Tag("N8")
    void aBadFirstTokenIsAnsweredAndClosed() {
        XyTestClient client = gateway.client();
        client.send(new JsonObject("{\"op\":\"auth\",\"id\":1,\"token\":\"nonsense\"}"));
        assertThat(client.await("err").getJsonObject(2).getString("ref")).isEqualTo("XYW005");
        assertThat(client.awaitClose()).isEqualTo(4203);
    }

    @Test
    @Tag("T-W07")
    @Tag("Z13")
    void aRefreshWithNarrowerRightsEndsWhatIsNoLongerGranted() {
        XyTestClient client = gateway.client();
        client.authenticate(gateway.token(Gateway.principal("t1", List.of("A1", "A2"), List.of())));
        client.subscribe(1, "xy.acct.A1.>");
        client.subscribe(2, "xy.md.>");
        String narrower = gateway.token(Gateway.principal("t1", List.of("A2"), List.of()));
        client.send(new JsonObject().put("op", "auth").put("id", 9).put("token", narrower));
        JsonArray ended = client.await("x");
        assertThat(ended.getLong(1)).isEqualTo(1);
        assertThat(ended.getJsonObject(2).getString("code")).isEqualTo("forbidden");
        client.send(new JsonObject("{\"op\":\"unsub\",\"id\":10,\"sub\":2}"));
        client.await("ok", r -> r.getLong(1) == 10);
    }

    @Test
    void nobodyBecomesSomebodyElse() {
        XyTestClient client = gateway.trader();
        String other = gateway.token(Gateway.principal("t99", List.of(), List.of()));
        client.send(new JsonObject().put("op", "auth").put("id", 9).put("token", other));
        assertThat(client.await("err").getJsonObject(2).getString("code")).isEqualTo("forbidden");
    }

    @Test
    void aBadRefreshIsAnsweredAndTheConnectionGoesOn() {
        XyTestClient client = gateway.trader();
        client.send(new JsonObject("{\"op\":\"auth\",\"id\":9,\"token\":\"x.y.z\"}"));
        client.await("err", r -> r.getLong(1) == 9);
        client.subscribe(1, "xy.md.>");
    }

    @Test
    void aTokenThatEndsSoonIsAnnounced() {
        XyTestClient client = gateway.client();
        client.authenticate(gateway.token(Gateway.principal("t07", List.of(), List.of()), 30_000));
        assertThat(client.await("auth").getJsonObject(1).getLong("exp")).isBetween(0L, 30_000L);
    }

    @Test
    @Tag("T-J16")
    void aRevokedSessionIsClosedAndStaysOut() {
        XyTestClient client = gateway.trader();
        gateway.control(Control.Kind.REVOKE, "session-t07");
        assertThat(client.awaitClose()).isEqualTo(4201);
        XyTestClient again = gateway.client();
        again.send(new JsonObject().put("op", "auth").put("id", 1).put("token", gateway.token()));
        assertThat(again.awaitClose()).isEqualTo(4203);
    }

    @Test
    void aKickedUserIsClosedAndOthersAreNot() {
        XyTestClient client = gateway.trader();
        XyTestClient other = gateway.client();
        other.authenticate(gateway.token(Gateway.principal("t8", List.of(), List.of())));
        gateway.control(Control.Kind.KICK, "t07");
        assertThat(client.awaitClose()).isEqualTo(4303);
        other.subscribe(1, "xy.md.>");
    }

    @Test
    @Tag("B13")
    void aDrainAsksEachConnectionToMoveAndThenClosesIt() {
        XyTestClient client = gateway.trader();
        gateway.control(Control.Kind.DRAIN, "");
        assertThat(client.await("drain").getJsonObject(1).getString("why")).isEqualTo("deploy");
        assertThat(client.awaitClose()).isEqualTo(4001);
    }

    @Test
    @Tag("B13")
    void undeploymentClosesEverySocketWithAReason() {
        XyTestClient client = gateway.trader();
        gateway.undeploy();
        assertThat(client.awaitClose()).isEqualTo(4001);
    }

    @Test
    void aSilentSocketIsPinged() {
        XyTestClient client = gateway.trader();
        client.await("p");
        client.sendText("{\"op\":\"pong\",\"t\":1,\"vis\":\"visible\"}");
        client.subscribe(1, "xy.md.>");
        assertThat(client.all("err")).isEmpty();
    }

    @ParameterizedTest
    @Tag("T-D12")
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"op\":\"sub\",\"id\":5,\"s\":\"xy.md.a\"}|bad_request|'sub' is missing",
                "{\"op\":\"sub\",\"id\":5,\"sub\":0,\"s\":\"xy.md.a\"}|bad_request|'sub' must be a whole number",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1.5,\"s\":\"xy.md.a\"}|bad_request|'sub' must be a whole number",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1}|bad_request|'s' is missing",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":7}|bad_request|'s' must be text",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"mode\":\"some\"}|bad_request|'mode'",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"rate\":-1}|bad_request|'rate'",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"snap\":1}|bad_request|'snap'",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"since\":[]}|bad_request|'since'",
                "{\"op\":\"sub\",\"id\":5,\"sub\":1,\"s\":\"xy.md.a\",\"since\":{\"a\":[1]}}|bad_request|'since'",
                "{\"op\":\"unsub\",\"id\":5,\"sub\":1}|not_found|No such",
                "{\"op\":\"upd\",\"id\":5,\"sub\":1}|not_found|No such",
                "{\"op\":\"resync\",\"id\":5}|bad_request|'ch'",
                "{\"op\":\"cancel\",\"id\":5}|not_found|No such",
                "{\"op\":\"auth\",\"id\":5}|bad_request|'token'",
                "{\"op\":\"dance\",\"id\":5}|bad_request|'op'",
                "{\"id\":5}|bad_request|'op'"
            })
    void aMistakeIsNamedAndTheConnectionStays(String op, String code, String detail) {
        XyTestClient client = gateway.trader();
        client.sendText(op);
        JsonArray error = client.await("err", r -> r.getLong(1) == 5);
        assertThat(error.getJsonObject(2).getString("code")).isEqualTo(code);
        assertThat(error.getJsonObject(2).getString("msg")).contains(detail);
        client.subscribe(1, "xy.md.>");
    }

    @ParameterizedTest
    @Tag("T-D11")
    @CsvSource(
            delimiter = '|',
            value = {
                "[1]",
                "{",
                "\"text\"",
                "{\"op\":\"sub\",\"op\":\"sub\"}",
                "{\"a\":NaN}",
                "{} {}",
                "{\"a\":1,}",
                "nonsense",
                "{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}"
            })
    void whatIsNotAnObjectIsNamedUnderTheNumberZero(String text) {
        XyTestClient client = gateway.trader();
        client.sendText(text);
        client.await(
                "err",
                r -> r.getLong(1) == 0 && r.getJsonObject(2).getString("code").equals("bad_request"));
        client.subscribe(1, "xy.md.>");
    }

    @Test
    @Tag("T-D12")
    void manyMistakesInARowCloseTheConnection() {
        XyTestClient client = gateway.trader();
        for (int i = 0; i < 30; i++) {
            client.socket().writeTextMessage("{").onFailure(gone -> {});
        }
        assertThat(client.awaitClose()).isEqualTo(4300);
    }

    @Test
    void aFloodOfOperationsClosesTheConnection() {
        XyTestClient client = gateway.trader();
        for (int i = 0; i < 300; i++) {
            client.socket().writeTextMessage("{\"op\":\"pong\"}").onFailure(gone -> {});
        }
        assertThat(client.awaitClose()).isEqualTo(4101);
    }

    @Test
    void oneSubscriptionMoreThanAllowedIsRefused() {
        XyTestClient client = gateway.trader();
        client.subscribe(1, "xy.md.a");
        client.subscribe(2, "xy.md.b");
        client.sendText("{\"op\":\"sub\",\"id\":3,\"sub\":3,\"s\":\"xy.md.c\"}");
        assertThat(client.await("err").getJsonObject(2).getString("code")).isEqualTo("too_many_subs");
        client.sendText("{\"op\":\"sub\",\"id\":4,\"sub\":2,\"s\":\"xy.md.c\"}");
        assertThat(client.await("err", r -> r.getLong(1) == 4).getJsonObject(2).getString("msg"))
                .contains("in use");
    }
}
