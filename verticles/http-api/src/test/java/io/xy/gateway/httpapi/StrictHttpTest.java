package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.security.Principal;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that a gateway must refuse, each on its own connection. */
@Tag("B8")
@Tag("B14")
class StrictHttpTest {
    private static final String OK = "GET /api/v1/services/auth/ping HTTP/1.1\r\nHost: h\r\n";
    private static Gateway gateway;
    private static FakeBridge bridge;
    private static String bearer;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        bridge = gateway.bridge();
        bridge.answers("\"pong\"");
        bearer = "Authorization: Bearer " + gateway.token(Principal.ADMIN, "*") + "\r\n";
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String exchange(String request) {
        return RawHttp.exchange(gateway.port, request);
    }

    @Test
    void aPlainRequestIsServed() {
        assertThat(exchange(OK + bearer + "\r\n")).startsWith("HTTP/1.1 200 ").contains("\"pong\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/../v1/accounts",
                "/api/v1/./accounts",
                "//api/v1/accounts",
                "/api//v1/accounts",
                "/api/v1/%2e%2e/accounts",
                "/api/v1/..%2faccounts",
                "/api/v1/..%2Faccounts",
                "/api/v1/%252e%252e/accounts",
                "/api/v1/..%5caccounts",
                "/api\\v1/accounts",
                "/api/v1;x/accounts",
                "/api/v1/accounts%00/x",
                "/api/v1/accounts%0d%0aSet-Cookie:x=1",
                "/api/v1/accounts/%ff",
                "/api/v1/accounts/%c0%af",
                "/api/v1/accounts/%zz",
                "/api/v1/accounts/%2",
                "/api/v1/accounts#x",
                "http://h/api/v1/accounts",
                "api"
            })
    void anAmbiguousPathIs400(String path) {
        String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: h\r\n" + bearer + "\r\n");

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("application/problem+json", "bad_request");
        assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("\r\nset-cookie");
    }

