package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenVerifier;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("X4")
class CommandsTest {
    @TempDir
    Path state;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();
    private String conf;

    @BeforeEach
    void environment() {
        environment.put("XY_STATE", state.toString());
        conf = Node.ROOT.resolve("conf").toString();
    }

    @Test
    void theShippedConfigurationIsFine() {
        assertThat(execute("check", conf)).isZero();
        assertThat(text(out)).contains("ok", "routes", "stream rules");
    }

    @Test
    void checkReportsEveryProblemOfAllFiles() throws Exception {
        Path directory = state.resolve("conf");
        Files.createDirectories(directory.resolve("routes"));
        Files.writeString(directory.resolve("gateway.yaml"), "htpp:\n  port: 1\n");
        Files.writeString(directory.resolve("streams.yaml"), "streams: 5\n");
        Files.writeString(directory.resolve("routes/a.yaml"), "routes: 5\n");
        assertThat(execute("check", directory.toString())).isEqualTo(2);
        assertThat(text(err))
                .contains("gateway.yaml:1:1: htpp: is not a setting; did you mean 'http'?")
                .contains("streams.yaml:1:10: streams: must be a list")
                .contains("a.yaml:1:9");
    }

    @Test
    void aTokenIsAcceptedByTheNodeOfTheSameState() throws Exception {
        assertThat(execute(
                        "token",
                        "--conf",
                        conf,
                        "--sub",
                        "t07",
                        "--role",
                        "operator",
                        "--subjects",
                        "xy.md.>,xy.acct.a1.*",
                        "--accounts",
                        "a1,a2",
                        "--ttl",
                        "15m"))
                .isZero();
        Principal principal = verify(text(out).strip());
        assertThat(principal.id()).isEqualTo("t07");
        assertThat(principal.role()).isEqualTo("operator");
        assertThat(principal.subjects()).containsExactly("xy.md.>", "xy.acct.a1.*");
        assertThat(principal.accounts()).containsExactly("a1", "a2");
        assertThat(principal.expiresAt() - System.currentTimeMillis()).isBetween(14 * 60_000L, 15 * 60_000L);
    }

