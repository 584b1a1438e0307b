package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.Reading;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.config.route.Routes;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenIssuer;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TempDirectory;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The HTTP front on a free port, with the desk's routes, for one test class. */
final class Gateway implements AutoCloseable {
    static final String NODE = "n1";
    static final String SECRET = "a-secret-of-this-test-that-is-long-enough";

    final Vertx vertx = TestVertx.create();
    final GatewayConfig config;
    final List<RouteConfig> routes;
    final Bus bus;
    final HttpApiVerticle.NodeStores stores;
    final String deployment;
    final int port;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Gateway(GatewayConfig config, int instances, List<RouteConfig> extra) {
        this.config = config;
        List<RouteConfig> all = new ArrayList<>(deskRoutes());
        all.addAll(extra);
        routes = List.copyOf(all);
        bus = new Bus(vertx, NODE);
        stores = HttpApiVerticle.NodeStores.create(config);
        AtomicReference<@Nullable HealthReport> own = new AtomicReference<>();
        await(bus.listen(Contract.HEALTH_REPORT, report -> {
            if (report.role() == Role.HTTP_API && report.figure("port") > 0) {
                own.set(report);
            }
        }));
        AtomicInteger next = new AtomicInteger();
        deployment = await(vertx.deployVerticle(
                () -> new HttpApiVerticle(config, routes, next.getAndIncrement(), stores),
                new DeploymentOptions().setInstances(instances)));
        Await.until("the front says its port", () -> own.get() != null);
        port = (int) Objects.requireNonNull(own.get()).figure("port");
    }

    static Gateway start() {
        return start(Map.of());
    }

    static Gateway start(Map<String, String> environment) {
        return new Gateway(config(environment), 1, List.of());
    }

    static Gateway start(Map<String, String> environment, int instances, List<RouteConfig> extra) {
        return new Gateway(config(environment), instances, extra);
    }

    static Gateway start(GatewayConfig config) {
        return new Gateway(config, 1, List.of());
    }

    static Gateway start(GatewayConfig config, List<RouteConfig> extra) {
        return new Gateway(config, 1, extra);
    }

    static GatewayConfig config(Map<String, String> overrides) {
        return config("", overrides);
    }

    /**
     * @param yaml content of {@code gateway.yaml}
     */
    static GatewayConfig config(String yaml, Map<String, String> overrides) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "XY_NODE_ID", NODE,
                "SERVICE_TYPE", "http-api",
                "HTTP_HOST", "127.0.0.1",
                "HTTP_PORT", "0",
                "WS_PORT", "0",
                "JWT_SECRET", SECRET));
        environment.putAll(overrides);
        try (TempDirectory directory = TempDirectory.create()) {
            return ConfigLoader.load(directory.with("gateway.yaml", yaml).path(), environment);
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    static List<RouteConfig> deskRoutes() {
        return routes(root().resolve("conf/routes")).stream()
                .filter(route -> route.where().startsWith("routes/desk.yaml"))
                .toList();
    }

    static List<RouteConfig> routes(Path directory) {
        Reading reading = new Reading(Map.of());
        List<RouteConfig> routes = Routes.read(directory, reading);
        try {
            reading.failIfAny();
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
        return routes;
    }

    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(here.resolve("conf/routes"))) {
            here = Objects.requireNonNull(here.getParent(), "the directory of the routes");
        }
        return here;
    }

    /** A bridge on this node; the calls of the front reach it once this returns. */
    FakeBridge bridge() {
        return bridge(NODE);
    }

    FakeBridge bridge(String node) {
        FakeBridge bridge = new FakeBridge(vertx, node, true);
        awaitCalls();
        bridge.calls.clear();
        return bridge;
    }

    private void awaitCalls() {
        String token = token(Principal.ADMIN, "*");
        Await.until(
                "the front knows the bridge",
                () -> get("/api/v1/services/auth/ping", token).status() != 503);
    }

    String token(String role, String... accounts) {
        return token(new Principal("u1", "user1", role, List.of(), List.of(accounts), List.of(), "", 0));
    }

    String token(Principal principal) {
        return new TokenIssuer(vertx, config.jwt()).issue(principal, 60_000);
    }

    record Reply(int status, Map<String, List<String>> headers, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }

        JsonArray data() {
            return json().getJsonArray("data");
        }

        String header(String name) {
            return headers.getOrDefault(name, List.of("")).get(0);
        }
    }

    Reply get(String target, String token) {
        return call("GET", target, token, null);
    }

    Reply post(String target, String token, @Nullable String body) {
        return call("POST", target, token, body);
    }

    Reply call(String method, String target, String token, @Nullable String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + target));
        request.method(
                method, body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (body != null) {
            request.setHeader("Content-Type", "application/json");
        }
        if (!token.isEmpty()) {
            request.setHeader("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.setHeader(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Reply(response.statusCode(), response.headers().map(), response.body());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    RawHttp raw() {
        return new RawHttp(port);
    }

    @Override
    public void close() {
        client.close();
        TestVertx.close(vertx);
    }
}