    @Test
    void anEscapedLetterIsTheLetter() {
        assertThat(exchange("GET /%61pi/v1/services/auth/ping HTTP/1.1\r\nHost: h\r\n" + bearer + "\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(exchange("GET /API/v1/services/auth/ping HTTP/1.1\r\nHost: h\r\n" + bearer + "\r\n"))
                .startsWith("HTTP/1.1 404 ");
        assertThat(exchange("GET /api/v1/services/auth/ping/ HTTP/1.1\r\nHost: h\r\n" + bearer + "\r\n"))
                .startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "400|Host: a~Host: b~~",
                "400|X: y~~",
                "400|Host: h~Content-Length: 1~Content-Length: 2~~",
                "400|Host: h~Content-Length: +2~~",
                "400|Host: h~Content-Length: 6~Transfer-Encoding: chunked~~0~~G",
                "400|Host: h~Transfer-Encoding: chunked, identity~~",
                "400|Host: h~Transfer-Encoding : chunked~~",
                "400|Host: h~Transfer-Encoding:~ chunked~~0~~",
                "417|Host: h~Expect: something~~",
            })
    void ambiguousFramingIsRefusedAndTheConnectionClosed(String status, String headers) {
        try (RawHttp raw = gateway.raw()) {
            raw.send("GET /api/v1/accounts HTTP/1.1\r\n" + headers.replace("~", "\r\n"));

            assertThat(raw.head()).startsWith("HTTP/1.1 " + status + ' ').contains("application/problem+json");
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"HTTP/1.2", "HTTP/9.9"})
    void anUnknownVersionIs505(String version) {
        assertThat(exchange("GET / " + version + "\r\nHost: h\r\n\r\n")).contains(" 505 ", "http_version");
    }

    @ParameterizedTest
    @CsvSource({"TRACE,405", "CONNECT,405", "BREW,501"})
    void aMethodThatIsNotOursIsRefused(String method, String status) {
        assertThat(exchange(method + " /x HTTP/1.1\r\nHost: h\r\n\r\n")).startsWith("HTTP/1.1 " + status + ' ');
    }

    @Test
    void moreThanAHundredHeadersAre431() {
        StringBuilder request = new StringBuilder("GET / HTTP/1.1\r\nHost: h\r\n");
        for (int i = 0; i < 100; i++) {
            request.append('a').append(i).append(": 1\r\n");
        }

        assertThat(exchange(request.append("\r\n").toString())).startsWith("HTTP/1.1 431 ");
    }

    @Test
    void aLongHeaderIs431AndALongLine414() {
        assertThat(exchange("GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ")
                .contains("headers_too_large");
        assertThat(exchange("GET /" + "x".repeat(5_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .contains(" 414 ")
                .contains("uri_too_long");
    }

    @Test
    void aWholeRequestWithBareLineFeedsIsRefused() {
        assertThat(exchange("GET / HTTP/1.1\nHost: h\n\n")).contains(" 400 ");
    }

    @Test
    @Tag("B12")
    void aRequestIdIsTakenOnlyWhenItIsWellFormed() {
        assertThat(exchange(OK + bearer + "X-Request-Id: my-request-1\r\n\r\n"))
                .contains("x-request-id: my-request-1\r\n");
        assertThat(exchange(OK + bearer + "X-Request-Id: short\r\n\r\n")).doesNotContain("x-request-id: short");
        assertThat(exchange(OK + bearer + "X-Request-Id: has a blank in it\r\n\r\n"))
                .containsPattern("x-request-id: [0-9a-f]{32}\r\n");
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        try (RawHttp raw = gateway.raw()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append(OK)
                        .append(bearer)
                        .append("X-Request-Id: request-")
                        .append(i)
                        .append("\r\n\r\n");
            }
            raw.send(requests.toString());

            for (int i = 0; i < 50; i++) {
                assertThat(raw.head()).contains("x-request-id: request-" + i + "\r\n");
            }
        }
    }

    @Test
    void aBodyIsAskedForWithContinue() {
        String body = "{\"enabled\":true}";
        bridge.answers("{\"success\":true}");
        try (RawHttp raw = gateway.raw()) {
            raw.send("PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\n" + bearer
                    + "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: " + body.length()
                    + "\r\n\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 100 ");

            raw.send(body);

            assertThat(raw.head()).startsWith("HTTP/1.1 200 ");
        }
        bridge.answers("\"pong\"");
    }

    @Test
    void aCallerWhoMayNotIsToldSoBeforeItSendsItsBody() {
        try (RawHttp raw = gateway.raw()) {
            raw.send("PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\n"
                    + "Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 16\r\n\r\n");

            assertThat(raw.head()).startsWith("HTTP/1.1 401 ");
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void aBodyThatNeverComesIsNotWaitedForLongerThanItsLimit() {
        try (RawHttp raw = gateway.raw()) {
            raw.send("PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\n" + bearer
                    + "Content-Type: application/json\r\nContent-Length: 16\r\n\r\n{");

            assertThat(raw.head()).startsWith("HTTP/1.1 408 ").contains("body_timeout");
        }
    }

    @Test
    void aConnectionStaysUsableAfterARefusalWithAShortBody() {
        try (RawHttp raw = gateway.raw()) {
            raw.send("PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}");
            assertThat(raw.head()).startsWith("HTTP/1.1 415 ");

            raw.send(OK + bearer + "\r\n");

            assertThat(raw.head()).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void aBodyThatGrowsBeyondTheLimitChunkByChunkIs413AndEndsTheConnection() {
        try (RawHttp raw = gateway.raw()) {
            raw.send("PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\n" + bearer
                    + "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            String chunk = "10000\r\n" + " ".repeat(0x10000) + "\r\n";
            for (int i = 0; i < 17; i++) {
                raw.send(chunk);
            }

            assertThat(raw.head()).startsWith("HTTP/1.1 413 ").contains("too_large");
            assertThat(raw.isClosedByServer()).isTrue();
        }
    }

    @Test
    void anAnnouncedBodyBeyondTheLimitIs413Unread() {
        assertThat(exchange("PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\n" + bearer
                        + "Content-Type: application/json\r\nContent-Length: 2000000\r\n\r\n"))
                .startsWith("HTTP/1.1 413 ");
    }

    /**
     * A client that first sends everything and then looks must find the answer, not a reset in its place. What was read of
     * its body is given back: {@link io.xy.gateway.testkit.LeakListener} fails the build otherwise.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void aClientThatReadsOnlyAfterItsWholeBodyStillFindsTheAnswer(String header) {
        String body = " ".repeat(16_000_000);
        for (String head : List.of(
                "PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n",
                "PATCH /api/v1/accounts/a/enabled HTTP/1.1\r\nHost: h\r\nHost: i\r\n")) {
            try (RawHttp raw = gateway.raw()) {
                raw.send(head + bearer + header + "Content-Length: " + body.length() + "\r\n\r\n" + body);

                assertThat(raw.isRefused()).isFalse();
                assertThat(raw.all()).matches("(?s)HTTP/1.1 4(13|00) .*\"(too_large|bad_request)\".*");
            }
        }
    }
}
