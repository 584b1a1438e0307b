package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may come in, as whom, and what somebody who is in may ask for. */
@Tag("N2")
@Tag("N3")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SocketEntryTest {
    private static final String XY = "Sec-WebSocket-Protocol: xy.v1.json";
    private static final String DESK = "https://desk.example";

    private final Gateway gateway = Gateway.start(
            "WS_ALLOWED_ORIGINS", DESK, "WS_SUBJECT_WHITELIST", "xy.md.>,xy.acct.>", "WS_QUERY_TOKEN", "true");
    private final FakeSource source = gateway.source();

    @AfterAll
    void close() {
        gateway.close();
    }

    /** The listed origin with one letter more, less or other. */
    @Test
    @Tag("T-W01")
    void noNeighbourOfAListedOriginPasses() {
        Random random = new Random(1);
        String letters = "abcXYZ019.:/-_%@ ";
        for (int i = 0; i < 150; i++) {
            int at = random.nextInt(DESK.length() + 1);
            char letter = letters.charAt(random.nextInt(letters.length()));
            String origin =
                    switch (random.nextInt(3)) {
                        case 0 -> DESK.substring(0, at) + letter + DESK.substring(at);
                        case 1 -> DESK.substring(0, Math.max(0, at - 1)) + DESK.substring(at);
                        default -> DESK.substring(0, Math.max(0, at - 1)) + letter + DESK.substring(at);
                    };
            if (!origin.trim().equals(DESK)) {
                assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "Origin: " + origin))
                        .as(origin)
                        .startsWith("HTTP/1.1 403 ");
            }
        }
        assertThat(RawSocket.upgrade(gateway.port(), "/ws", XY, "Origin: " + DESK))
                .startsWith("HTTP/1.1 101 ");
    }

    @Test
    @Tag("T-W03")
    void aTokenInTheQueryIsInNoAnswer() {
        String bad = Jwts.hs256(Jwts.HS256, Jwts.CLAIMS) + "x";
        for (String target : List.of("/ws?token=" + bad, "/nothing?token=" + bad, "/eventbus/x/y/z?token=" + bad)) {
            assertThat(RawSocket.upgrade(gateway.port(), target))
                    .doesNotContain(bad)
                    .startsWith("HTTP/1.1 4");
        }
        String good = gateway.token();
        assertThat(RawSocket.upgrade(gateway.port(), "/ws?token=" + good))
                .startsWith("HTTP/1.1 101 ")
                .doesNotContain(good);
    }

    static List<String> forbidden() {
        return List.of(
                "xy.acct.A2.orders",
                "xy.acct.*.orders",
                "xy.acct.>",
                "xy.>",
                ">",
                "*",
                "*.*",
                "*.acct.A2.orders",
                "xy.*.>");
    }

    static List<String> malformed() {
        return List.of(
                "",
                ".",
                "xy..a",
                "xy.md.",
                ".xy.md",
                "xy.md.a b",
                "xy.md.a\tb",
                "xy.md.a\r\nb",
                "xy.md.a\u0000b",
                "xy.md.>.a",
                "xy.md.a>",
                "xy.md.a*",
                "xy.md.**",
                "xy.md.\u0430",
                "\u0445\u0443.md.a",
                "xy.md.\u200ba",
                "xy.md." + "a".repeat(4_096));
    }

    static List<String> foreign() {
        return List.of(
                "$SYS.>",
                "$SYS.ACCOUNT.x",
                "_INBOX.>",
                "_INBOX.abc",
                "$JS.API.>",
                "$KV.a",
                "xy.secret.a",
                "XY.md.a",
                "xy.MD.a");
    }

    @ParameterizedTest
    @MethodSource({"forbidden", "malformed", "foreign"})
    @Tag("T-W06")
    void whatNobodyMayHaveIsRefusedAndNeverAskedFor(String subject) {
        XyTestClient client = gateway.client();
        client.authenticate(gateway.token(Gateway.principal("t1", List.of("A1"), List.of())));
        client.send(new JsonObject().put("op", "sub").put("id", 2).put("sub", 2).put("s", subject));
        assertThat(client.await("err", r -> r.getLong(1) == 2).getJsonObject(2).getString("code"))
                .isIn("forbidden", "bad_request");
        client.send(
                new JsonObject("{\"op\":\"sub\",\"id\":3,\"sub\":3,\"snap\":\"only\",\"s\":\"\"}").put("s", subject));
        client.await("err", r -> r.getLong(1) == 3);
        client.subscribe(4, "xy.acct.A1.orders");
        source.awaitInterest("xy.acct.A1.orders");
        assertThat(source.interests()).allSatisfy(interest -> assertThat(interest.patterns())
                .doesNotContain(subject)
                .allMatch(pattern ->
                        pattern.equals("xy.acct.A1.orders") || pattern.matches("xy\\.md\\.[A-Za-z0-9_*>.-]+")));
        client.close();
    }

    @Test
    @Tag("T-W06")
    void unusualButRightSubjectsPass() {
        XyTestClient client = gateway.trader();
        client.subscribe(1, "xy.md.*.x-Y_9");
        client.subscribe(2, "xy.md.>");
        client.close();
    }

    @Test
    @Tag("T-W07")
    void reducedRightsEndTheStreamAndTheRestGoesOn() {
        XyTestClient client = gateway.client();
        client.authenticate(gateway.token(Gateway.principal("t3", List.of("*"), List.of())));
        client.subscribe(1, "xy.md.w07");
        client.subscribe(2, "xy.md.other");
        source.awaitInterest("xy.md.w07");
        source.value("xy.md.w07", "e", 1, "1");
        client.await("s");
        client.send(new JsonObject()
                .put("op", "auth")
                .put("id", 9)
                .put("token", gateway.token(Gateway.principal("t3", List.of("*"), List.of("xy.md.other")))));
        client.await("x", r -> r.getLong(1) == 1);
        source.value("xy.md.w07", "e", 2, "2");
        source.value("xy.md.other", "e", 1, "3");
        client.await("s", r -> r.getInteger(4) == 3);
        assertThat(client.all("d")).isEmpty();
        client.close();
    }

    @Test
    @Tag("T-W09")
    void aBridgeSessionBelongsToTheAddressThatOpenedIt() {
        String session = "/eventbus/000/s-w09/";
        assertThat(post("127.0.0.1", session + "xhr", "")).startsWith("HTTP/1.1 200 ");
        assertThat(post("127.0.0.1", session + "xhr_send", "[\"{\\\"type\\\":\\\"ping\\\"}\"]"))
                .startsWith("HTTP/1.1 204 ");
        assertThat(post("127.0.0.2", session + "xhr", "")).startsWith("HTTP/1.1 403 ");
        assertThat(post("127.0.0.2", session + "xhr_send", "[\"{}\"]")).startsWith("HTTP/1.1 403 ");
        assertThat(post("127.0.0.2", "/eventbus/000/s-w09b/xhr", "")).startsWith("HTTP/1.1 200 ");
        assertThat(post("127.0.0.1", session + "xhr_send", "[\"{\\\"type\\\":\\\"ping\\\"}\"]"))
                .startsWith("HTTP/1.1 204 ");
    }

    @Test
    @Tag("T-W09")
    void aBridgeSessionStaysItsUsers() {
        XyTestClient client = XyTestClient.text(gateway.vertx(), gateway.port(), "/eventbus/websocket");
        client.sendText(register(gateway.token(), "xy.md.a"));
        Await.until("registered", () -> source.patterns().contains("xy.md.a") || gateway.figure("subscriptions") > 0);
        client.sendText(register(gateway.token(Gateway.principal("t99", List.of(), List.of())), "xy.md.b"));
        client.awaitFrame("access_denied");
        client.close();
    }

    @Test
    @Tag("T-W10")
    void bridgePostsThatAreWrongAreAnsweredByTheProtocol() {
        String session = "/eventbus/000/s-w10/";
        assertThat(post("127.0.0.1", session + "xhr_send", "[]")).startsWith("HTTP/1.1 404 ");
        assertThat(post("127.0.0.1", session + "xhr", "")).startsWith("HTTP/1.1 200 ");
        for (String body : List.of("", "[", "[nonsense]", "[\"unfinished")) {
            assertThat(post("127.0.0.1", session + "xhr_send", body)).as(body).startsWith("HTTP/1.1 500 ");
        }
        assertThat(post("127.0.0.1", session + "xhr_send", "[\"{}\"]")).startsWith("HTTP/1.1 204 ");
        assertThat(post("127.0.0.1", session + "xhr_send", "[\"" + "x".repeat(1 << 20) + "\"]"))
                .startsWith("HTTP/1.1 413 ");
        assertThat(post("127.0.0.1", session + "xhr_send", "[" + "\"\",".repeat(10_000) + "\"\"]"))
                .startsWith("HTTP/1.1 204 ");
        Await.until("the flood has ended the session", () -> post("127.0.0.1", session + "xhr_send", "[\"{}\"]")
                .startsWith("HTTP/1.1 404 "));
    }

    private String post(String from, String path, String body) {
        try (RawSocket raw = RawSocket.connect(from, gateway.port())) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            raw.send(("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: "
                            + bytes.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            raw.trySend(bytes);
            return raw.awaitText(text -> text.contains("\r\n\r\n"));
        }
    }

    private static String register(String token, String address) {
        return new JsonObject()
                .put("type", "register")
                .put("address", address)
                .put("headers", new JsonObject().put("Authorization", "Bearer " + token))
                .encode();
    }
}
