package io.xy.gateway.zmqbridge.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.Json;
import io.xy.gateway.shared.config.PickleConfig;
import io.xy.gateway.shared.config.PickleConfig.Codec;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.pickle.PickleReader;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.zmqbridge.codec.PayloadCodec.Result;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The strict reader and the helper process, on the same pickles of CPython. */
@Tag("Z3")
class PayloadCodecTest {
    private static final String OURS = "";

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void bothReadTheSameFromWhatPythonWritesInAnyProtocol() throws Exception {
        List<String> values = List.of(
                "None",
                "[True, False, 0, -1, 255, 65536, 2**31, -2**31 - 1, 1718960000000]",
                "[2**53, -2**53 - 1, 2**64, 10**300]",
                "[1.5, -0.25, 1e300, 0.1]",
                "['pong', '双卖 \\U0001f600 \"q\" \\\\ \\n\\r\\t\\x00', 'x' * 300]",
                "[(), (1,), (1, 'b'), (1, 2, (3, 4, 5, 6)), [], {}]",
                "{'a': 1, 'b': {'c': []}}",
                "{1: 'x', None: 0, 2**70: 1}",
                "[b'', b'\\x00\\xff', b'z' * 300]",
                "collections.OrderedDict([('b', 1), ('a', 2)])",
                "[decimal.Decimal('1.50'), decimal.Decimal('-1E+20')]",
                "[datetime.datetime(2024, 6, 21, 9, 30), datetime.datetime(2024, 6, 21, 9, 30, 1, 250)]",
                "datetime.datetime(2024, 6, 21, 9, 30, tzinfo=datetime.timezone.utc)",
                "[datetime.date(2024, 6, 21), datetime.time(9, 30), datetime.timezone(datetime.timedelta(hours=8))]",
                "[datetime.timedelta(days=1, seconds=2, microseconds=3), datetime.timedelta(seconds=-1.5)]",
                "uuid.UUID('12345678-1234-5678-1234-567812345678')");
        List<byte[]> pickles = pickles(values);
        assertThat(pickles).hasSize(values.size() * 4);
        PayloadCodec strict = codec(Codec.JVM, false, OURS, List.of());
        PayloadCodec python = codec(Codec.PYTHON, true, OURS, List.of());
        try {
            for (byte[] pickle : pickles) {
                Payload here = json(strict, pickle);
                Payload there = json(python, pickle);
                assertThat(Json.decodeValue(there.toBuffer()))
                        .as(HexFormat.of().formatHex(pickle))
                        .isEqualTo(Json.decodeValue(here.toBuffer()));
            }
            assertThat(Objects.requireNonNull(python.counts()).done()).isEqualTo(pickles.size());
        } finally {
            python.close();
        }
    }

    @Test
    void classesThatWereConfiguredBecomeWhatTheyHold() throws Exception {
        PayloadCodec codec = codec(Codec.JVM, true, OURS, List.of("desk.model.*"));
        try {
            assertReads(codec, "[Direction.LONG, Leg.CALL]", "[\"LONG\",1]");
            assertReads(
                    codec,
                    "Position('沪500', 1.5, Direction.SHORT)",
                    "{\"symbol\":\"沪500\",\"volume\":1.5,\"direction\":\"SHORT\"}");
            assertReads(codec, "{'p': Point(1, 2)}", "{\"p\":[1,2]}");
            assertReads(codec, "Slotted(1, 2)", "{\"a\":1,\"b\":2}");
            assertReads(codec, "collections.deque([1, 2])", "[1,2]");
            assertReads(codec, "{Direction.LONG: 1}", "{\"LONG\":1}");
        } finally {
            codec.close();
        }
    }