    @Test
    void theDevSecretIsKeptForItsOwnerAlone() throws Exception {
        execute("token", "--conf", conf, "--sub", "a", "--role", "viewer");
        Path secret = state.resolve("dev-jwt-secret");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                .isEqualTo("rw-------");
        String first = Files.readString(secret);
        execute("token", "--conf", conf, "--sub", "b", "--role", "viewer");
        assertThat(Files.readString(secret)).isEqualTo(first).hasSizeGreaterThan(60);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--role admin",
                "--sub a --role boss",
                "--sub a --role admin --ttl forever",
                "--sub a --role admin --ttl 99d",
                "--sub a --role admin --subjects xy..a",
                "--sub a --role admin --nope 1",
                "--sub a --role"
            })
    void aWrongTokenCommandSaysWhatIsMeant(String line) {
        assertThat(execute(("token " + line).split(" "))).isEqualTo(64);
        assertThat(text(err)).contains("usage: token");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void withoutASecretProductionIssuesNoToken() {
        environment.putAll(Map.of(
                "XY_PROFILE", "production",
                "JWT_JWKS_URL", "https://id.example/keys",
                "HTTP_TLS_TERMINATED", "true",
                "WS_TLS_TERMINATED", "true"));
        for (String service : List.of(
                "MARKET_DATA",
                "ORDER_EXECUTION",
                "STRATEGY_ENGINE",
                "ACCOUNT_MONITOR",
                "RISK_MANAGER",
                "CONFIGURATION",
                "DASHBOARD_SERVER")) {
            environment.put(service + "_URL", "https://service.example");
        }
        assertThat(execute("token", "--conf", conf, "--sub", "a", "--role", "viewer"))
                .isEqualTo(2);
        assertThat(text(err)).contains("no secret to sign with");
    }

    @ParameterizedTest
    @Tag("B4")
    @ValueSource(strings = {"production", "dev"})
    void inProductionAServiceMustProveWhoItIs(String profile) throws Exception {
        Path directory = Files.createDirectories(state.resolve("conf/routes"));
        Files.writeString(
                directory.resolveSibling("upstreams.yaml"),
                "upstreams: {up: {urls: 'https://up.example', tls: {verify: false}}}\n");
        Files.writeString(
                directory.resolve("r.yaml"),
                "routes: [{name: r, method: GET, path: /r, roles: any, target: {http: {upstream: up}}}]\n");
        environment.put("XY_PROFILE", profile);

        execute("check", state.resolve("conf").toString());

        assertThat(text(err).contains("upstreams.up.tls.verify: must be true")).isEqualTo(profile.equals("production"));
    }

    @ParameterizedTest
    @Tag("B4")
    @CsvSource(
            delimiter = '|',
            value = {
                "${UP_URL:http://127.0.0.1:3010}                      |                       | true",
                "${UP_URL:http://localhost:3010}                      |                       | true",
                "${UP_URL:http://[::1]:3010}                          |                       | true",
                "${UP_URL:http://127.0.0.1:3010,http://up.example}    |                       | true",
                "${UP_URL:http://127.0.0.1:3010}                      | http://127.0.0.1:3010 | false",
                "${UP_URL:http://127.0.0.1:3010}                      | http://up.example     | false",
                "${UP_URL:http://up.example}                          |                       | false",
                "http://127.0.0.1:3010                                |                       | false",
            })
    void inProductionSomebodyMustHaveSaidWhereAServiceIs(String urls, String set, boolean refused) throws Exception {
        Path directory = Files.createDirectories(state.resolve("conf/routes"));
        Files.writeString(directory.resolveSibling("upstreams.yaml"), "upstreams: {up: {urls: '" + urls + "'}}\n");
        Files.writeString(
                directory.resolve("r.yaml"),
                "routes: [{name: r, method: GET, path: /r, roles: any, target: {http: {upstream: up}}}]\n");
        if (set != null) {
            environment.put("UP_URL", set);
        }
        for (String profile : List.of("production", "dev")) {
            environment.put("XY_PROFILE", profile);
            err.reset();
            execute("check", state.resolve("conf").toString());
            assertThat(text(err).contains("upstreams.up.urls"))
                    .as(profile)
                    .isEqualTo(refused && profile.equals("production"));
            assertThat(text(err).contains("set UP_URL")).isEqualTo(refused && profile.equals("production"));
        }
    }

    @Test
    @Tag("C7")
    void aCheckSaysOnceWhichVariablesHaveNoEffectHere() {
        environment.putAll(Map.of("KAFKA_HOST", "k", "DB_PASSWORD", "planted-password"));

        assertThat(execute("check", conf)).isZero();

        assertThat(text(out).lines().filter(line -> line.startsWith("notice: ")))
                .hasSize(2)
                .anyMatch(line -> line.contains("KAFKA_HOST is known and has no effect here"));
        assertThat(text(out)).doesNotContain("planted-password");
    }

    @Test
    @Tag("X4")
    void healthSaysHowANodeIs() throws Exception {
        AtomicInteger status = new AtomicInteger(200);
        List<String> paths = new CopyOnWriteArrayList<>();
        HttpServer node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        node.createContext("/", exchange -> {
            paths.add(exchange.getRequestURI().toString());
            byte[] body = "{\"status\":\"UP\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status.get(), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        node.start();
        String url = "http://127.0.0.1:" + node.getAddress().getPort();
        try {
            assertThat(execute("health", url)).isZero();
            assertThat(text(out)).contains(": 200", "\"status\" : \"UP\"");
            status.set(503);
            assertThat(execute("health", url + "/ready")).isEqualTo(1);
            assertThat(paths).containsExactly("/health/detailed", "/ready");
        } finally {
            node.stop(0);
        }
        assertThat(execute("health", url)).isEqualTo(1);
        assertThat(text(err)).contains("does not answer");
        for (String wrong : List.of("localhost:3003", "ftp://x", "http://", "::")) {
            assertThat(execute("health", wrong)).as(wrong).isEqualTo(64);
        }
    }

    @Test
    @Tag("X4")
    void callAsksARunningNode() throws Exception {
        List<String> asked = new CopyOnWriteArrayList<>();
        HttpServer node = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        node.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod()
                    + ' '
                    + exchange.getRequestURI()
                    + ' '
                    + exchange.getRequestHeaders().getFirst("Authorization")
                    + ' '
                    + exchange.getRequestHeaders().getFirst("X-A")
                    + ' '
                    + body);
            exchange.sendResponseHeaders(body.isEmpty() ? 200 : 409, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        node.start();
        String url = "http://127.0.0.1:" + node.getAddress().getPort();
        try {
            assertThat(execute("call", "GET", url + "/a?b=c", "--token", "t", "-H", "X-A: b"))
                    .isZero();
            assertThat(execute("call", "POST", url + "/a", "-d", "[1]")).isEqualTo(1);
        } finally {
            node.stop(0);
        }
        assertThat(asked).containsExactly("GET /a?b=c Bearer t b ", "POST /a null null [1]");
        assertThat(text(out)).isEqualTo("{}\n{}\n");
        assertThat(text(err)).contains(": 200", ": 409");
        assertThat(execute("call", "GET", url + "/a")).isEqualTo(1);
        for (String wrong : List.of("GET", "GET ftp://x", "GET /a -H x", "GET /a -x y", "G{T /a", "GET /a -H Host:x")) {
            assertThat(execute(("call " + wrong).split(" "))).as(wrong).isEqualTo(64);
        }
    }

    @Test
    void anUnknownCommandNamesTheKnownOnes() {
        assertThat(execute("rnu")).isEqualTo(64);
        assertThat(text(err)).contains("run, check, health, call, explain, token");
    }

    private Principal verify(String token) throws Exception {
        JwtConfig config = ConfigLoader.load(Path.of(conf), environment)
                .withJwtSecret(Files.readString(state.resolve("dev-jwt-secret")))
                .jwt();
        Vertx vertx = Vertx.vertx();
        try {
            return new TokenVerifier(vertx, config).verify(token).await();
        } finally {
            vertx.close().await();
        }
    }

    private int execute(String... words) {
        GatewayMain program = new GatewayMain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        return program.execute(words[0], List.of(words).subList(1, words.length));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
