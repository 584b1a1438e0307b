package io.xy.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Redis shows and does not decide; Neo4j decides. Redis is a real server. */
class RedisAndNeo4jHealthTest {
    @Test
    @Tag("B10")
    @Tag("H2")
    void redisShowsInTheDetailedPageAndDoesNotDecide() {
        int port = Ports.free();
        Map<String, String> settings = Map.of("REDIS_URL", "redis://:a-secret@127.0.0.1:" + port);
        try (PeerProcess redis = redis(port);
                HealthNode node = HealthNode.start(settings)) {
            awaitRedis(node, true);
            Evidence.contacted("redis-server");
            assertThat(node.json("/health/detailed").getString("status")).isEqualTo("ok");

            redis.terminate();
            awaitRedis(node, false);
            assertThat(node.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
            assertThat(node.get("/ready").statusCode()).isEqualTo(200);
            assertThat(node.json("/health/detailed").getString("status")).isEqualTo("degraded");
            assertThat(node.get("/metrics").body()).contains("xy_dependency_up{name=\"redis\"} 0\n");
            assertThat(node.get("/health/detailed").body()).doesNotContain("a-secret");

            try (PeerProcess again = redis(port)) {
                awaitRedis(node, true);
                assertThat(again.isAlive()).isTrue();
            }
        }
    }

    @Test
    @Tag("B12")
    void aUrlThatTheClientRefusesIsDownAndItsPasswordIsNotShown() {
        Map<String, String> settings = Map.of("REDIS_URL", "redis://:a-secret@127.0.0.1:not-a-port");
        try (HealthNode node = HealthNode.start(settings)) {
            JsonObject redis = dependency(node, "redis");
            assertThat(redis.getBoolean("up")).isFalse();
            assertThat(redis.encode()).doesNotContain("a-secret");
        }
    }

    @Test
    @Tag("H1")
    @Tag("H2")
    void neo4jDecidesAndIsTriedAgainForEver() {
        Map<String, String> settings =
                Map.of("NEO4J_URI", "bolt://127.0.0.1:" + Ports.free(), "NEO4J_PASSWORD", "a-secret");
        try (HealthNode node = HealthNode.start(settings)) {
            assertThat(node.get("/health").statusCode()).isEqualTo(503);
            assertThat(node.get("/health").body()).isEqualTo("{\"status\":\"unhealthy\",\"neo4j\":false}");
            assertThat(node.get("/live").statusCode()).isEqualTo(200);
            assertThat(node.json("/ready").getBoolean("neo4j_constraints")).isFalse();
        }
    }

    @Test
    @Tag("H1")
    @Tag("H2")
    void whenEverythingHangsTheAnswersStillCome() {
        try (SilentServer silent = SilentServer.start(0)) {
            Map<String, String> settings = new HashMap<>();
            String port = String.valueOf(silent.port());
            settings.put("POSTGRES_HOST", "127.0.0.1");
            settings.put("POSTGRES_PORT", port);
            settings.put("NEO4J_URI", "bolt://127.0.0.1:" + port);
            settings.put("REDIS_URL", "redis://127.0.0.1:" + port);
            try (HealthNode node = HealthNode.start(settings)) {
                Await.until("each of them was tried more than once", () -> silent.contacts() > 6);

                assertThat(node.get("/health").body())
                        .isEqualTo("{\"status\":\"unhealthy\",\"postgres\":false,\"neo4j\":false}");
                assertThat(dependency(node, "redis").getString("detail")).isNotEmpty();
                assertThat(node.get("/live").statusCode()).isEqualTo(200);
            }
        }
    }

    private static PeerProcess redis(int port) {
        PeerProcess redis = PeerProcess.start(
                PeerProcess.find("redis-server"),
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--requirepass",
                "a-secret",
                "--save",
                "");
        redis.awaitLine("Ready to accept connections");
        return redis;
    }

    private static void awaitRedis(HealthNode node, boolean up) {
        Await.until("redis is up: " + up, () -> dependency(node, "redis").getBoolean("up") == up);
    }

    private static JsonObject dependency(HealthNode node, String name) {
        return node.json("/health/detailed").getJsonObject("dependencies").getJsonObject(name);
    }
}
