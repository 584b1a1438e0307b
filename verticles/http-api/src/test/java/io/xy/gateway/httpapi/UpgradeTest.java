package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests to become a WebSocket that want something else as well. */
@Tag("B15")
class UpgradeTest {
    private static final String ACCEPT =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final String REJECT = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno";
    private static final String BEHIND = "GET /u/open?behind HTTP/1.1\r\nHost: h\r\n\r\n";

    /** What came on a connection whose upgrade was answered, until its end. */
    private final List<String> after = new CopyOnWriteArrayList<>();

    private final List<String> heads = new CopyOnWriteArrayList<>();
    private volatile String answer = ACCEPT;

    @SuppressWarnings("NullAway.Init") // set before each test
    private RawUpstream upstream;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Gateway gateway;

    @BeforeEach
    void start() {
        upstream = new RawUpstream(connection -> {
            String head = connection.head();
            heads.add(head);
            connection.send(head.contains("pgrade: websocket") ? answer : RawUpstream.ok("ok"));
            after.add(connection.rest());
        });
        gateway = UpstreamStage.start("", upstream.port());
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private String upgrade(String... more) {
        return "GET /u/ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + gateway.token("viewer")
                + "\r\n" + String.join("", more) + "\r\n";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\n",
                "Content-Length: 1\r\n",
                "Content-Length: 00005\r\n",
                "Transfer-Encoding: chunked\r\n",
                "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n"
            })
    @Tag("T-8")
    void anUpgradeWithABodyIsRefusedBeforeAnybodySeesIt(String framing) {
        try (RawHttp raw = gateway.raw()) {
            raw.send(upgrade(framing) + (framing.contains("chunked") ? "5\r\nhello\r\n0\r\n\r\n" : "hello") + BEHIND);
            assertThat(raw.all()).startsWith("HTTP/1.1 400 ").doesNotContain("}HTTP/1.");
        }
        assertThat(heads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Content-Length: 0\r\n",
                "X-A: b\r\n",
                "Origin: http://localhost:3000\r\n",
                "Origin: http://h\r\n"
            })
    @Tag("T-8")
    @Tag("T-9")
    void aPlainUpgradeIsMadeAndBothDirectionsWork(String more) {
        try (RawHttp raw = gateway.raw()) {
            raw.send(upgrade(more));
            assertThat(raw.head()).startsWith("HTTP/1.1 101 ");
            raw.send("hello");
        }
        Await.until("what was sent arrived", () -> after.equals(List.of("hello")));
        assertThat(heads).hasSize(1);
        assertThat(heads.get(0)).startsWith("GET /far HTTP/1.1\r\n").doesNotContainIgnoringCase("content-length");
    }

    @ParameterizedTest
    @ValueSource(strings = {BEHIND, "\u0081\u0085abcdefghi", "x"})
    @Tag("T-8")
    void whatComesBeforeTheUpgradeIsAnsweredIsNeverARequestNorPassedOnWhenItIsRejected(String early) {
        answer = REJECT;
        try (RawHttp raw = gateway.raw()) {
            raw.send(upgrade() + early);
            assertThat(raw.all()).startsWith("HTTP/1.1 403 ").endsWith("no");
        }
        Await.until("the upstream's connection has ended", () -> after.size() == 1);
        assertThat(after).containsExactly("");
        assertThat(heads).hasSize(1);
    }

    @Test
    @Tag("T-8")
    void aRequestBehindAnUpgradeThatIsMadeIsNotServed() {
        try (RawHttp raw = gateway.raw()) {
            raw.send(upgrade() + BEHIND);
            assertThat(raw.head()).startsWith("HTTP/1.1 101 ");
        }
        Await.until("the tunnel has ended", () -> after.size() == 1);
        assertThat(heads).hasSize(1);
    }

    @Test
    @Tag("T-8")
    void aConnectionWhoseUpgradeWasRejectedIsNotUsedAgain() {
        answer = REJECT;
        for (int i = 1; i <= 3; i++) {
            int made = i;
            assertThat(RawHttp.exchange(gateway.port, upgrade())).startsWith("HTTP/1.1 403 ");
            Await.until("the upstream's connection has ended", () -> after.size() == made);
        }
        assertThat(heads).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HEAD /u/ws HTTP/1.1|Upgrade: websocket~Connection: Upgrade|400",
                "POST /u/ws HTTP/1.1|Upgrade: websocket~Connection: Upgrade|405",
                "GET /u/ws HTTP/1.0|Upgrade: websocket~Connection: Upgrade|400",
                "GET /u/ws HTTP/1.1|Upgrade: websocket|400",
                "GET /u/ws HTTP/1.1|Upgrade: websocket~Connection: keep-alive|400",
                "GET /u/ws HTTP/1.1|Upgrade: h2c~Connection: Upgrade|400",
                "GET /u/ws HTTP/1.1|Upgrade: websocket2~Connection: Upgrade|400",
                "GET /u/ws HTTP/1.1|Connection: Upgrade|400",
            })
    @Tag("T-8")
    void onlyAWholeUpgradeIsOne(String line, String headers, String status) {
        try (RawHttp raw = gateway.raw()) {
            raw.send(line + "\r\nHost: h\r\nAuthorization: Bearer " + gateway.token("viewer") + "\r\n"
                    + headers.replace("~", "\r\n") + "\r\n\r\n");
            String start = new String(raw.bytes(12), StandardCharsets.ISO_8859_1);
            assertThat(start).matches("HTTP/1\\.[01] " + status);
        }
        assertThat(heads).isEmpty();
    }

    @Test
    @Tag("T-8")
    void otherRoutesDoNotPassAnUpgradeOn() {
        assertThat(RawHttp.exchange(
                        gateway.port,
                        "GET /u/open HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(heads.get(0)).doesNotContainIgnoringCase("upgrade");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: null\r\n",
                "Origin: https://evil.example\r\n",
                "Origin: http://h.evil.example\r\n",
                "Origin: http://evilh\r\n",
                "Origin: https://h\r\n",
                "Origin: http://h:81\r\n",
                "Origin: http://H\r\n",
                "Origin: http://h.\r\n",
                "Origin: file://\r\n",
                "Origin: http://localhost.evil.example\r\n",
                "Origin:\r\n",
                "Origin: http://h\r\nOrigin: http://h\r\n"
            })
    @Tag("T-9")
    void aPageOfSomebodyElsesOpensNoSocket(String origin) {
        assertThat(RawHttp.exchange(gateway.port, upgrade(origin))).startsWith("HTTP/1.1 403 ");
        assertThat(heads).isEmpty();
    }

    @Test
    @Tag("T-9")
    void withoutAGoodTokenNoSocketOpens() {
        String expired = Tokens.signed(Gateway.SECRET, "{\"sub\":\"u1\",\"role\":\"admin\",\"exp\":1}");
        for (String credential :
                List.of("", "Authorization: Bearer " + expired + "\r\n", "Authorization: Bearer x\r\n")) {
            String request = upgrade().replaceFirst("Authorization: [^\r]*\r\n", credential);
            assertThat(RawHttp.exchange(gateway.port, request)).startsWith("HTTP/1.1 401 ");
        }
        assertThat(RawHttp.exchange(
                        gateway.port,
                        upgrade()
                                .replace("/u/ws", "/u/ws?token=" + gateway.token("viewer"))
                                .replaceFirst("Authorization: [^\r]*\r\n", "")))
                .startsWith("HTTP/1.1 401 ");
        assertThat(heads).isEmpty();
    }
}
