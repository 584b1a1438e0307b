package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.HealthQuery;
import io.xy.gateway.shared.message.HealthSnapshot;
import io.xy.gateway.shared.message.Payload;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is on the API port besides the API: health pages, files of the console, web jars. */
@Tag("B10")
class PagesTest {
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        gateway = Gateway.start();
        await(gateway.bus.serve(Contract.HEALTH_QUERY, PagesTest::page));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static Future<HealthSnapshot> page(HealthQuery query) {
        return Future.succeededFuture(new HealthSnapshot(
                query.view() == HealthQuery.View.READINESS ? 503 : 200,
                query.view() == HealthQuery.View.METRICS ? "text/plain" : "application/json",
                Payload.utf8("\"" + query.view() + "\"")));
    }

    @ParameterizedTest
    @CsvSource({
        "/health,HEALTH,200",
        "/health/detailed,DETAILED,200",
        "/api/v1/health,DETAILED,200",
        "/health/liveness,LIVENESS,200",
        "/live,LIVENESS,200",
        "/health/readiness,READINESS,503",
        "/ready,READINESS,503",
        "/healthz,HEALTHZ,200",
        "/version,VERSION,200",
        "/metrics,METRICS,200",
    })
    void aHealthPageIsWhatTheHealthVerticleSays(String path, String view, int status) {
        Gateway.Reply reply = gateway.get(path, "");

        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.body()).isEqualTo("\"" + view + "\"");
        assertThat(reply.header("content-type")).isEqualTo(view.equals("METRICS") ? "text/plain" : "application/json");
    }

    @Test
    void wherePagesAreNotPublishedOnlyHealthIs() {
        try (Gateway closed = Gateway.start(Map.of("HTTP_PUBLISH_MANAGEMENT", "false"))) {
            assertThat(closed.get("/metrics", "").status()).isEqualTo(404);
            assertThat(closed.get("/api/v1/health", "").status()).isEqualTo(404);
            Gateway.Reply health = closed.get("/health", "");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().getString("code")).isEqualTo("no_service");
        }
    }

    @Test
    @Tag("X2")
    void aFileOfAWebJarIsServedAndMayBeKept() {
        Gateway.Reply reply = gateway.get("/webjars/demo/1.0/demo.js", "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.body()).contains("console.log");
        assertThat(reply.header("content-type")).contains("javascript");
        assertThat(reply.header("cache-control")).contains("max-age=");
        assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(reply.header("content-security-policy")).contains("default-src 'self'");
    }

    @Test
    @Tag("X2")
    void aPageOfTheConsoleIsAskedForEachTime() {
        Gateway.Reply reply = gateway.get("/probe.html", "");

        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("cache-control")).isEqualTo("no-cache");
        assertThat(reply.header("content-security-policy")).contains("connect-src 'self' ws: wss:");
        assertThat(reply.header("x-frame-options")).isEqualTo("DENY");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/webjars/", "/webjars/demo/1.0/", "/webjars/demo/1.0/none.js", "/.hidden", "/none", "/WEB-INF/x"
            })
    void whatIsNoFileIs404AndDirectoriesAreNotListed(String path) {
        Gateway.Reply reply = gateway.get(path, "");

        assertThat(reply.status()).isEqualTo(404);
        assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
        assertThat(reply.json().getString("code")).isEqualTo("not_found");
        assertThat(reply.header("cache-control")).isEqualTo("no-store");
    }

    @Test
    void aFileIsNotWrittenTo() {
        assertThat(gateway.post("/probe.html", "", "{}").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/app.js", "/index.html", "/docs", "/openapi.json", "/webjars/demo/1.0/demo.js", "/health"})
    @Tag("X2")
    @Tag("B16")
    void whoAsksForTheHeadGetsTheSameWithoutTheBody(String path) {
        Gateway.Reply whole = gateway.get(path, "");
        Gateway.Reply head = gateway.call("HEAD", path, "", null);

        assertThat(whole.status()).isEqualTo(200);
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name : List.of("content-length", "content-type", "etag", "last-modified", "cache-control")) {
            assertThat(head.header(name)).as(name).isEqualTo(whole.header(name));
        }
        assertThat(head.header("content-length"))
                .isEqualTo(Integer.toString(whole.body().getBytes(java.nio.charset.StandardCharsets.UTF_8).length));
        // The connection is good for another request: no body follows that the client does not expect.
        assertThat(gateway.call("HEAD", "/no/such/page", "", null).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/docs", "/app.js"})
    @Tag("B14")
    void aPageMayUseNothingOfTheDevice(String path) {
        assertThat(gateway.get(path, "").header("permissions-policy"))
                .contains("camera=()", "microphone=()", "geolocation=()", "payment=()");
    }

    @Test
    @Tag("B14")
    void behindAProxyThatSpeaksTlsBrowsersAreToldToKeepToIt() {
        try (Gateway behind = Gateway.start(Map.of("HTTP_TLS_TERMINATED", "true"))) {
            for (String path : List.of("/", "/api/v1/accounts", "/no/such/page")) {
                assertThat(behind.get(path, "").header("strict-transport-security"))
                        .as(path)
                        .startsWith("max-age=31536000");
            }
        }
        assertThat(gateway.get("/", "").headers()).doesNotContainKey("strict-transport-security");
    }
}
