package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenVerifier;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
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

    @Test
    void anUnknownCommandNamesTheKnownOnes() {
        assertThat(execute("rnu")).isEqualTo(64);
        assertThat(text(err)).contains("run, check, explain, token");
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
