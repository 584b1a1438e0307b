package io.xy.gateway.health;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TempDirectory;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One node with nothing but the health verticle, and a caller of its management port. */
final class HealthNode implements AutoCloseable {
    static final String NAME = "node-a";

    final Vertx vertx = TestVertx.create();
    final Bus bus = new Bus(vertx, NAME);
    final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger port = new AtomicInteger();
    private final String deployment;

    private HealthNode(Map<String, String> settings) {
        TestVertx.await(bus.listen(Contract.HEALTH_REPORT, this::onReport));
        deployment = TestVertx.await(vertx.deployVerticle(new HealthVerticle(config(settings), registry, 0)));
        Await.until("the node has told its port", () -> port.get() != 0);
    }

    /** A node that runs health alone, unless the settings say otherwise. */
    static HealthNode start(Map<String, String> settings) {
        return new HealthNode(settings);
    }

    static GatewayConfig config(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "XY_NODE_ID", NAME,
                "SERVICE_TYPE", "health",
                "MANAGEMENT_HOST", "127.0.0.1",
                "MANAGEMENT_PORT", "0"));
        all.putAll(settings);
        try (TempDirectory empty = TempDirectory.create()) {
            return ConfigLoader.load(empty.path(), all);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    HttpResponse<String> get(String path) {
        return call("GET", path);
    }

    /**
     * @param headers name and value in turn
     */
    HttpResponse<String> call(String method, String path, String... headers) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, HttpRequest.BodyPublishers.noBody());
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        HttpRequest request = builder.build();
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    JsonObject json(String path) {
        return new JsonObject(get(path).body());
    }

    /** Waits until the page has this status. */
    void awaitStatus(String path, int status) {
        Await.until(path + " answers " + status, () -> get(path).statusCode() == status);
    }

    /** Says what a verticle of this or another node would say. */
    void report(
            String node,
            Role role,
            HealthReport.State state,
            List<HealthReport.Check> checks,
            HealthReport.Figure... figures) {
        long started = System.currentTimeMillis() - 5_000;
        bus.publish(Contract.HEALTH_REPORT, new HealthReport(node, role, 0, state, started, checks, List.of(figures)));
    }

    void undeploy() {
        TestVertx.await(vertx.undeploy(deployment));
    }

    int port() {
        return port.get();
    }

    @Override
    public void close() {
        client.close();
        TestVertx.close(vertx);
        registry.close();
    }

    private void onReport(HealthReport report) {
        if (report.role() == Role.HEALTH && report.node().equals(NAME)) {
            port.set((int) report.figure("managementPort"));
        }
    }
}
