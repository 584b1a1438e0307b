package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Authority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/2 that would become something else when they are passed on as HTTP/1.1. */
@Tag("B14")
@Tag("B4")
@Tag("T-H35")
class Http2RequestsTest {
    private static final String[] PLAIN = {
        ":method", "GET", ":scheme", "https", ":path", "/u/open", ":authority", "localhost"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RawUpstream upstream;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Gateway gateway;

    @BeforeAll
    static void start() throws IOException {
        upstream = new RawUpstream(connection -> {
            while (!connection.request().isEmpty()) {
                connection.send(RawUpstream.ok("ok"));
            }
        });
        new Authority(directory, "good").issue("server", "DNS:localhost,IP:127.0.0.1");
        gateway = UpstreamStage.startSecured(directory, upstream.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    private static String[] with(String... more) {
        List<String> all = new ArrayList<>(Arrays.asList(PLAIN));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    /** The plain request with one of its pseudo-headers replaced. */
    private static String[] instead(String name, String value) {
        String[] fields = PLAIN.clone();
        fields[Arrays.asList(fields).indexOf(name) + 1] = value;
        return fields;
    }

    private static void assertRefused(String... fields) throws IOException {
        int before = upstream.requests.size();
        try (RawHttp2 raw = new RawHttp2(gateway.port, 65_535)) {
            raw.head(1, fields);
            assertThat(raw.outcome(1)).as(Arrays.toString(fields)).isIn("reset", "closed", "400", "404");
        }
        assertThat(upstream.requests).hasSize(before);
    }

    private static String served(String... fields) throws IOException {
        int before = upstream.requests.size();
        try (RawHttp2 raw = new RawHttp2(gateway.port, 65_535)) {
            raw.head(1, fields);
            assertThat(raw.outcome(1)).as(Arrays.toString(fields)).isEqualTo("200");
        }
        assertThat(upstream.requests).hasSize(before + 1);
        return upstream.requests.get(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-a: b\r\nx-evil: 1",
                "x-a: b\nx-evil: 1",
                "x-a: b\rx-evil: 1",
                "x-a: \0",
                "x-a: b\0",
                "x-a: GET / HTTP/1.1\r\n\r\n",
                "X-A: b",
                "x-A: b",
                "x a: b",
                " x-a: b",
                "x-a\r\nx-evil: b",
                "x-a:x: b",
                ": b",
                "transfer-encoding: chunked",
                "transfer-encoding: identity",
                "connection: close",
                "connection: x-user-id",
                "keep-alive: timeout=5",
                "proxy-connection: keep-alive",
                "upgrade: websocket",
                "te: gzip",
                "te: trailers, chunked",
                "content-length: 5",
                "content-length: -1",
                "content-length: 0, 5",
                "host: evil.example\r\nx: y",
                ":path: /admin",
                ":method: POST",
                ":authority: evil.example",
                ":status: 200",
                ":evil: 1",
            })
    void aFieldThatHttp1WouldReadOtherwiseEndsItsStream(String field) throws IOException {
        int colon = field.indexOf(": ", field.startsWith(":") && !field.startsWith(": ") ? 1 : 0);
        assertRefused(with(field.substring(0, colon), field.substring(colon + 2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/u/open x",
                "/u/open HTTP/1.1\r\nx-evil: 1\r\n\r\nGET /admin",
                "/u/open\r\n",
                "/u/open\t",
                "/u/open\0",
                "/u/open#x",
                "/u/../u/open",
                "",
                "u/open",
                "*",
                "https://localhost/u/open",
                "http://evil.example/u/open",
            })
    void aPathThatIsNoneEndsItsStream(String path) throws IOException {
        assertRefused(instead(":path", path));
    }

    @Test
    void aRequestThatLacksOrMixesItsPseudoHeadersEndsItsStream() throws IOException {
        assertRefused(":method", "GET", ":scheme", "https", ":authority", "localhost");
        assertRefused(":scheme", "https", ":path", "/u/open", ":authority", "localhost");
        assertRefused("x-a", "b", ":method", "GET", ":scheme", "https", ":path", "/u/open", ":authority", "localhost");
        assertRefused(instead(":method", "GET /u/open HTTP/1.1\r\nx-evil:"));
        assertRefused(instead(":authority", "localhost\r\nx-evil: 1"));
        assertRefused(instead(":authority", "a b"));
        assertRefused(instead(":authority", "localhost/admin"));
    }

    @Test
    void aControlCharacterAnywhereInAValueOrNameEndsItsStream() throws IOException {
        Random random = new Random(35);
        for (int i = 0; i < 60; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = 1 + random.nextInt(40); length > 0; length--) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            char control = "\r\n\0".charAt(random.nextInt(3));
            text.insert(random.nextInt(text.length() + 1), control);
            boolean inName = random.nextBoolean();
            assertRefused(with(inName ? "x-" + text : "x-a", inName ? "b" : text.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x-a: b",
                "x-a: B: c; d=\"e\", f",
                "x-a: two words",
                "x-a: tab\tinside",
                "x-a: ",
                "x-a: CR LF as words",
                "x-a: %0d%0ax-evil: 1",
                "x-a: transfer-encoding: chunked",
                "te: trailers",
                "x-connection: close",
                "x_under: score",
            })
    void whatIsOnlyUnusualIsPassedOn(String field) throws IOException {
        int colon = field.indexOf(": ");
        String seen = served(with(field.substring(0, colon), field.substring(colon + 2)));

        assertThat(seen).startsWith("GET /u/open HTTP/1.1\r\n").endsWith("\r\n\r\n");
        assertThat(seen.split("\r\n\r\n", -1)).hasSize(2);
        assertThat(seen.toLowerCase(java.util.Locale.ROOT)).doesNotContain("\r\nx-evil", "\r\ntransfer-encoding");
    }

    @Test
    void aQueryAndALongValueArrivesAsItWasSent() throws IOException {
        assertThat(served(instead(":path", "/u/open?a=b%20c&d=/../e")))
                .startsWith("GET /u/open?a=b%20c&d=/../e HTTP/1.1\r\n");
        assertThat(served(with("x-long", "v".repeat(4_000)))).contains("v".repeat(4_000));
    }
}
