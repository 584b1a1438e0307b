package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.Principal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("B2")
@Tag("X4")
class KeyCommandTest {
    @TempDir
    Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment =
            new HashMap<>(Map.of("API_KEY_PEPPER", "a-pepper-of-this-test-that-is-long"));

    @Test
    void thePrintedLineAcceptsThePrintedKey() throws Exception {
        environment.put("XY_STATE", directory.toString());
        assertThat(execute("--client", "risk-desk", "--role", "viewer", "--accounts", "a1,a2", "--ttl", "90d"))
                .isZero();
        List<String> lines =
                text(out).lines().filter(line -> !line.startsWith("#")).toList();
        Files.writeString(directory.resolve("gateway.yaml"), "api-keys:\n  keys:\n    " + lines.get(1) + "\n");

        GatewayConfig config = ConfigLoader.load(directory, environment);
        Principal principal = Objects.requireNonNull(new ApiKeys(config.apiKeys(), config.jwt()).verify(lines.get(0)));

        assertThat(principal.id()).isEqualTo("risk-desk");
        assertThat(principal.role()).isEqualTo("viewer");
        assertThat(principal.accounts()).containsExactly("a1", "a2");
        assertThat(principal.expiresAt() - System.currentTimeMillis()).isBetween(89 * 86_400_000L, 90 * 86_400_000L);
    }

    @Test
    void withoutAPepperProductionMakesNoKey() {
        environment.clear();
        environment.putAll(Map.of(
                "XY_PROFILE", "production",
                "JWT_JWKS_URL", "https://id.example/keys",
                "HTTP_TLS_TERMINATED", "true",
                "WS_TLS_TERMINATED", "true"));
        assertThat(execute("--client", "a", "--role", "viewer")).isEqualTo(2);
        assertThat(text(err)).contains("API_KEY_PEPPER");
        assertThat(text(out)).isEmpty();
    }

    @Test
    void aConfigurationThatCannotBeUsedMakesNoKey() throws Exception {
        Files.writeString(directory.resolve("gateway.yaml"), "htpp: {}\n");
        assertThat(execute("--client", "a", "--role", "viewer")).isEqualTo(2);
        assertThat(text(err)).contains("htpp");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--role admin",
                "--client a",
                "--client a --role boss",
                "--client a'b --role admin",
                "--client a --role admin --ttl 1y",
                "--client a --role admin --ttl 367d",
                "--client a --role admin --accounts a,,b",
                "--client a --role"
            })
    void aWrongCommandSaysWhatIsMeant(String line) {
        assertThat(execute(line.split(" "))).isEqualTo(64);
        assertThat(text(err)).contains("usage: key");
        assertThat(text(out)).isEmpty();
    }

    private int execute(String... words) {
        GatewayMain program = new GatewayMain(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(List.of("--conf", directory.toString()));
        return program.execute("key", words.length % 2 == 0 ? args : List.of(words));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
