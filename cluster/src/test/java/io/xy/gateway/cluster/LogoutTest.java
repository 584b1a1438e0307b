package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Ports;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions on two nodes: what ended on one is over on the other, even if that one was not there yet. */
@Tag("Z7")
@Tag("C1")
class LogoutTest {
    private static final String LOGIN = "/api/v1/auth/login";
    private static final String REFRESH = "/api/v1/auth/refresh";
    private static final String VALIDATE = "/api/v1/auth/validate";
    private static final String TRADER = "{\"username\":\"trader1\",\"password\":\"password123\"}";

    private final int firstPort = Ports.free();
    private final int secondPort = Ports.free();

    @Test
    void aNodeThatJoinsLaterKnowsWhoLoggedOutAndWhichTokensAreSpent() throws Exception {
        try (Node first = node("first", "all,simulator", firstPort)) {
            first.start();
            Await.until("login works", () -> first.post(LOGIN, "", TRADER).statusCode() == 200);
            JsonObject gone = data(first.post(LOGIN, "", TRADER));
            JsonObject live = data(first.post(LOGIN, "", TRADER));
            JsonObject stolen = data(first.post(LOGIN, "", TRADER));
            JsonObject renewed = data(first.post(REFRESH, "", refresh(stolen)));
            assertThat(first.post("/api/v1/auth/logout", access(gone), "").statusCode())
                    .isEqualTo(200);

            try (Node second = node("second", "http-api,ws-fanout", secondPort)) {
                second.start();

                assertThat(second.post(VALIDATE, access(gone), "").statusCode()).isEqualTo(401);
                assertThat(second.post(REFRESH, "", refresh(gone)).statusCode()).isEqualTo(401);
                assertThat(second.post(VALIDATE, access(live), "").statusCode()).isEqualTo(200);
                JsonObject next = data(second.post(REFRESH, "", refresh(live)));
                assertThat(first.post(VALIDATE, access(next), "").statusCode()).isEqualTo(200);
                data(first.post(REFRESH, "", refresh(next)));

                assertThat(second.post(REFRESH, "", refresh(stolen)).statusCode())
                        .isEqualTo(401);
                assertThat(first.post(REFRESH, "", refresh(renewed)).statusCode())
                        .isEqualTo(401);
                Await.until(
                        "the first node hears of it",
                        () -> first.post(VALIDATE, access(renewed), "").statusCode() == 401);
            }
        }
    }

    private Node node(String name, String roles, int port) {
        return new Node(
                "SERVICE_TYPE",
                roles,
                "XY_NODE_ID",
                name,
                "CLUSTER_ENABLED",
                "true",
                "CLUSTER_PORT",
                String.valueOf(port),
                "CLUSTER_MEMBERS",
                "127.0.0.1:" + firstPort + ",127.0.0.1:" + secondPort);
    }

    private static JsonObject data(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body()).getJsonObject("data");
    }

    private static String access(JsonObject data) {
        return data.getString("accessToken");
    }

    private static String refresh(JsonObject data) {
        return new JsonObject()
                .put("refreshToken", data.getString("refreshToken"))
                .encode();
    }
}
