package io.xy.gateway.wsfanout.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import me.normanmaurer.maven.autobahntestsuite.AutobahnTestSuite;
import org.json.simple.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.python.util.PythonInterpreter;

/**
 * RFC 6455 as the Autobahn fuzzing client judges it: frames, pings, reserved bits, opcodes, fragments, UTF-8, closing,
 * messages of up to 16 MiB whole, in fragments and in chops, and thousands of messages. Compression is off, so its cases
 * (12, 13) are not asked. All runs in one test, because the client cannot be started twice in one JVM. It takes SIGTERM for
 * the end of its run: what cuts the JVM off, such as a limit of time, shows as missing results.
 */
@Tag("T-D01")
@Tag("nightly")
class ConformanceTest {
    private static final String AGENT = "xy";
    private static final int VERSION = 18;
    private static final int CASES = 301;
    private static final List<String> SECTIONS =
            List.of("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "9.*", "10.*");
    /** Where the client writes what it found; it cannot be told otherwise. */
    private static final Path REPORT = Path.of("target", "autobahntestsuite-reports", "index.json");

    private static final Set<String> CLEAN = Set.of("OK", "INFORMATIONAL");
    /** Text that is wrong is found at the end of its message, not at its first wrong byte: allowed, and said to be so. */
    private static final Set<String> AT_THE_END = Set.of("6.4.1", "6.4.2", "6.4.3", "6.4.4");

    private final Vertx vertx = TestVertx.create();

    @AfterEach
    void close() {
        TestVertx.close(vertx);
    }

    @Test
    void theFuzzingClientFindsNothing() throws IOException, ReflectiveOperationException {
        Files.deleteIfExists(REPORT);
        fuzz("ws://127.0.0.1:" + EchoServer.start(vertx));
        JsonObject verdicts = new JsonObject(Files.readString(REPORT)).getJsonObject(AGENT);
        List<String> found = new ArrayList<>();
        for (String id : verdicts.fieldNames()) {
            JsonObject verdict = verdicts.getJsonObject(id);
            String behavior = verdict.getString("behavior");
            boolean allowed = CLEAN.contains(behavior) || AT_THE_END.contains(id) && behavior.equals("NON-STRICT");
            if (!allowed || !CLEAN.contains(verdict.getString("behaviorClose"))) {
                found.add(id + ' ' + verdict.encode());
            }
        }
        assertThat(found).isEmpty();
        assertThat(verdicts.fieldNames()).as("no case is without a verdict").hasSize(CASES);
    }

    /** Apart from our classes: the client is written in Python, whose module io would be hidden by a Java package io. */
    private static void fuzz(String url) throws IOException, ReflectiveOperationException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL[] jars = Stream.of(AutobahnTestSuite.class, PythonInterpreter.class, JSONObject.class)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .toArray(URL[]::new);
        try (URLClassLoader apart = new URLClassLoader(jars, ClassLoader.getPlatformClassLoader())) {
            thread.setContextClassLoader(apart);
            apart.loadClass(AutobahnTestSuite.class.getName())
                    .getMethod("runFuzzingClient", String.class, String.class, Map.class, List.class, List.class)
                    .invoke(null, AGENT, url, Map.of("version", VERSION), SECTIONS, List.of());
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