    @Test
    void arraysAndFramesAreReadWhenTheirLibrariesAreAllowed() throws Exception {
        PickleConfig.HelperSettings settings = new PickleConfig.HelperSettings(
                true, PeerProcess.python(), OURS, 1, 8, 1_000, 1L << 30, List.of("numpy", "pandas"));
        PayloadCodec codec = new PayloadCodec(new PickleConfig(Codec.JVM, settings), "test-pickle", 1 << 20);
        try {
            assertReads(codec, "np.array([[1, 2], [3, 4]])", "[[1,2],[3,4]]");
            assertReads(codec, "[np.float64(1.5), np.int64(-7), np.bool_(True)]", "[1.5,-7,true]");
            assertReads(codec, "np.array(['沪500', 'IH'])", "[\"沪500\",\"IH\"]");
            assertReads(
                    codec,
                    "pd.DataFrame({'symbol': ['a', 'b'], 'price': [1.5, 2.0]})",
                    "[{\"symbol\":\"a\",\"price\":1.5},{\"symbol\":\"b\",\"price\":2.0}]");
            assertReads(codec, "pd.Series([1, 2], index=['x', 'y'])", "{\"x\":1,\"y\":2}");
            for (String refused : List.of("np.array([1.0, float('nan')])", "np.array([print])", "Direction.LONG")) {
                for (byte[] pickle : pickles(List.of(refused))) {
                    assertThat(value(codec, pickle).value()).as(refused).isNull();
                }
            }
        } finally {
            codec.close();
        }
    }

    @Test
    @Tag("T-K01")
    void arraysAndFramesAreRefusedWhenNobodyAllowedThem() throws Exception {
        PayloadCodec codec = codec(Codec.JVM, true, OURS, List.of("desk.model.*"));
        try {
            for (byte[] pickle : pickles(List.of("np.array([1])", "pd.Series([1])", "np.float64(1)"))) {
                assertThat(value(codec, pickle).refusal()).isEqualTo("a name is not allowed");
            }
        } finally {
            codec.close();
        }
    }

    @Test
    @Tag("T-K01")
    void whatWasNotConfiguredIsRefusedByTheHelperToo() throws Exception {
        PayloadCodec codec = codec(Codec.JVM, true, OURS, List.of("desk.model.Direction"));
        try {
            for (byte[] pickle : pickles(List.of("Position('x', 1, Direction.LONG)"))) {
                assertThat(value(codec, pickle).refusal()).isEqualTo("a name is not allowed");
            }
            for (String hostile : List.of(
                    "cos\nsystem\n(Vtouch /tmp/x\ntR.",
                    "cposix\nsystem\n(Vx\ntR.",
                    "c__builtin__\neval\n(V1\ntR.",
                    "cbuiltins\ngetattr\n(cdatetime\ndatetime\nV__class__\ntR.",
                    "coperator\nmethodcaller\n(Vx\ntR.",
                    "\u0080\u0004\u008c\u000bdesk.model\u008c\u0012Direction.__class__\u0093.")) {
                byte[] pickle = hostile.getBytes(StandardCharsets.ISO_8859_1);
                assertThat(value(codec, pickle).value()).as(hostile).isNull();
            }
        } finally {
            codec.close();
        }
    }

    @Test
    @Tag("T-K02")
    void aPickleThatWantsTooMuchMemoryIsRefusedAndTheHelperLives() throws Exception {
        PayloadCodec codec = codec(Codec.PYTHON, true, OURS, List.of());
        try {
            byte[] greedy = "cbuiltins\nbytearray\n(I2000000000\ntR.".getBytes(StandardCharsets.US_ASCII);
            assertThat(value(codec, greedy).refusal()).contains("memory");
            assertThat(json(codec, new byte[] {'N', '.'}).text()).isEqualTo("null");
            assertThat(Objects.requireNonNull(codec.counts()).restarts()).isZero();
        } finally {
            codec.close();
        }
    }

    @Test
    void repliesAndCallsGoThroughTheHelper() throws Exception {
        PayloadCodec codec = codec(Codec.PYTHON, true, OURS, List.of());
        try {
            CompletableFuture<Result<byte[]>> call = new CompletableFuture<>();
            codec.writeCall("set", Payload.utf8(" [[1,\"双\"],{\"k\":null}]"), call::complete);
            byte[] pickle =
                    Objects.requireNonNull(call.get(20, TimeUnit.SECONDS).value());
            assertThat(json(codec(Codec.JVM, false, OURS, List.of()), pickle).text())
                    .isEqualTo("[\"set\",[1,\"双\"],{\"k\":null}]");
            CompletableFuture<Result<byte[]>> bad = new CompletableFuture<>();
            codec.writeCall("set", Payload.utf8("[1]"), bad::complete);
            assertThat(bad.get(20, TimeUnit.SECONDS).refusal()).contains("array");
            for (byte[] reply : pickles(List.of("[False, 'no']"))) {
                PickleReader.Reply read =
                        Objects.requireNonNull(reply(codec, reply).value());
                assertThat(read.ok()).isFalse();
                assertThat(read.json().text()).isEqualTo("\"no\"");
            }
            assertThat(reply(codec, new byte[] {'N', '.'}).refusal()).contains("flag");
        } finally {
            codec.close();
        }
    }

