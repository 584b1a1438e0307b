package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.PeerProcess;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RFC 7540 and 7541 as h2spec checks them, over TLS. */
@Tag("B14")
@Tag("nightly")
class H2SpecTest {
    private static final int TESTS = 145;
    private static final int BAR = 142;
    private static final String ARCHIVE = "/h2spec/2.2.0/h2spec_linux_amd64.tar.gz";
    private static final Pattern RESULT = Pattern.compile("([0-9]+) tests, ([0-9]+) passed, .*");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before the test
    private Path directory;

    @Test
    @Tag("T-H36")
    void itsCasesPassButForThoseOfTheStatesOfStreams() throws Exception {
        new Authority(directory, "good").issue("server", "DNS:localhost,IP:127.0.0.1");
        Map<String, String> environment = Map.of(
                "TLS_ENABLE", "true",
                "TLS_CERT_PATH", directory.resolve("server.pem").toString(),
                "TLS_KEY_PATH", directory.resolve("server.key").toString());
        try (Gateway gateway = Gateway.start(environment);
                PeerProcess process = PeerProcess.start(
                        directory,
                        Map.of(),
                        binary().toString(),
                        "-t",
                        "-k",
                        "-h",
                        "127.0.0.1",
                        "-p",
                        Integer.toString(gateway.port),
                        "-P",
                        "/api/v1/none",
                        "-o",
                        "5")) {
            process.await(240);

            Matcher result = process.lines().stream()
                    .map(line -> RESULT.matcher(line.strip()))
                    .filter(Matcher::matches)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("h2spec said " + process.lines()));
            assertThat(Integer.parseInt(result.group(1))).isEqualTo(TESTS);
            assertThat(Integer.parseInt(result.group(2)))
                    .as(String.join("\n", process.lines()))
                    .isGreaterThanOrEqualTo(BAR);
        }
    }

    private Path binary() throws Exception {
        try (InputStream archive = Objects.requireNonNull(H2SpecTest.class.getResourceAsStream(ARCHIVE), ARCHIVE)) {
            Files.copy(archive, directory.resolve("h2spec.tar.gz"));
        }
        try (PeerProcess tar =
                PeerProcess.start(directory, Map.of(), PeerProcess.find("tar"), "xzf", "h2spec.tar.gz")) {
            assertThat(tar.await(30)).isZero();
        }
        return directory.resolve("h2spec");
    }
}
