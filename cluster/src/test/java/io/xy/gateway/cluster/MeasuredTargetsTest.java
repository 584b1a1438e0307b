package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The targets that are measured and not promised: each stands in the benchmarks with our figure, reached or not. */
@Tag("B18")
class MeasuredTargetsTest {
    private static final List<String> TARGETS =
            List.of("p50 added", "p99 added", "requests on one instance of a real server", "memory", "image");

    @Test
    void everyTargetStandsInTheBenchmarksWithOurFigure() throws IOException {
        String page = Files.readString(Node.ROOT.resolve("docs/benchmarks.md"));
        List<String> found = new ArrayList<>();
        for (String line : page.lines().toList()) {
            String[] cells = line.split("\\|", -1);
            if (cells.length == 6 && TARGETS.contains(cells[1].strip())) {
                found.add(cells[1].strip());
                assertThat(cells[3]).as(line).containsPattern("[0-9]");
                assertThat(cells[4].strip()).as(line).isIn("reached", "not reached");
            }
        }
        assertThat(found).isEqualTo(TARGETS);
    }
}