    @Test
    void aHelperThatDiesHangsOrTalksNonsenseIsReplaced() throws Exception {
        PayloadCodec codec = codec(Codec.PYTHON, true, "src/test/python/helper_that_misbehaves.py", List.of());
        try {
            for (String deed : List.of("die", "sleep", "huge", "half")) {
                assertThat(value(codec, ascii(deed)).refusal()).as(deed).contains("did not answer");
                assertThat(json(codec, ascii("1")).text()).isEqualTo("1");
            }
            assertThat(Objects.requireNonNull(codec.counts()).restarts()).isEqualTo(4);
        } finally {
            codec.close();
        }
    }

    @Test
    void whatDoesNotFitIntoTheQueueIsRefusedAtOnce() throws Exception {
        PayloadCodec codec = codec(Codec.PYTHON, true, "src/test/python/helper_that_misbehaves.py", List.of());
        List<CompletableFuture<Result<Payload>>> asked = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            CompletableFuture<Result<Payload>> each = new CompletableFuture<>();
            codec.readValue(ascii("sleep"), each::complete);
            asked.add(each);
        }
        assertThat(asked.get(19)).isDone();
        assertThat(asked.get(19).get().refusal()).contains("no more");
        codec.close();
        for (CompletableFuture<Result<Payload>> each : asked) {
            assertThat(each.get(20, TimeUnit.SECONDS).value()).isNull();
        }
    }

    @Test
    void withoutAnInterpreterEverythingIsRefused() throws Exception {
        PickleConfig config = new PickleConfig(Codec.PYTHON, helper(true, "/nowhere/python3", OURS, List.of()));
        PayloadCodec codec = new PayloadCodec(config, "test-pickle", 1 << 20);
        try {
            assertThat(value(codec, new byte[] {'N', '.'}).refusal()).contains("did not answer");
        } finally {
            codec.close();
        }
    }

    private void assertReads(PayloadCodec codec, String expression, String expected) throws Exception {
        for (byte[] pickle : pickles(List.of(expression))) {
            assertThat(json(codec, pickle).text()).isEqualTo(expected);
        }
    }

    private List<byte[]> pickles(List<String> expressions) throws Exception {
        Path file = Files.write(directory.resolve("expressions"), expressions);
        try (PeerProcess python =
                PeerProcess.start(PeerProcess.python(), "src/test/python/pickles.py", file.toString())) {
            python.awaitLine("done");
            Evidence.contacted("cpython");
            return python.lines().stream()
                    .filter(line -> line.startsWith("pickles "))
                    .flatMap(line -> List.of(line.substring(8).split(" ")).stream())
                    .map(HexFormat.of()::parseHex)
                    .toList();
        }
    }

    private static Payload json(PayloadCodec codec, byte[] pickle) throws Exception {
        Result<Payload> result = value(codec, pickle);
        assertThat(result.refusal()).isEmpty();
        return Objects.requireNonNull(result.value());
    }

    private static Result<Payload> value(PayloadCodec codec, byte[] pickle) throws Exception {
        return await(then -> codec.readValue(pickle, then));
    }

    private static Result<PickleReader.Reply> reply(PayloadCodec codec, byte[] pickle) throws Exception {
        return await(then -> codec.readReply(pickle, then));
    }

    private static <T> Result<T> await(Consumer<Consumer<Result<T>>> asking) throws Exception {
        CompletableFuture<Result<T>> result = new CompletableFuture<>();
        asking.accept(result::complete);
        return result.get(20, TimeUnit.SECONDS);
    }

    private static PayloadCodec codec(Codec codec, boolean enabled, String script, List<String> allow) {
        return new PayloadCodec(
                new PickleConfig(codec, helper(enabled, PeerProcess.python(), script, allow)), "test-pickle", 1 << 20);
    }

    private static PickleConfig.HelperSettings helper(
            boolean enabled, String python, String script, List<String> allow) {
        return new PickleConfig.HelperSettings(enabled, python, script, 1, 8, 1_000, 256L << 20, allow);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
