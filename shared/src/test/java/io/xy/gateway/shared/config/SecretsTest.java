package io.xy.gateway.shared.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets are read and never told. */
@Tag("B12")
class SecretsTest {
    private static final Map<String, String> SECRETS = Map.of(
            "JWT_SECRET", "planted-secret-of-tokens-0123456789abcdef",
            "JWT_PREVIOUS_SECRET", "planted-secret-of-before-0123456789abcdef",
            "API_KEY_PEPPER", "planted-secret-of-keys-0123456789abcdef",
            "ADMIN_KEY", "planted-secret-of-admins-0123456789abcdef",
            "NATS_PASSWORD", "planted-secret-of-nats",
            "NATS_TOKEN", "planted-secret-of-nats-too",
            "REDIS_PASSWORD", "planted-secret-of-redis",
            "POSTGRES_PASSWORD", "planted-secret-of-postgres",
            "NEO4J_PASSWORD", "planted-secret-of-neo4j");

    @Test
    @Tag("T-42")
    void aConfigurationInWordsHoldsNoSecret(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("gateway.yaml"), "");
        GatewayConfig config = ConfigLoader.load(directory, SECRETS);

        assertThat(config.jwt().secret()).startsWith("planted-secret");
        assertThat(config.toString()).doesNotContain("planted-secret");
        assertThat(config.redis().toString() + config.postgres() + config.neo4j() + config.nats() + config.management())
                .doesNotContain("planted-secret");
    }

    @Test
    @Tag("T-42")
    void aConfigurationThatIsRefusedTellsNoSecretEither(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("gateway.yaml"), "");
        Map<String, String> environment = new TreeMap<>(SECRETS);
        environment.put("HTTP_PORT", "many");
        environment.put("JWT_SECRET", "planted-secret-short");
        environment.put("ADMIN_KEY", "planted-secret");

        Throwable refused = catchThrowable(() -> ConfigLoader.load(directory, environment));

        assertThat(refused).isInstanceOf(InvalidConfiguration.class);
        assertThat(refused.getMessage()).contains("HTTP_PORT").doesNotContain("planted-secret");
    }
}
