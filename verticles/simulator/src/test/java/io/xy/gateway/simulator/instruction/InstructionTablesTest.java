package io.xy.gateway.simulator.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lines with what the desk's own parsers make of them. */
@Tag("Z10")
class InstructionTablesTest {
    private static final Pattern ESCAPE = Pattern.compile("\\\\u([0-9a-f]{4})");

    /** One row: number, kind, line, legs or the kind of failure, and sometimes whether the desk's documents agree. */
    record Row(String number, InstructionType type, String line, String result) {
        @Override
        public String toString() {
            return number + " " + line.strip();
        }
    }

    static Stream<Row> golden() {
        return rows("golden");
    }

    static Stream<Row> everyTable() {
        return Stream.of("golden", "extra", "errors", "further", "recorded").flatMap(InstructionTablesTest::rows);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("everyTable")
    void aLineIsReadExactlyAsTheDeskReadsIt(Row row) {
        assertThat(read(row)).isEqualTo(row.result);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    void aGoldenLineIsRecognisedAsItsKind(Row row) {
        assertThat(InstructionType.detect(row.line)).isEqualTo(row.type);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("golden")
    void strictModeReadsGoldenLinesTheSame(Row row) {
        assertThat(lines(InstructionParser.parseStrictly(row.type, row.line))).isEqualTo(row.result);
    }

    private static String read(Row row) {
        try {
            return lines(InstructionParser.parse(row.type, row.line));
        } catch (UnreadableInstruction e) {
            assertThat(e.getMessage()).isNotBlank();
            return "!" + e.kind();
        }
    }

    private static String lines(List<Leg> legs) {
        return legs.stream().map(Leg::line).collect(Collectors.joining(" ; "));
    }

    private static Stream<Row> rows(String table) {
        String name = "/instruction/" + table + ".tsv";
        try (InputStream in = Objects.requireNonNull(InstructionTablesTest.class.getResourceAsStream(name))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(text.split("\n")).map(InstructionTablesTest::row);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Row row(String text) {
        String[] cells = text.split("\t", -1);
        InstructionType type = Objects.requireNonNull(InstructionType.of(cells[1]));
        String line = ESCAPE.matcher(cells[2])
                .replaceAll(found -> String.valueOf((char) Integer.parseInt(found.group(1), 16)));
        return new Row(cells[0], type, line, cells[3]);
    }
}
