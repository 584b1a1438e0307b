package io.xy.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.Ports;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against a real Neo4j. */
class Neo4jHealthTest {
    @Test
    @Tag("H1")
    @Tag("H2")
    @Tag("H3")
    void healthFollowsTheDatabaseAndReadinessItsConstraints() {
        int port = Ports.free();
        Map<String, String> settings = Map.of(
                "NEO4J_HOST", "127.0.0.1",
                "NEO4J_PORT", String.valueOf(port),
                "NEO4J_PASSWORD", "a-secret",
                "NEO4J_REQUIRED_CONSTRAINTS", "Novel.novel_id");
        try (HealthNode node = HealthNode.start(settings)) {
            assertThat(node.get("/health").body()).isEqualTo("{\"status\":\"unhealthy\",\"neo4j\":false}");
            try (Neo4jServer neo4j = Neo4jServer.start(port)) {
                node.awaitStatus("/health", 200);
                Evidence.contacted("neo4j");

                assertThat(node.json("/ready").getJsonArray("reasons").getList())
                        .isEqualTo(List.of("neo4j: constraint Novel.novel_id is missing"));
                assertThat(node.json("/ready").getBoolean("neo4j_constraints")).isFalse();

                neo4j.cypher("CREATE CONSTRAINT pair FOR (n:Novel) REQUIRE (n.novel_id, n.part) IS UNIQUE");
                neo4j.cypher("CREATE CONSTRAINT one FOR (n:Novel) REQUIRE n.novel_id IS UNIQUE");
                node.awaitStatus("/ready", 200);

                neo4j.cypher("DROP CONSTRAINT one");
                node.awaitStatus("/ready", 503);

                neo4j.kill();
                node.awaitStatus("/health", 503);
            }
        }
    }
}
