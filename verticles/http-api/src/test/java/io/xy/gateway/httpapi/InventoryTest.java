package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.route.RouteConfig;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that is served is described, and nothing else is there. */
@Tag("B16")
@Tag("T-A10")
class InventoryTest {
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Gateway gateway;

    /** Methods by path template, as they are described. */
    private static final Map<String, Set<String>> DESCRIBED = new TreeMap<>();

    private static String token = "";

    @BeforeAll
    static void start() {
        List<RouteConfig> others = Gateway.routes(Gateway.root().resolve("conf/routes")).stream()
                .filter(route -> !route.where().startsWith("routes/desk.yaml"))
                .toList();
        gateway = Gateway.start(Map.of("HTTP_PUBLISH_MANAGEMENT", "false", "HTTP_CALL_TIMEOUT", "300ms"), 1, others);
        token = gateway.token("admin", "*");
        JsonObject paths = gateway.get("/openapi.json", "").json().getJsonObject("paths");
        paths.forEach(path -> DESCRIBED.put(
                path.getKey(),
                ((JsonObject) path.getValue())
                        .fieldNames().stream()
                                .map(name -> name.toUpperCase(Locale.ROOT))
                                .filter(METHODS::contains)
                                .collect(Collectors.toCollection(TreeSet::new))));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    private static String example(String template) {
        return template.replaceAll("\\{[A-Za-z0-9]+\\}", "x1");
    }

    /** Whether a path without parameters is one of those that are described. */
    private static boolean isDescribed(String path) {
        return DESCRIBED.keySet().stream()
                .anyMatch(template -> path.matches(template.replaceAll("\\{[A-Za-z0-9]+\\}", "[^/]+")));
    }

    private static Gateway.Reply answer(String method, String path) {
        return gateway.call(method, path, token, method.startsWith("P") ? "{}" : null);
    }

    private static int status(String method, String path) {
        return answer(method, path).status();
    }

    @Test
    void whatIsDescribedIsServedAndWithNoOtherMethod() {
        assertThat(DESCRIBED).hasSizeGreaterThan(50);
        DESCRIBED.forEach((template, methods) -> {
            String path = example(template);
            for (String method : METHODS) {
                int status = status(method, path);
                if (methods.contains(method)) {
                    // A thing that is not there is answered by its route; only what has none says "Route".
                    assertThat(status).as(method + ' ' + path).isNotIn(405, 501);
                    assertThat(answer(method, path).body()).as(path).doesNotContain("\"Route ");
                } else if (path.startsWith("/api/")) {
                    assertThat(status).as(method + ' ' + path).isEqualTo(405);
                } else {
                    assertThat(status).as(method + ' ' + path).isIn(404, 405);
                }
            }
        });
    }

    @Test
    void theNeighboursOfWhatIsDescribedAreNotThere() {
        Set<String> neighbours = new LinkedHashSet<>();
        for (String template : DESCRIBED.keySet()) {
            String path = example(template);
            neighbours.addAll(List.of(path + "/x2/x3/x4", path + "/", path + ".json", path + ".bak", path + "~"));
            neighbours.add(path.substring(0, Math.max(1, path.lastIndexOf('/'))));
            for (String version : List.of("v0", "v2", "internal", "beta", "V1")) {
                neighbours.add(path.replace("/v1/", '/' + version + '/'));
            }
            neighbours.add("/api" + path);
            neighbours.add(path.replace("/api/v1", ""));
        }
        List<String> pages = List.of("/", "/docs", "/openapi.json");
        neighbours.removeIf(path -> isDescribed(path) || pages.contains(path) || path.isEmpty());
        assertThat(neighbours).hasSizeGreaterThan(300);
        List<String> served = new ArrayList<>();
        for (String path : neighbours) {
            for (String method : List.of("GET", "POST")) {
                int status = status(method, path);
                if (status != 404 && status != 400) {
                    served.add(method + ' ' + path + ' ' + status);
                }
            }
        }
        assertThat(served).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/debug",
                "/debug/pprof",
                "/actuator",
                "/actuator/heapdump",
                "/env",
                "/trace",
                "/status",
                "/server-status",
                "/admin",
                "/admin/reload",
                "/config",
                "/metrics",
                "/health/detailed",
                "/healthz",
                "/version",
                "/live",
                "/ready",
                "/swagger",
                "/swagger-ui",
                "/swagger.json",
                "/graphql",
                "/jolokia",
                "/h2-console",
                "/.env",
                "/.git/config",
                "/WEB-INF/web.xml",
                "/META-INF/MANIFEST.MF",
                "/application.yaml",
                "/gateway.yaml",
                "/conf/gateway.yaml",
                "/webjars/",
                "/index.php",
                "/api",
                "/api/",
                "/api/v1",
                "/api/v1/",
                "/api/v1/health",
                "/api/v1/admin",
                "/api/v1/debug",
                "/__debug__",
                "/logfile",
                "/heapdump",
                "/threaddump"
            })
    void whatOthersLeaveOpenIsNotThere(String path) {
        for (String method : METHODS) {
            assertThat(status(method, path)).as(method).isIn(404, 400);
        }
    }

    @Test
    void everyFileOfTheConsoleIsOneThatIsMeantToBeThere() {
        for (String page : Arrays.asList("/", "/docs", "/openapi.json")) {
            assertThat(gateway.get(page, "").status()).as(page).isEqualTo(200);
        }
        assertThat(gateway.get("/health", "").json().getString("code")).isEqualTo("no_service");
    }
}
