package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Python 3.9 to 3.13 write, recorded from each: all of them write the same bytes, and so does the one at hand. */
@Tag("Z2")
class PickleVersionsTest {
    private static final String DUMP = """
            import sys, pickle, pickletools, datetime, decimal, uuid, collections
            from datetime import *
            for line in open(sys.argv[1], encoding='utf-8'):
                value = eval(line)
                for write in pickle.dumps, pickle._dumps, lambda v, p: pickletools.optimize(pickle.dumps(v, p)):
                    print(' '.join(write(value, protocol).hex() for protocol in range(6)))
            """;

    record Vector(String expression, String json, String pickles) {
        @Override
        public String toString() {
            return expression;
        }
    }

    static Stream<Vector> vectors() throws IOException {
        try (InputStream file = PickleVersionsTest.class.getResourceAsStream("/golden/pickle-versions.txt")) {
            String text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).map(line -> {
                String[] parts = line.split("\t", -1);
                return new Vector(parts[0], parts[1], parts[2]);
            });
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("vectors")
    void everyProtocolIsReadAsTheSameJson(Vector vector) throws Exception {
        assertReads(vector, vector.pickles);
    }

    /** The library's pickle module in Python, and pickles without what a reader does not need, are read as well. */
    @Test
    void thePythonAtHandWritesTheRecordedBytesAndItsOtherFormsAreReadToo(@TempDir Path directory) throws Exception {
        List<Vector> vectors = vectors().toList();
        Path file = Files.write(
                directory.resolve("input"),
                vectors.stream().map(Vector::expression).toList());
        List<String> lines;
        try (PeerProcess python = PeerProcess.start(PeerProcess.python(), "-c", DUMP, file.toString())) {
            python.await(30);
            lines = new ArrayList<>(python.lines());
        }
        assertThat(lines).hasSize(3 * vectors.size());
        for (int i = 0; i < vectors.size(); i++) {
            Vector vector = vectors.get(i);
            assertThat(lines.get(3 * i)).as(vector.expression).isEqualTo(vector.pickles);
            assertReads(vector, lines.get(3 * i + 1));
            assertReads(vector, lines.get(3 * i + 2));
        }
        Evidence.contacted("cpython");
    }

    /** A call is written once, in protocol 4, which every Python from 3.4 on reads. */
    @Test
    void callsAreWrittenAsEveryVersionWritesThem() throws Exception {
        for (Vector vector : vectors().toList()) {
            if (isPlain(vector)) {
                byte[] written = PickleWriter.fromJson(Payload.utf8(vector.json));
                assertThat(HexFormat.of().formatHex(written))
                        .as(vector.expression)
                        .isEqualTo(vector.pickles.split(" ")[4]);
            }
        }
    }

    /** Lists, dictionaries with texts as keys, texts, and numbers that JSON keeps; no text twice, which Python may share. */
    private static boolean isPlain(Vector vector) {
        return vector.expression.startsWith("{'a': 1")
                || vector.expression.startsWith("[False, 'Traceback")
                || vector.expression.startsWith("[0, 1, 255")
                || vector.expression.startsWith("'");
    }

    private static void assertReads(Vector vector, String pickles) throws PickleException {
        String[] protocols = pickles.split(" ");
        for (int protocol = 0; protocol < protocols.length; protocol++) {
            byte[] pickle = HexFormat.of().parseHex(protocols[protocol]);
            assertThat(PickleReader.toJson(pickle, PickleLimits.DEFAULT).text())
                    .as(vector.expression + " in protocol " + protocol)
                    .isEqualTo(vector.json);
        }
    }
}
