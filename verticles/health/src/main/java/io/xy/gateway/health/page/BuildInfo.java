package io.xy.gateway.health.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/**
 * What was built, and what runs it.
 *
 * @param commit empty when the build did not know it
 */
record BuildInfo(String version, String commit, String java, String vertx) {
    static final String SERVICE = "xy-gateway";

    private static final String BUILD = "/io/xy/gateway/health/build.properties";
    private static final String VERTX = "/META-INF/vertx/vertx-version.txt";

    static BuildInfo read() {
        Properties build = new Properties();
        try (InputStream file = BuildInfo.class.getResourceAsStream(BUILD)) {
            if (file != null) {
                build.load(file);
            }
            return new BuildInfo(
                    build.getProperty("version", "unknown"),
                    build.getProperty("commit", ""),
                    Runtime.version().toString(),
                    vertxVersion());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String vertxVersion() throws IOException {
        try (InputStream file = BuildInfo.class.getResourceAsStream(VERTX)) {
            return file == null ? "unknown" : new String(file.readAllBytes(), StandardCharsets.UTF_8).strip();
        }
    }
}
