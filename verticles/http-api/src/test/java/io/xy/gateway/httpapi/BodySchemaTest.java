package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.security.Principal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies are read strictly, judged by the route's JSON Schema, and sent on as they were read. */
@Tag("B8")
class BodySchemaTest {
    private static final String ROUTES = """
            routes:
              - name: order
                method: POST
                path: /s/orders
                roles: any
                request:
                  headers: {X-Desk: {words: [fx, options]}, x-trace: {required: true, max: 8}}
                  body-schema:
                    type: object
                    required: [symbol, side]
                    additionalProperties: false
                    properties:
                      symbol: {type: string, pattern: '^[A-Z]{3,12}$'}
                      side: {enum: [BUY, SELL]}
                      quantity: {type: number, exclusiveMinimum: 0, multipleOf: 0.00000001}
                      id: {type: integer, maximum: 9007199254740992}
                      legs: {type: array, maxItems: 5000, items: {$ref: '#/$defs/leg'}}
                      due: {type: string, format: date-time}
                      code: {enum: ['1', 2]}
                    $defs:
                      leg: {type: object, required: [strike], properties: {strike: {type: number}}}
                target: {http: {upstream: up, path: /orders}}
              - {name: any, method: POST, path: /s/any, roles: any, request: {body-schema: schemas/any.json}, target: {http: {upstream: up, path: /any}}}
              - name: mapped
                method: POST
                path: /s/mapped
                roles: any
                request: {body-schema: {type: object, properties: {a: {}, b: {}}}}
                target: {http: {upstream: up, path: /mapped, body: {got: $body.a}}}
            """;

    private static RawUpstream upstream;
    private static Gateway gateway;
    private static String token;

    @BeforeAll
    static void start(@TempDir Path directory) throws IOException {
        upstream = new RawUpstream(connection -> {
            while (!connection.request().isEmpty()) {
                connection.send(RawUpstream.ok("done"));
            }
        });
        Files.writeString(
                directory.resolve("upstreams.yaml"),
                "upstreams: {up: {urls: 'http://127.0.0.1:" + upstream.port() + "'}}\n");
        Files.createDirectories(directory.resolve("schemas"));
        Files.writeString(directory.resolve("schemas/any.json"), "{\"description\": \"whatever is JSON\"}");
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(routes.resolve("s.yaml"), ROUTES);
        gateway = Gateway.start(Map.of("HTTP_MAX_BODY", "4MiB"), 1, Gateway.routes(routes));
        token = gateway.token(Principal.ADMIN, "*");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @BeforeEach
    void forget() {
        upstream.requests.clear();
    }

    private static Gateway.Reply order(String body) {
        return gateway.call("POST", "/s/orders", token, body, "X-Trace", "t1");
    }

    private static String forwarded() {
        assertThat(upstream.requests).hasSize(1);
        String request = upstream.requests.get(0);
        return request.substring(request.indexOf("\r\n\r\n") + 4);
    }

    private static List<JsonObject> errors(Gateway.Reply reply) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
        JsonObject problem = reply.json();
        assertThat(problem.getString("code")).isEqualTo("bad_request");
        assertThat(problem.getString("outcome")).isEqualTo("not-executed");
        assertThat(upstream.requests).isEmpty();
        List<JsonObject> errors = problem.getJsonArray("errors").stream()
                .map(JsonObject.class::cast)
                .toList();
        assertThat(problem.getString("detail")).isEqualTo(errors.get(0).getString("detail"));
        return errors;
    }

    @Test
    void whatFitsIsSentOnAsItWasRead() {
        Gateway.Reply reply = order("{ \"symbol\" : \"\\u0045URUSD\",\n\"side\":\"BUY\", \"quantity\": 1.50 }");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(forwarded()).isEqualTo("{\"symbol\":\"EURUSD\",\"side\":\"BUY\",\"quantity\":1.50}");
    }

    @Test
    void templatesMayNameWhatTheSchemaDeclares() {
        Gateway.Reply reply = gateway.post("/s/mapped", token, "{\"a\":[1,{\"x\":null}],\"b\":2}");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(forwarded()).isEqualTo("{\"got\":[1,{\"x\":null}]}");
    }

