package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Where one request ends and the next begins: bytes that two readers could take for different requests. */
@Tag("B8")
@Tag("B14")
class FramingTest {
    private static final String BEHIND = "GET /u/open?behind HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final Pattern BYTE = Pattern.compile("\\\\x([0-9a-f]{2})");
    private static RawUpstream upstream;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        upstream = new RawUpstream(connection -> {
            while (!connection.request().isEmpty()) {
                connection.send(RawUpstream.ok("ok"));
            }
        });
        gateway = UpstreamStage.start("", upstream.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @AfterEach
    void forget() {
        upstream.requests.clear();
        upstream.broken.clear();
    }

    private static String bytes(String text) {
        Matcher matcher =
                BYTE.matcher(text.replace("~", "\r\n").replace("\\n", "\n").replace("\\r", "\r"));
        return matcher.replaceAll(
                found -> Matcher.quoteReplacement(String.valueOf((char) Integer.parseInt(found.group(1), 16))));
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(
            resources = "/framing.csv",
            delimiter = '|',
            quoteCharacter = '\1',
            ignoreLeadingAndTrailingWhitespace = false)
    @Tag("T-3")
    @Tag("T-E05")
    @Tag("T-H01")
    @Tag("T-H02")
    @Tag("T-H03")
    @Tag("T-H04")
    @Tag("T-H05")
    @Tag("T-H07")
    @Tag("T-H08")
    @Tag("T-H09")
    @Tag("T-H11")
    @Tag("T-H12")
    @Tag("T-H13")
    @Tag("T-H14")
    @Tag("T-H15")
    @Tag("T-H17")
    @Tag("T-H18")
    @Tag("T-H20")
    @Tag("T-H22")
    @Tag("T-H27")
    @Tag("T-H28")
    void whatCouldBeReadInTwoWaysEndsTheConnection(String name, int status, String request) {
        isRefused(status, bytes(request));
    }

    /** Nothing behind it runs, nothing whole reaches an upstream, and the connection ends. */
    private static void isRefused(int status, String request) {
        try (RawHttp raw = gateway.raw()) {
            raw.send(request + BEHIND);
            String answer = raw.all();

            if (status == 0) {
                assertThat(answer).doesNotContain("HTTP/1.1 2");
            } else {
                assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*");
                assertThat(answer).contains("application/problem+json").doesNotContain("}HTTP/1.");
            }
        }
        assertThat(upstream.requests).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @CsvFileSource(
            resources = "/framing-good.csv",
            delimiter = '|',
            quoteCharacter = '\1',
            ignoreLeadingAndTrailingWhitespace = false)
    void whatCanBeReadInOneWayGoesThroughAsItIs(String name, String request, @Nullable String body) {
        assertThat(RawHttp.exchange(gateway.port, bytes(request))).matches("(?s)HTTP/1\\.[01] 200 .*");

        assertThat(upstream.requests).hasSize(1);
        assertThat(upstream.requests.get(0)).endsWith("\r\n\r\n" + bytes(body == null ? "" : body));
    }

    static Stream<Arguments> foldedHeads() {
        Random random = new Random(9);
        return IntStream.range(0, 100).mapToObj(i -> {
            List<String> lines = new ArrayList<>(List.of("Host: h", "Content-Length: 0", "Accept: */*"));
            for (int extra = random.nextInt(8); extra > 0; extra--) {
                lines.add(random.nextInt(lines.size() + 1), "X-" + extra + ": " + " x\t".repeat(random.nextInt(5)));
            }
            String plain = "POST /u/take HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
            int fold = random.nextInt(lines.size() + 1);
            lines.add(fold, (random.nextBoolean() ? " " : "\t") + (random.nextBoolean() ? "chunked" : "X-A: b"));
            String folded = "POST /u/take HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
            int cut = 1 + random.nextInt(folded.length() - 1);
            return Arguments.of(random.nextInt(3), plain, folded, cut);
        });
    }

    @ParameterizedTest(name = "{0} requests before it, cut at {3}")
    @MethodSource("foldedHeads")
    @Tag("T-3")
    @Tag("T-H09")
    void aFoldedLineIsRefusedWhereverItIsAndHoweverItArrives(int before, String plain, String folded, int cut) {
        try (RawHttp raw = gateway.raw()) {
            raw.send(plain.repeat(before) + folded.substring(0, cut));
            for (int i = 0; i < before; i++) {
                assertThat(raw.head()).startsWith("HTTP/1.1 200 ");
            }
            raw.send(folded.substring(cut) + BEHIND);

            assertThat(raw.all()).matches("(?s)HTTP/1\\.[01] 400 .*").doesNotContain("}HTTP/1.");
        }
        assertThat(upstream.requests).hasSize(before);
    }

    static Stream<String> lengths() {
        Random random = new Random(5);
        String alphabet = "0123456789+-.,xXeE_ \t\"';:abcdefABCDEF\u00b2";
        return Stream.generate(() -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = random.nextInt(6); i >= 0; i--) {
                        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
                    }
                    return text.toString();
                })
                .filter(text -> !text.strip().matches("[0-9]+"))
                .limit(100);
    }

    @ParameterizedTest
    @MethodSource("lengths")
    @Tag("T-3")
    @Tag("T-H05")
    void aLengthThatIsNotJustDigitsIsRefused(String length) {
        isRefused(400, "POST /u/take HTTP/1.1\r\nHost: h\r\nContent-Length: " + length + "\r\n\r\nab");
    }

    static Stream<String> codings() {
        Random random = new Random(7);
        String[] parts = {"chunked", "Chunked", "identity", "gzip", ",", ", ", ";", " ", "\t", "\u000b", "\"", "x", "="
        };
        return Stream.generate(() -> {
                    StringBuilder text = new StringBuilder();
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        text.append(parts[random.nextInt(parts.length)]);
                    }
                    return text.toString();
                })
                .filter(text -> !text.strip().toLowerCase(Locale.ROOT).equals("chunked"))
                .limit(100);
    }

