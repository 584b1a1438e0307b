package io.xy.gateway.shared.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("B2")
class ApiKeysTest {
    private static final Map<String, String> PEPPER = Map.of("API_KEY_PEPPER", "a-pepper-of-this-test-that-is-long");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    @Test
    void aKeyIsItsClientUntilItExpires() throws Exception {
        String key = ApiKeys.create();
        String ended = ApiKeys.create();
        ApiKeys none = keys(load("", PEPPER));
        ApiKeys keys = keys(load(
                line(key, "desk", "operator", none.hash(key), "2099-01-01T00:00:00Z", "a1, a2")
                        + line(ended, "desk", "operator", none.hash(ended), "2020-01-01T00:00:00Z", "a1"),
                PEPPER));

        Principal principal = Objects.requireNonNull(keys.verify(key));

        assertThat(principal.id()).isEqualTo("desk");
        assertThat(principal.role()).isEqualTo("operator");
        assertThat(principal.accounts()).containsExactly("a1", "a2");
        assertThat(principal.session()).isEqualTo("key:" + ApiKeys.id(key));
        assertThat(keys.verify(ended)).isNull();
        assertThat(keys.configured()).isTrue();
        assertThat(none.configured()).isFalse();
    }

    @Test
    void nearlyTheSameKeyIsNobodys() throws Exception {
        String key = ApiKeys.create();
        ApiKeys keys = keys(load(
                line(key, "desk", "viewer", keys(load("", PEPPER)).hash(key), "2099-01-01T00:00:00Z", "*"), PEPPER));

        for (int i = 0; i < key.length(); i++) {
            char other = key.charAt(i) == 'x' ? 'y' : 'x';
            assertThat(keys.verify(key.substring(0, i) + other + key.substring(i + 1)))
                    .isNull();
        }
        for (String bad : new String[] {"", "xy_", key + "x", key.substring(1), ' ' + key, key.toUpperCase()}) {
            assertThat(keys.verify(bad)).as(bad).isNull();
        }
    }

    @Test
    void anotherPepperKnowsNoKeyAndWithoutOneTheTokenSecretCounts() throws Exception {
        String key = ApiKeys.create();
        Map<String, String> secret = Map.of("JWT_SECRET", "a-secret-of-this-test-that-is-long-enough");
        GatewayConfig derived = load("", secret);

        assertThat(keys(derived).hash(key)).isNotEqualTo(keys(load("", PEPPER)).hash(key));
        assertThat(keys(derived).hash(key)).isEqualTo(keys(load("", secret)).hash(key));
        assertThatThrownBy(() -> keys(load("", Map.of()))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsWrongWithKeysIsToldAllAtOnce() throws Exception {
        String key = ApiKeys.create();
        String hash = "0".repeat(64);
        String lines = line(key, "a b", "boss", "xyz", "tomorrow", "*")
                + line(key, "desk", "viewer", hash, "2099-01-01T00:00:00Z", "*")
                + line(ApiKeys.create(), "desk", "viewer", hash, "2099-01-01T00:00:00Z", "*")
                + line(ApiKeys.create(), "desk", "viewer", hash, "2099-01-01T00:00:00Z", "*");

        assertThatThrownBy(() -> load(lines, Map.of("API_KEY_PEPPER", "short")))
                .isInstanceOfSatisfying(
                        InvalidConfiguration.class, e -> assertThat(e.problems().toString())
                                .contains("client: is 'a b'", "role: is 'boss'", "hash: is", "expires: is 'tomorrow'")
                                .contains("id: is given twice", "more than 2 keys", "pepper: has a wrong form")
                                .doesNotContain("short"));
    }

    @Test
    void productionNeedsAPepper() {
        String key = ApiKeys.create();
        assertThatThrownBy(() -> load(
                        line(key, "desk", "viewer", "0".repeat(64), "2099-01-01T00:00:00Z", "*"),
                        Map.of("XY_PROFILE", "production", "JWT_JWKS_URL", "http://id.internal/keys")))
                .isInstanceOfSatisfying(
                        InvalidConfiguration.class, e -> assertThat(e.problems().toString())
                                .contains("api-keys.pepper", "jwt.jwks-url: must be https"));
    }

    private static ApiKeys keys(GatewayConfig config) {
        return new ApiKeys(config.apiKeys(), config.jwt());
    }

    private GatewayConfig load(String lines, Map<String, String> environment) throws Exception {
        Files.writeString(
                directory.resolve("gateway.yaml"), "api-keys:\n  keys:\n" + (lines.isEmpty() ? "    []\n" : lines));
        return ConfigLoader.load(directory, environment);
    }

    private static String line(String key, String client, String role, String hash, String expires, String accounts) {
        return "    - {id: " + ApiKeys.id(key) + ", client: " + client + ", role: " + role + ", accounts: ['"
                + accounts.replace(", ", "', '") + "'], hash: '" + hash + "', expires: '" + expires + "'}\n";
    }
}
