package io.xy.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ManagementPortTest {
    private static HealthNode node;

    @BeforeAll
    static void start() {
        node = HealthNode.start(Map.of());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @Test
    @Tag("H2")
    void withoutDatabasesTheNodeIsHealthyAndSaysNothingElse() {
        HttpResponse<String> answer = node.get("/health");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"ok\"}");
    }

    @ParameterizedTest
    @Tag("B10")
    @CsvSource({"/health/liveness,alive", "/live,alive", "/health/readiness,ready", "/ready,ready"})
    void probesOfOrchestratorsAreAnsweredUnderBothNames(String path, String status) {
        HttpResponse<String> answer = node.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"status\":\"" + status + "\"}");
    }

    @Test
    @Tag("B10")
    void theVersionNamesServiceBuildAndRuntime() {
        JsonObject version = node.json("/version");

        assertThat(version.getString("service")).isEqualTo("xy-gateway");
        assertThat(version.getString("version")).matches("\\d+\\.\\d+\\.\\d+.*");
        assertThat(version.getString("java")).isEqualTo(Runtime.version().toString());
        assertThat(version.getString("vertx")).startsWith("5.");
    }

    @Test
    @Tag("B10")
    void metricsAreTheRegistryAndWhatTheNodeKnowsOfItself() {
        node.registry.counter("xy_things_counted").increment(3);

        HttpResponse<String> answer = node.get("/metrics");

        assertThat(answer.headers().firstValue("content-type")).hasValue("text/plain; version=0.0.4; charset=utf-8");
        assertThat(answer.body())
                .contains("xy_things_counted_total 3.0\n")
                .contains("xy_node_ready 1\n")
                .contains("xy_instances 1\n")
                .contains("xy_build_info{version=");
    }

    @Test
    @Tag("C7")
    @Tag("N7")
    void theOldGatewaysNamesForPagesAreServedBesides() {
        try (HealthNode renamed =
                HealthNode.start(Map.of("HEALTH_PATH", "/status/short", "METRICS_PATH", "/health/live.prom"))) {
            assertThat(renamed.json("/status/short").fieldNames())
                    .contains("natsConnected")
                    .isEqualTo(renamed.json("/healthz").fieldNames());
            assertThat(renamed.get("/health/live.prom").body()).contains("xy_build_info{version=");
            assertThat(renamed.get("/metrics").statusCode()).isEqualTo(200);
            assertThat(renamed.get("/health").body()).isEqualTo("{\"status\":\"ok\"}");
        }
        assertThat(node.get("/status/short").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/", "/health/other", "/admin", "/api/v1/healthy", "/..%2fhealth"})
    void whatIsNotAPageIsAProblemWithACode(String path) {
        HttpResponse<String> answer = node.get(path);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        JsonObject problem = new JsonObject(answer.body());
        assertThat(problem.fieldNames()).containsExactlyInAnyOrder("type", "title", "status", "code", "detail");
        assertThat(problem.getString("code")).isEqualTo("not_found");
        assertThat(problem.getInteger("status")).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
    void thePagesAreReadOnly(String method) {
        HttpResponse<String> answer = node.call(method, "/health");

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("method_not_allowed");
    }

    @Test
    void headHasTheLengthWithoutTheBody() {
        HttpResponse<String> answer = node.call("HEAD", "/health");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("content-length")).hasValue("15");
    }

    @Test
    @Tag("B14")
    void everyAnswerCarriesSecurityHeaders() {
        for (String path : new String[] {"/health", "/nothing"}) {
            assertThat(node.get(path).headers().map())
                    .containsKeys("content-security-policy", "x-frame-options", "referrer-policy")
                    .containsEntry("x-content-type-options", java.util.List.of("nosniff"))
                    .containsEntry("cache-control", java.util.List.of("no-store"));
        }
    }

    @Test
    void aBodyThatNobodyAskedForIsNotReadToItsEnd() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
            String head = "POST /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 405").containsIgnoringCase("connection: close");
        }
    }

    @ParameterizedTest
    @Tag("B10")
    @EnumSource(HealthQuery.View.class)
    void theBusGivesEveryPageThatThePortGives(HealthQuery.View view) {
        HealthSnapshot page =
                TestVertx.await(node.bus.request(Contract.HEALTH_QUERY, HealthNode.NAME, new HealthQuery(view), 5_000));

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.contentType()).isNotEmpty();
        assertThat(page.body().isEmpty()).isFalse();
    }

    @Test
    void aTakenPortIsAFailedStartThatNamesIt() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            HealthVerticle second = new HealthVerticle(
                    HealthNode.config(Map.of("MANAGEMENT_PORT", String.valueOf(taken.getLocalPort()))),
                    node.registry,
                    0);

            assertThatThrownBy(() -> TestVertx.await(node.vertx.deployVerticle(second)))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
        }
    }

    @Test
    @Tag("B13")
    void thePortIsFreeAfterUndeployment() throws IOException {
        try (HealthNode gone = HealthNode.start(Map.of())) {
            gone.undeploy();
            try (ServerSocket again = new ServerSocket(gone.port(), 1, InetAddress.getByName("127.0.0.1"))) {
                assertThat(again.isBound()).isTrue();
            }
        }
    }
}