    @ParameterizedTest
    @MethodSource("codings")
    @Tag("T-3")
    @Tag("T-H07")
    void aCodingThatIsNotJustChunkedIsRefused(String coding) {
        isRefused(400, "POST /u/take HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + coding + "\r\n\r\n0\r\n\r\n");
    }

    @ParameterizedTest
    @MethodSource("controls")
    @Tag("T-3")
    @Tag("T-H15")
    void aControlByteInAHeaderIsRefused(int control) {
        isRefused(400, "GET /u/open HTTP/1.1\r\nHost: h\r\nX-A: a" + (char) control + "b\r\n\r\n");
        isRefused(400, "GET /u/open HTTP/1.1\r\nHost: h\r\nX-A" + (char) control + ": b\r\n\r\n");
    }

    static IntStream controls() {
        return IntStream.concat(IntStream.range(0, 32), IntStream.of(127))
                .filter(control -> control != '\t' && control != '\n');
    }

    @Test
    @Tag("T-7")
    @Tag("T-H23")
    @Tag("T-H24")
    @Tag("T-H27")
    void headsBeyondTheirLimitsAreRefusedAndThoseJustWithinAreNot() {
        String head = "GET /u/open HTTP/1.1\r\nHost: h\r\n";
        for (int count : new int[] {100, 300, 10_000}) {
            String many =
                    IntStream.range(0, count).mapToObj(i -> "a" + i + ": 1\r\n").reduce("", String::concat);
            isRefused(431, head + many + "\r\n");
        }
        isRefused(431, head + ("X: " + "x".repeat(8_192) + "\r\n").repeat(100) + "\r\n");
        isRefused(431, head + "X: " + "x".repeat(9 << 10) + "\r\n\r\n");
        isRefused(414, "GET /" + "x".repeat(5 << 10) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        isRefused(414, "GET /" + "x".repeat(1 << 20) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        isRefused(414, "A".repeat(10_000) + " / HTTP/1.1\r\nHost: h\r\n\r\n");

        String most = IntStream.range(0, 99).mapToObj(i -> "a" + i + ": 1\r\n").reduce("", String::concat);
        assertThat(RawHttp.exchange(gateway.port, head + most + "\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(RawHttp.exchange(gateway.port, head + "X: " + "x".repeat(8_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(RawHttp.exchange(gateway.port, "GET /u/open?" + "x".repeat(4_000) + " HTTP/1.1\r\nHost: h\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    @Tag("T-H29")
    void aThousandPipelinedRequestsAreAnsweredInOrder() {
        try (RawHttp raw = gateway.raw()) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 1_000; i++) {
                requests.append("GET /u/open?").append(i).append(" HTTP/1.1\r\nHost: h\r\nX-Request-Id: request-");
                requests.append(i).append("\r\n\r\n");
            }
            raw.sendAside(requests.toString().getBytes(StandardCharsets.ISO_8859_1));
            for (int i = 0; i < 1_000; i++) {
                assertThat(raw.head()).contains("x-request-id: request-" + i + "\r\n");
            }
        }
        Await.until("all arrived", () -> upstream.requests.size() == 1_000);
    }
}
