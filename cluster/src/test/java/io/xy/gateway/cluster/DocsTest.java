package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The description of the API: judged by a public validator, looked at in a browser. */
@Tag("B16")
class DocsTest {
    private static Node node;

    @BeforeAll
    static void start() {
        node = new Node().start();
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    void thePublishedSchemaOfOpenApiFindsNothingWrong() throws Exception {
        try (PeerProcess validator = Scripts.start("openapi.mjs", Map.of("BASE", node.url("")))) {
            assertThat(validator.await(120)).as(validator.lines().toString()).isZero();
            assertThat(validator.lines()).contains("VERSION 3.1", "VALID");
        }
        Evidence.contacted("node");
    }

    @Test
    void aBrowserListsTheOperationsAndTriesOneHereAndBelowAProxysPath() throws Exception {
        Path shots = Files.createDirectories(Node.ROOT.resolve("cluster/target/screenshots"));
        Map<String, String> environment = Map.of(
                "BASE", node.url(""),
                "SHOTS", shots.toString(),
                "CHROMIUM", PeerProcess.find("chromium"));
        try (PeerProcess browser = Scripts.start("docs.mjs", environment)) {
            assertThat(browser.await(240)).as(browser.lines().toString()).isZero();
            assertThat(browser.lines()).contains("CLEAN", "TRIED 200 /health/liveness");
            assertThat(browser.lines().stream().filter(line -> line.matches("LISTED \\d{2,}")))
                    .hasSize(2);
        }
        Evidence.contacted("chromium");
        assertThat(shots.resolve("docs.png")).isNotEmptyFile();
    }
}