    @Test
    void everyProblemIsToldWithItsPointer() {
        List<JsonObject> errors =
                errors(order("{\"symbol\":\"eur\",\"quantity\":-1,\"legs\":[{\"strike\":1},{\"strike\":\"x\"},{}],"
                        + "\"a/b~c\":1}"));

        assertThat(errors)
                .extracting(error -> error.getString("pointer"))
                .contains("/symbol", "/quantity", "/legs/1/strike", "/legs/2", "");
        assertThat(errors)
                .allSatisfy(error -> assertThat(error.getString("detail")).startsWith("body "));
        assertThat(errors.toString()).contains("side", "a/b~c");
    }

    @Test
    void noMoreProblemsAreToldThanTwenty() {
        String legs = "{}" + ",{}".repeat(4_999);

        assertThat(errors(order("{\"symbol\":\"EUR\",\"side\":\"BUY\",\"legs\":[" + legs + "]}")))
                .hasSize(20);
    }

    @Test
    void aLongValueIsNotEchoed() {
        Gateway.Reply reply =
                order("{\"symbol\":\"EUR\",\"side\":\"" + "x".repeat(50_000) + "\",\"" + "y".repeat(50_000) + "\":1}");

        assertThat(errors(reply)).hasSize(2);
        assertThat(reply.body().length()).isLessThan(4_000);
    }

    @ParameterizedTest
    @CsvSource({
        "quantity,0.00000003,true",
        "quantity,0.000000031,false",
        "quantity,1e-8,true",
        "quantity,1e-9,false",
        "quantity,123456789012345678.00000001,true",
        "quantity,123456789012345678.000000011,false",
        "quantity,0,false",
        "quantity,1e300,true",
        "id,9007199254740992,true",
        "id,9007199254740993,false",
        "id,7.0,true",
        "id,7.5,false",
        "id,-9223372036854775809,true",
        "id,123456789012345678901234567890,false",
        "code,\"1\",true",
        "code,1,false",
        "code,2,true",
        "code,\"2\",false",
        "due,\"2026-01-02T03:04:05Z\",true",
        "due,\"2026-13-02T03:04:05Z\",false",
        "symbol,\"EUR\\n\",false",
    })
    void numbersAreJudgedExactlyAndTextsWhole(String field, String value, boolean fits) {
        String symbol = field.equals("symbol") ? "" : "\"symbol\":\"EUR\",";
        String body = "{" + symbol + "\"side\":\"SELL\",\"" + field + "\":" + value + "}";

        assertThat(order(body).status()).isEqualTo(fits ? 200 : 400);
    }

    @ParameterizedTest
    @CsvSource({
        "X-Trace=12345678,200,",
        "X-Trace=123456789,400,x-trace",
        "X-Other=1,400,x-trace",
        "X-Trace=1;X-Desk=options,200,",
        "X-Trace=1;x-desk=bonds,400,x-desk",
    })
    void headersHaveRulesToo(String headers, int status, String name) {
        String[] pairs = headers.split("[=;]");

        Gateway.Reply reply = gateway.call("POST", "/s/orders", token, "{\"symbol\":\"EUR\",\"side\":\"BUY\"}", pairs);

        assertThat(reply.status()).isEqualTo(status);
        if (status == 400) {
            assertThat(errors(reply))
                    .extracting(error -> error.getString("header"))
                    .containsExactly(name);
        }
    }

    // --- one strict reading --------------------------------------------------------------------------------------

