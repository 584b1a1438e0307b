package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both directions against the Python that the services run on. */
@Tag("Z2")
class PickleCPythonTest {
    private static final String DUMP = """
            import sys, pickle, datetime, decimal, uuid, collections
            from datetime import *
            for line in open(sys.argv[1], encoding='utf-8'):
                value = eval(line)
                print(' '.join(pickle.dumps(value, protocol).hex() for protocol in range(6)))
            """;

    private static final String LOAD = """
            import sys, pickle, json, copy
            def fresh(value):
                if isinstance(value, list): return [fresh(v) for v in value]
                if isinstance(value, dict): return {fresh(k): fresh(v) for k, v in value.items()}
                if isinstance(value, str) and len(value) > 1: return (value + ' ')[:-1]
                return value
            for line in open(sys.argv[1], encoding='utf-8'):
                pickled, text = line.rstrip('\\n').split('\\t')
                value = json.loads(text)
                if pickle.loads(bytes.fromhex(pickled)) != value: print('VALUE')
                elif pickle.dumps(fresh(value), 4).hex() != pickled: print('BYTES ' + pickle.dumps(fresh(value), 4).hex()[:200])
                else: print('SAME')
            """;

    @Test
    void whateverPythonWritesInAnyProtocolIsReadTheSame(@TempDir Path directory) throws Exception {
        String[][] cases = {
            {"None", "null"},
            {"True", "true"},
            {"[False, True]", "[false,true]"},
            {"0", "0"},
            {"-1", "-1"},
            {"[255, 256, 65535, 65536, -129]", "[255,256,65535,65536,-129]"},
            {"[2**31, -2**31 - 1, 1718960000000]", "[2147483648,-2147483649,1718960000000]"},
            {"2**53", "9007199254740992"},
            {"-2**53 - 1", "\"-9007199254740993\""},
            {"[2**63, -2**63, 2**64]", "[\"9223372036854775808\",\"-9223372036854775808\",\"18446744073709551616\"]"},
            {"10**300", "\"1" + "0".repeat(300) + "\""},
            {"[1.5, -0.25, 1e300]", "[1.5,-0.25,1.0E300]"},
            {"'pong'", "\"pong\""},
            {"'双卖 \\U0001f600 \"q\" \\\\ \\n\\r\\t\\x00\\x1f'", "\"双卖 😀 \\\"q\\\" \\\\ \\n\\r\\t\\u0000\\u001f\""},
            {"'x' * 300", "\"" + "x".repeat(300) + "\""},
            {"()", "[]"},
            {"(1,)", "[1]"},
            {"(1, 'b')", "[1,\"b\"]"},
            {"(1, 2, (3, 4, 5, 6))", "[1,2,[3,4,5,6]]"},
            {"{'a': 1, 'b': {'c': []}}", "{\"a\":1,\"b\":{\"c\":[]}}"},
            {"{1: 'x', True: 'y', None: 0, 2**70: 1}", "{\"1\":\"y\",\"null\":0,\"1180591620717411303424\":1}"},
            {"b''", "\"\""},
            {"b'\\x00\\xff'", "\"AP8=\""},
            {"b'z' * 300", "\"" + "enp6".repeat(100) + "\""},
            {"collections.OrderedDict([('b', 1), ('a', 2)])", "{\"b\":1,\"a\":2}"},
            {"decimal.Decimal('1.50')", "\"1.50\""},
            {"decimal.Decimal('-1E+20')", "\"-1E+20\""},
            {"datetime(2024, 6, 21, 9, 30)", "\"2024-06-21T09:30:00\""},
            {"datetime(2024, 6, 21, 9, 30, 1, 250)", "\"2024-06-21T09:30:01.000250\""},
            {"datetime(2024, 6, 21, 9, 30, tzinfo=timezone.utc)", "\"2024-06-21T09:30:00+00:00\""},
            {
                "datetime(2024, 6, 21, 9, 30, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))",
                "\"2024-06-21T09:30:00-03:30\""
            },
            {"datetime(2024, 10, 27, 2, 30, fold=1)", "\"2024-10-27T02:30:00\""},
            {"timezone(timedelta(hours=8), 'CST')", "\"+08:00\""},
            {"timezone(timedelta(seconds=3661))", "\"+01:01:01\""},
            {"date(2024, 2, 29)", "\"2024-02-29\""},
            {"{date(2024, 2, 29): 1}", "{\"2024-02-29\":1}"},
            {"time(23, 59, 58)", "\"23:59:58\""},
            {"timedelta(days=1, seconds=2, microseconds=500000)", "86402.5"},
            {"timedelta(microseconds=-1)", "-0.000001"},
            {"timedelta(seconds=-2)", "-2"},
            {"timedelta(seconds=-1.5)", "-1.500000"},
            {"uuid.UUID(int=2**127 + 5)", "\"80000000-0000-0000-0000-000000000005\""},
            {"{uuid.UUID(int=7): 1}", "{\"00000000-0000-0000-0000-000000000007\":1}"},
            {"[[i, str(i)] for i in range(3)]", "[[0,\"0\"],[1,\"1\"],[2,\"2\"]]"},
            {"(lambda x: [x, x])(['shared'])", "[[\"shared\"],[\"shared\"]]"},
        };
        List<String> expressions = new ArrayList<>();
        for (String[] each : cases) {
            expressions.add(each[0]);
        }
        List<String> lines = python(directory, DUMP, expressions);
        assertThat(lines).as(String.join("\n", lines)).hasSameSizeAs(expressions);
        for (int i = 0; i < cases.length; i++) {
            String[] protocols = lines.get(i).split(" ");
            for (int protocol = 0; protocol < 6; protocol++) {
                byte[] pickle = HexFormat.of().parseHex(protocols[protocol]);
                String expected = cases[i][1].replace("86402.5", "86402.500000");
                assertThat(PickleReader.toJson(pickle, PickleLimits.DEFAULT).text())
                        .as(cases[i][0] + " in protocol " + protocol)
                        .isEqualTo(expected);
            }
        }
        Evidence.contacted("cpython");
    }

