package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which connections of the bridge's plain HTTP transports may be used again. One that is ended without a word loses the
 * request that a client, or a proxy, has sent on it in the meantime.
 */
@Tag("N13")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BridgePollingTest {
    private static final String SESSION = "/eventbus/000/";

    private final Gateway gateway = Gateway.start();

    @AfterAll
    void close() {
        gateway.close();
    }

    @ParameterizedTest
    @CsvSource({"POST, xhr", "GET, jsonp?c=f"})
    void anAnswerAfterWhichTheConnectionEndsSaysSo(String method, String transport) {
        try (RawSocket socket = RawSocket.connect(gateway.port())) {
            request(socket, method, SESSION + "ended-" + method + '/' + transport, "");
            assertThat(socket.awaitText(text -> false))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("connection: close\r\n")
                    .endsWith("0\r\n\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"POST, xhr_streaming", "GET, eventsource", "GET, htmlfile?c=f"})
    void anAnswerThatGoesOnSaysThatTheConnectionWillEnd(String method, String transport) {
        try (RawSocket socket = RawSocket.connect(gateway.port())) {
            request(socket, method, SESSION + "streamed-" + method + '/' + transport, "");
            assertThat(socket.awaitText(text -> text.contains("\r\n\r\n")))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("connection: close\r\n");
        }
    }

    @Test
    void anAnswerThatRefusesAPollEndsItsConnectionAsItSays() {
        try (RawSocket socket = RawSocket.connect(gateway.port())) {
            request(socket, "GET", SESSION + "refused/jsonp", "");
            assertThat(socket.awaitText(text -> false))
                    .startsWith("HTTP/1.1 500 ")
                    .contains("connection: close\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /eventbus/info",
                "OPTIONS /eventbus/000/kept/xhr",
                "POST /eventbus/000/kept/xhr_send",
                "GET /eventbus/xhr/kept",
                "GET /eventbus/iframe.html"
            })
    void allOtherConnectionsAreKept(String line) {
        String[] parts = line.split(" ", 2);
        try (RawSocket socket = RawSocket.connect(gateway.port())) {
            request(socket, parts[0], parts[1], "[\"{}\"]");
            String first = socket.awaitText(text -> text.contains("\r\n\r\n"));
            assertThat(first).doesNotContain("connection: close");
            request(socket, "GET", "/eventbus/info", "");
            socket.awaitText(text -> text.split("HTTP/1\\.1 ", -1).length == 3 && text.endsWith("}"));
        }
    }

    private static void request(RawSocket socket, String method, String target, String body) {
        socket.send(
                (method + ' ' + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                        .getBytes(StandardCharsets.US_ASCII));
    }
}