    private static int postRaw(byte[] body) {
        try (RawHttp raw = gateway.raw()) {
            raw.send("POST /s/any HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .send(body);
            return Integer.parseInt(raw.head().substring(9, 12));
        }
    }

    private static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer one) {
                out.write(one);
            } else {
                out.writeBytes(part.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    static Stream<Arguments> ambiguous() {
        Stream<Arguments> fixed = Stream.of(
                Arguments.of("a name twice", bytes("{\"a\":1,\"a\":2}")),
                Arguments.of("a name twice with the same value", bytes("{\"a\":1,\"a\":1}")),
                Arguments.of("a name twice, once escaped", bytes("{\"a\":1,\"\\u0061\":2}")),
                Arguments.of("a name twice, deep", bytes("[{\"x\":{\"b\":1,\"c\":2,\"b\":3}}]")),
                Arguments.of("the empty name twice", bytes("{\"\":1,\"\":2}")),
                Arguments.of("a byte order mark", bytes(0xef, 0xbb, 0xbf, "{}")),
                Arguments.of("UTF-16 with mark", "\uFEFF{}".getBytes(StandardCharsets.UTF_16BE)),
                Arguments.of("UTF-16LE", "{}".getBytes(StandardCharsets.UTF_16LE)),
                Arguments.of("UTF-16BE", "{\"a\":1}".getBytes(StandardCharsets.UTF_16BE)),
                Arguments.of("an overlong slash", bytes("\"", 0xc0, 0xaf, "\"")),
                Arguments.of("an overlong NUL", bytes("\"", 0xe0, 0x80, 0x80, "\"")),
                Arguments.of("half a pair in UTF-8", bytes("\"", 0xed, 0xa0, 0x80, "\"")),
                Arguments.of("a cut character", bytes("\"", 0xe4, 0xb8, "\"")),
                Arguments.of("a character beyond Unicode", bytes("\"", 0xf5, 0x80, 0x80, 0x80, "\"")),
                Arguments.of("Latin-1", bytes("\"caf", 0xe9, "\"")),
                Arguments.of("bad bytes in a name", bytes("{\"", 0xff, "\":1}")),
                Arguments.of("a mark of replacement beside bad bytes", bytes("\"\uFFFD", 0xfe, "\"")),
                Arguments.of("half a pair, escaped", bytes("\"\\ud800\"")),
                Arguments.of("the other half, escaped", bytes("\"x\\uDC00\"")),
                Arguments.of("a pair the wrong way round", bytes("\"\\udc00\\ud800\"")),
                Arguments.of("half a pair in a name", bytes("{\"\\ud83d\":1}")),
                Arguments.of("NaN", bytes("NaN")),
                Arguments.of("NaN in a list", bytes("[NaN]")),
                Arguments.of("infinity", bytes("{\"a\":-Infinity}")),
                Arguments.of("a comment", bytes("{}/* x */")),
                Arguments.of("a line comment", bytes("[1] // x")),
                Arguments.of("single quotes", bytes("{'a':1}")),
                Arguments.of("a bare name", bytes("{a:1}")),
                Arguments.of("a trailing comma", bytes("[1,]")),
                Arguments.of("a second value", bytes("{} {}")),
                Arguments.of("a NUL behind", bytes("{}", 0)),
                Arguments.of("a control character in a text", bytes("\"a\nb\"")),
                Arguments.of("a leading zero", bytes("01")),
                Arguments.of("a plus", bytes("+1")),
                Arguments.of("hexadecimal", bytes("0x10")),
                Arguments.of("a bare point", bytes(".5")),
                Arguments.of("nothing", bytes("")),
                Arguments.of("blanks", bytes("  ")),
                Arguments.of("1e400", bytes("1e400")),
                Arguments.of("-1e400", bytes("[-1e400]")),
                Arguments.of("1e-400", bytes("1e-400")),
                Arguments.of("a huge exponent", bytes("1e999999999")),
                Arguments.of("an exponent beyond int", bytes("1e99999999999")),
                Arguments.of("zero with a huge exponent", bytes("0e999999999")),
                Arguments.of("10e308", bytes("10e308")));
        // Neighbours: a good body with one byte replaced by one that UTF-8 has not there, in a text.
        Random random = new Random(43);
        Stream<Arguments> neighbours = IntStream.range(0, 40).mapToObj(i -> {
            String text = "{\"k" + i + "\":\"" + "v".repeat(1 + random.nextInt(30)) + "\"}";
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            body[text.length() - 3] = (byte) (0x80 + random.nextInt(0x80));
            return Arguments.of("byte " + (body[text.length() - 3] & 0xff) + " alone", body);
        });
        return Stream.concat(fixed, neighbours);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("ambiguous")
    @Tag("T-43")
    void whatTwoReadersCouldReadDifferentlyIsRefused(String name, byte[] body) {
        assertThat(postRaw(body)).isEqualTo(400);
        assertThat(upstream.requests).isEmpty();
    }

    static Stream<Arguments> unambiguous() {
        return Stream.of(
                Arguments.of("{\"a\":1,\"A\":2}", "{\"a\":1,\"A\":2}"),
                Arguments.of("[{\"a\":1},{\"a\":2}]", "[{\"a\":1},{\"a\":2}]"),
                Arguments.of("{\"a\":{\"a\":1}}", "{\"a\":{\"a\":1}}"),
                Arguments.of("\"\uFFFD\"", "\"\uFFFD\""),
                Arguments.of("\"\\ufeff\"", "\"\uFEFF\""),
                Arguments.of("\"\\ud83d\\ude00 双\"", "\"\uD83D\uDE00 双\""),
                Arguments.of("\"\uD83D\uDE00\"", "\"\uD83D\uDE00\""),
                Arguments.of("\"\\u0000\\/\"", "\"\\u0000/\""),
                Arguments.of("\"NaN\"", "\"NaN\""),
                Arguments.of("-0", "0"),
                Arguments.of("-0.0", "0.0"),
                Arguments.of("9007199254740993", "9007199254740993"),
                Arguments.of("18446744073709551617", "18446744073709551617"),
                Arguments.of("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
                Arguments.of("1.50", "1.50"),
                Arguments.of("1e308", "1E+308"),
                Arguments.of("4.9e-324", "4.9E-324"),
                Arguments.of(" \t\r\n null \n", "null"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unambiguous")
    @Tag("T-43")
    void whatHasOneReadingPassesWithItsValue(String body, String sent) {
        assertThat(postRaw(bytes(body))).isEqualTo(200);
        String forwarded = forwarded();
        assertThat(new String(forwarded.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8))
                .isEqualTo(sent);
    }

    static Stream<Arguments> bombs() {
        List<Arguments> bombs = new ArrayList<>();
        for (int depth : new int[] {33, 100, 1_000, 100_000}) {
            bombs.add(Arguments.of(depth + " lists", "[".repeat(depth) + "]".repeat(depth)));
            bombs.add(Arguments.of(depth + " open lists", "[".repeat(depth)));
            bombs.add(Arguments.of(depth + " objects", "{\"a\":".repeat(depth) + "1" + "}".repeat(depth)));
            bombs.add(Arguments.of(
                    depth + " mixed", "[{\"a\":".repeat(depth / 2 + 1) + "1" + "}]".repeat(depth / 2 + 1)));
        }
        bombs.add(Arguments.of("65 digits", "1".repeat(65)));
        bombs.add(Arguments.of("a million digits", "1".repeat(1_000_000)));
        bombs.add(Arguments.of("a million digits behind the point", "0." + "1".repeat(1_000_000)));
        bombs.add(Arguments.of("many values", "[" + "1,".repeat(100_000) + "1]"));
        bombs.add(Arguments.of("many empty lists", "[" + "[],".repeat(100_000) + "[]]"));
        return bombs.stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    @Tag("T-28")
    void aBodyThatCostsMoreThanItWeighsIsRefused(String name, String body) {
        assertThat(postRaw(bytes(body))).isEqualTo(400);
        assertThat(upstream.requests).isEmpty();
    }

    @Test
    @Tag("T-28")
    void aLengthBeyondTheLimitIsRefusedBeforeAnythingIsRead() {
        try (RawHttp raw = gateway.raw()) {
            raw.send("POST /s/any HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token
                    + "\r\nContent-Type: application/json\r\nContent-Length: 2147483648\r\n\r\n");
            assertThat(raw.head()).startsWith("HTTP/1.1 413 ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "gzip, gzip", "x-gzip"})
    @Tag("T-28")
    void aCompressedBodyIsNotUnpacked(String coding) {
        assertThat(gateway.call("POST", "/s/any", token, "{}", "Content-Encoding", coding)
                        .status())
                .isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 31, 32})
    @Tag("T-28")
    void depthWithinTheLimitPasses(int depth) {
        assertThat(postRaw(bytes("[".repeat(depth), "]".repeat(depth)))).isEqualTo(200);
    }

    @Test
    @Tag("T-28")
    void manyValuesAndLongNumbersWithinTheLimitsPass() {
        assertThat(postRaw(bytes("[", "1,".repeat(99_998), "1]"))).isEqualTo(200);
        assertThat(postRaw(bytes("1".repeat(64)))).isEqualTo(200);
        assertThat(postRaw(bytes("\"", "x".repeat(1_000_000), "\""))).isEqualTo(200);
    }
}
