package io.xy.gateway.cluster;

import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TempDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A gateway in a JVM of its own, as an operator would run it. */
final class Node implements AutoCloseable {
    static final Path ROOT = Path.of(System.getProperty("xy.root", ".."));
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    /** A start takes a second or two, but not on a machine that does much else. */
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Map<String, String> environment = new HashMap<>();
    final int http = Ports.free();
    final int ws = Ports.free();
    final int management = Ports.free();
    final int broker = Ports.free();
    /** What a killed node leaves behind goes away with the test. */
    private final TempDirectory scratch = TempDirectory.create();

    private Path conf = ROOT.resolve("conf");
    private @Nullable PeerProcess process;

    /** What a test changes comes as alternating names and values of variables. */
    Node(String... variables) {
        environment.put("HTTP_PORT", String.valueOf(http));
        environment.put("WS_PORT", String.valueOf(ws));
        environment.put("MANAGEMENT_PORT", String.valueOf(management));
        environment.put("ZMQ_BIND", "tcp://127.0.0.1:" + broker);
        environment.put("ZMQ_BROKER_URL", "");
        environment.put("NATS_CHILD", "false");
        environment.put("XY_STATE", ROOT.resolve("cluster/target/state").toString());
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
    }

    /** Another directory of configuration than the repository's. */
    Node with(Path directory) {
        conf = directory;
        return this;
    }

    /** Starts it and waits until it says that it is ready. */
    Node start() {
        PeerProcess started = launch();
        Await.until(
                "the node is ready or has ended",
                START_LIMIT,
                () -> !started.isAlive() || started.lines().stream().anyMatch(line -> line.contains("ready in")));
        started.awaitLine("ready in");
        return this;
    }

    /** Starts it without waiting. */
    PeerProcess launch() {
        List<String> command = new ArrayList<>(List.of(command("run", conf.toString())));
        command.add(1, "-Djava.io.tmpdir=" + scratch.path());
        PeerProcess started = PeerProcess.start(ROOT, environment, command.toArray(String[]::new));
        process = started;
        return started;
    }

    PeerProcess process() {
        return Objects.requireNonNull(process, "not started");
    }

    /** The command line of the program, with the agent that measures coverage. */
    static String[] command(String... args) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String agent = System.getProperty("xy.jvm.agent", "");
        if (agent.startsWith("-javaagent")) {
            command.add(agent);
        }
        command.addAll(List.of(
                "-XX:+UseSerialGC",
                "--add-modules",
                "java.se",
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports",
                "java.base/jdk.internal.ref=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.lang=ALL-UNNAMED",
                "--add-opens",
                "java.base/java.nio=ALL-UNNAMED",
                "--add-opens",
                "java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens",
                "java.management/sun.management=ALL-UNNAMED",
                "--add-opens",
                "jdk.management/com.sun.management.internal=ALL-UNNAMED",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.xy.gateway.cluster.GatewayMain"));
        command.addAll(List.of(args));
        return command.toArray(new String[0]);
    }

    String url(String path) {
        return "http://127.0.0.1:" + http + path;
    }

    HttpResponse<String> get(String path, String token) {
        return send(request(path, token).GET());
    }

    HttpResponse<String> post(String path, String token, String body) {
        return send(request(path, token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> post(String path, String token, String body, String header, String value) {
        return send(request(path, token)
                .header("Content-Type", "application/json")
                .header(header, value)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    HttpResponse<String> getManagement(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path))
                .GET());
    }

    /** An access token of the desk's demo trader. */
    String login() {
        HttpResponse<String> answer =
                post("/api/v1/auth/login", "", "{\"username\":\"trader1\",\"password\":\"password123\"}");
        if (answer.statusCode() != 200) {
            throw new AssertionError("login: " + answer.statusCode() + " " + answer.body());
        }
        return new JsonObject(answer.body()).getJsonObject("data").getString("accessToken");
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        scratch.close();
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url(path)));
        return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
