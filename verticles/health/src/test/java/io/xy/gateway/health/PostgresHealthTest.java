package io.xy.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a real PostgreSQL. */
class PostgresHealthTest {
    private static PostgresServer postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresServer.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    @Tag("H1")
    @Tag("H2")
    void healthFollowsTheDatabaseDownAndUpAgain() {
        try (HealthNode node = HealthNode.start(postgres.settings())) {
            node.awaitStatus("/health", 200);
            Evidence.contacted("postgresql");
            assertThat(node.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");

            postgres.stop();
            node.awaitStatus("/health", 503);
            assertThat(node.get("/health").body()).isEqualTo("{\"status\":\"unhealthy\",\"postgres\":false}");
            assertThat(node.json("/ready").getJsonArray("reasons")).contains("postgres is not connected");
            assertThat(node.get("/health/detailed").statusCode()).isEqualTo(503);

            postgres.restart();
            node.awaitStatus("/health", 200);
            assertThat(node.json("/health/detailed").getString("status")).isEqualTo("ok");
        }
    }

    @Test
    @Tag("H1")
    void theNodeStartsWithoutTheDatabaseAndFindsItLater() {
        postgres.stop();
        try (HealthNode node = HealthNode.start(postgres.settings())) {
            assertThat(node.get("/health").statusCode()).isEqualTo(503);
            assertThat(node.get("/live").statusCode()).isEqualTo(200);
            postgres.restart();
            node.awaitStatus("/health", 200);
        }
    }

    @Test
    @Tag("H3")
    void readinessNamesTheRequiredTablesThatAreMissing() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("POSTGRES_REQUIRED_TABLES", "novels,public.chapters");
        try (HealthNode node = HealthNode.start(settings)) {
            node.awaitStatus("/health", 200);
            JsonObject before = node.json("/ready");
            assertThat(before.getString("status")).isEqualTo("not ready");
            assertThat(before.getBoolean("postgres_schema")).isFalse();
            assertThat(before.getJsonArray("reasons"))
                    .contains("postgres: table novels is missing", "postgres: table public.chapters is missing");

            postgres.sql("CREATE TABLE novels (id int); CREATE TABLE chapters (id int)");
            node.awaitStatus("/ready", 200);

            postgres.sql("DROP TABLE chapters; CREATE INDEX chapters ON novels (id)");
            node.awaitStatus("/ready", 503);
            assertThat(node.json("/ready").getJsonArray("reasons").getList())
                    .isEqualTo(List.of("postgres: table public.chapters is missing"));
            postgres.sql("DROP TABLE novels");
        }
    }

    @Test
    @Tag("H3")
    void aTableNameThatCannotBeLookedUpIsAMissingTableAndNotALostDatabase() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("POSTGRES_REQUIRED_TABLES", "a.b.c.d");
        try (HealthNode node = HealthNode.start(settings)) {
            node.awaitStatus("/health", 200);
            assertThat(node.json("/ready").getJsonArray("reasons").getList())
                    .isEqualTo(List.of("postgres: the required tables cannot be looked up"));
        }
    }

    @Test
    @Tag("H2")
    void aWrongPasswordIsDownWithAReasonThatDoesNotRepeatIt() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("POSTGRES_PASSWORD", "not-the-password");
        try (HealthNode node = HealthNode.start(settings)) {
            assertThat(node.get("/health").statusCode()).isEqualTo(503);
            String page = node.get("/health/detailed").body();
            assertThat(page).contains("authentication failed").doesNotContain("not-the-password");
        }
    }

    @Test
    @Tag("H2")
    void aPlainServerIsDownWhenTlsIsWanted() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("POSTGRES_TLS", "true");
        try (HealthNode node = HealthNode.start(settings)) {
            assertThat(node.json("/health").getBoolean("postgres")).isFalse();
        }
    }

    @Test
    @Tag("H1")
    @Tag("H2")
    void aDatabaseThatFreezesDoesNotHoldTheAnswerAndIsFoundAgainWhenItThaws() {
        try (HealthNode node = HealthNode.start(postgres.settings())) {
            node.awaitStatus("/health", 200);

            postgres.freeze();
            node.awaitStatus("/health", 503);
            assertThat(node.get("/live").statusCode()).isEqualTo(200);
            postgres.thaw();

            node.awaitStatus("/health", 200);
        }
    }

    @Test
    @Tag("H1")
    void aServerThatNeverAnswersDoesNotUseUpThePool() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("POSTGRES_POOL", "1");
        postgres.stop();
        SilentServer frozen = SilentServer.start(postgres.port());
        try (HealthNode node = HealthNode.start(settings)) {
            Await.until("it is tried again and again", () -> frozen.contacts() > 2);
            assertThat(node.get("/health").body()).isEqualTo("{\"status\":\"unhealthy\",\"postgres\":false}");

            frozen.stopListening();
            postgres.restart();

            node.awaitStatus("/health", 200);
        } finally {
            frozen.close();
        }
    }

    @Test
    @Tag("H1")
    void connectionsThatWentDeadAreReplacedByNewOnes() {
        Map<String, String> settings = new HashMap<>(postgres.settings());
        settings.put("POSTGRES_POOL", "1");
        try (Relay relay = Relay.to(postgres.port())) {
            settings.put("POSTGRES_PORT", String.valueOf(relay.port()));
            try (HealthNode node = HealthNode.start(settings)) {
                node.awaitStatus("/health", 200);

                relay.deaden();
                node.awaitStatus("/health", 503);

                node.awaitStatus("/health", 200);
                relay.close();
            }
        }
    }
}
