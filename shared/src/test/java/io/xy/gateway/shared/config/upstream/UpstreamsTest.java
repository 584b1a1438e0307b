package io.xy.gateway.shared.config.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.config.Problem;
import io.xy.gateway.shared.config.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of upstreams: defaults, variables, and everything that is wrong at once. */
@Tag("B1")
@Tag("B4")
class UpstreamsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private Map<String, UpstreamConfig> upstreams = Map.of();

    private List<String> problems(String text, Map<String, String> environment) throws IOException {
        Reading reading = new Reading(environment);
        upstreams = Upstreams.read(Files.writeString(directory.resolve("upstreams.yaml"), text), reading);
        return reading.problems().stream().map(Problem::toString).toList();
    }

    @Test
    void aUrlIsEnoughAndAVariableMayNameSeveral() throws IOException {
        String text = "upstreams:\n  a_b:\n    urls: ${A_URL:http://h:1}\n";

        assertThat(problems(text, Map.of())).isEmpty();
        assertThat(upstreams.get("a_b"))
                .returns(List.of(new UpstreamConfig.Url(false, "h", 1)), UpstreamConfig::urls)
                .returns(UpstreamConfig.Protocol.HTTP1, UpstreamConfig::protocol);
        assertThat(problems(text, Map.of("A_URL", "https://x,http://y:2"))).isEmpty();
        assertThat(upstreams.get("a_b")).extracting(UpstreamConfig::urls).hasToString("[https://x:443, http://y:2]");
    }

    @Test
    void withoutTheFileThereAreNone() {
        Reading reading = new Reading(Map.of());

        assertThat(Upstreams.read(directory.resolve("none.yaml"), reading)).isEmpty();
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void everyProblemIsSaidAtOnce() throws IOException {
        String text = """
                upstreams:
                  BAD:
                    urls: ["ftp://h", "http://h/path", "http://user@h:1", "::"]
                    balance: consistent-hash
                    protocol: http3
                    tls: {certificate: c}
                    concurrency: 0
                    health: {intervall: 5s}
                    retry: {budget: 101}
                  good: {urls: ["http://h"], balance-key: principal}
                """;

        assertThat(problems(text, Map.of()))
                .anyMatch(problem -> problem.contains("upstreams.yaml:2") && problem.contains("is no name"))
                .anyMatch(problem -> problem.contains("'ftp://h'"))
                .anyMatch(problem -> problem.contains("'http://h/path'"))
                .anyMatch(problem -> problem.contains("'http://user@h:1'"))
                .anyMatch(problem -> problem.contains("needs at least one URL"))
                .anyMatch(problem -> problem.contains("upstreams.BAD.balance-key"))
                .anyMatch(problem -> problem.contains("upstreams.BAD.protocol") && problem.contains("http1, http2"))
                .anyMatch(problem -> problem.contains("upstreams.BAD.tls.key"))
                .anyMatch(problem -> problem.contains("upstreams.BAD.concurrency"))
                .anyMatch(problem -> problem.contains("upstreams.BAD.health.intervall"))
                .anyMatch(problem -> problem.contains("upstreams.BAD.retry.budget"))
                .anyMatch(problem -> problem.contains("upstreams.good.balance-key"));
    }
}
