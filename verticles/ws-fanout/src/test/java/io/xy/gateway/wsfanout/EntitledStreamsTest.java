package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A caller with some accounts asks for everything, by each of the three protocols, and gets its own and no more. */
@Tag("Z13")
@Tag("T-A02")
class EntitledStreamsTest {
    private static final List<String> REFUSED = List.of(
            "xy.acct.account2.>",
            "xy.acct.account2.status",
            "xy.acct.account2",
            "xy.acct.Account1.status",
            "xy.acct.CTP.88.status",
            "xy.acct.>",
            "xy.acct.*.status",
            "xy.*.account2.status",
            "xy.*.account1.status",
            "xy.>",
            "*.acct.>",
            ">",
            "xy.algo.algo1.progress",
            "xy.algo.>",
            "xy.algo.*.progress",
            "xy.exec.e1.update",
            "xy.exec.>",
            "xy.*.e1.update");
    private static final List<String> GRANTED =
            List.of("xy.acct.account1.>", "xy.acct.CTP=2E88.status", "xy.md.>", "xy.acct.account1");

    private final Gateway gateway = Gateway.start("WS_SUBJECT_WHITELIST", "xy.>", "WS_MAX_SUBSCRIPTIONS", "100");
    private final FakeSource source = gateway.source();
    private final String token = gateway.token(Gateway.principal("t9", List.of("account1", "CTP.88"), List.of()));

    @AfterEach
    void close() {
        gateway.close();
    }

    @Test
    void onTheOwnProtocol() {
        XyTestClient client = gateway.client();
        client.authenticate(token);
        int id = 10;
        for (String subject : REFUSED) {
            int asked = ++id;
            client.send(new JsonObject()
                    .put("op", "sub")
                    .put("id", asked)
                    .put("sub", asked)
                    .put("s", subject));
            JsonArray refused = client.await("err", record -> record.getInteger(1) == asked);
            assertThat(refused.getJsonObject(2).getString("code")).as(subject).isEqualTo("forbidden");
        }
        for (String subject : GRANTED) {
            client.subscribe(++id, subject);
        }
        onlyTheOwnIsAskedFor();
    }

    @Test
    void onTheFirstGatewaysProtocol() {
        XyTestClient old = XyTestClient.connect(
                gateway.vertx(), gateway.port(), "/ws", MultiMap.caseInsensitiveMultiMap(), "bearer", token);
        JsonArray all = new JsonArray(new ArrayList<>(REFUSED));
        GRANTED.forEach(all::add);
        old.sendText(
                new JsonObject().put("type", "subscribe").put("subjects", all).encode());
        onlyTheOwnIsAskedFor();
        Await.until("and nothing else", () -> gateway.figure("subscriptions") == GRANTED.size());
    }

    @Test
    void onTheEventBusBridge() {
        XyTestClient bridge = XyTestClient.text(gateway.vertx(), gateway.port(), "/eventbus/websocket");
        List<String> all = new ArrayList<>(REFUSED);
        all.addAll(GRANTED);
        for (String address : all) {
            bridge.sendText(new JsonObject()
                    .put("type", "register")
                    .put("address", address)
                    .put("headers", new JsonObject().put("Authorization", "Bearer " + token))
                    .encode());
        }
        Await.until(
                "the refused are told",
                () -> bridge.frames().stream()
                                .filter(frame -> frame.contains("access_denied"))
                                .count()
                        == REFUSED.size());
        onlyTheOwnIsAskedFor();
    }

    private void onlyTheOwnIsAskedFor() {
        Await.until("the own is asked for", () -> source.patterns().containsAll(GRANTED));
        assertThat(source.patterns()).containsExactlyInAnyOrderElementsOf(GRANTED);
    }
}