    @Test
    void aLongListAndALongTextCrossTheirFramesAndBatches(@TempDir Path directory) throws Exception {
        List<String> lines =
                python(directory, DUMP, List.of("[{'k': i, 'v': 'x' * 70} for i in range(2500)]", "['y' * 70000, 1]"));
        for (String pickle : lines.get(0).split(" ")) {
            String json = PickleReader.toJson(HexFormat.of().parseHex(pickle), PickleLimits.DEFAULT)
                    .text();
            assertThat(json).startsWith("[{\"k\":0,").endsWith("xx\"}]").contains("{\"k\":2499,");
        }
        for (String pickle : lines.get(1).split(" ")) {
            assertThat(PickleReader.toJson(HexFormat.of().parseHex(pickle), PickleLimits.DEFAULT)
                            .length())
                    .isEqualTo(70_006);
        }
    }

    @Test
    void whatIsWrittenIsWhatPythonWouldHaveWritten(@TempDir Path directory) throws Exception {
        List<String> jsons = List.of(
                "null",
                "[true,false,null]",
                "[0,1,255,256,65535,65536,-1,-128,2147483647,-2147483648,2147483648,-2147483649]",
                "[9007199254740993,-9223372036854775808,18446744073709551616,-340282366920938463463374607431768211456]",
                "1" + "0".repeat(700),
                "[1.5,-0.0,1e3,0.1,1.7976931348623157e308]",
                "[\"\\u00e9\\u00e9\",\"双卖 500\",\"\\ud83d\\ude00\",\"" + "x".repeat(255) + "\",\"" + "y".repeat(256)
                        + "\"]",
                "[[],{},[[]],[{}],{\"aa\":{}}]",
                "{\"accounts\":[\"account1\"],\"timestamp\":1718960000000}",
                numbers(1_000),
                numbers(1_001),
                numbers(2_000),
                texts(3_000),
                members(1_001),
                "[\"" + "z".repeat(65_535) + "\",\"" + "z".repeat(65_536) + "\",1,2,\"ab\"]",
                "\"" + "w".repeat(70_000) + "\"");
        List<String> lines = new ArrayList<>();
        for (String json : jsons) {
            lines.add(HexFormat.of().formatHex(PickleWriter.fromJson(Payload.utf8(json))) + '\t' + json);
        }
        assertThat(python(directory, LOAD, lines)).hasSameSizeAs(jsons).containsOnly("SAME");
        Evidence.contacted("cpython");
    }

    private static String numbers(int count) {
        StringBuilder json = new StringBuilder("[0");
        for (int i = 1; i < count; i++) {
            json.append(',').append(i);
        }
        return json.append(']').toString();
    }

    private static String texts(int count) {
        StringBuilder json = new StringBuilder("[\"text number 0\"");
        for (int i = 1; i < count; i++) {
            json.append(",\"text number ")
                    .append(i)
                    .append("\",[1,{\"kk\":")
                    .append(i)
                    .append("}]");
        }
        return json.append(']').toString();
    }

    private static String members(int count) {
        StringBuilder json = new StringBuilder("{\"key0\":0");
        for (int i = 1; i < count; i++) {
            json.append(",\"key").append(i).append("\":[").append(i).append(']');
        }
        return json.append('}').toString();
    }

    private static List<String> python(Path directory, String script, List<String> input) throws Exception {
        Path file = Files.write(directory.resolve("input"), input);
        try (PeerProcess python = PeerProcess.start(PeerProcess.python(), "-c", script, file.toString())) {
            python.await(30);
            return python.lines();
        }
    }
}
