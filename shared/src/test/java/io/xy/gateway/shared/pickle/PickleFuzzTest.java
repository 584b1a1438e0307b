package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.vertx.core.json.Json;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many pickles of CPython, whole and damaged: the whole ones are read as Python meant them, the others do no harm. */
@Tag("Z3")
class PickleFuzzTest {
    /** Writes COUNT lines {@code hex TAB json}, or {@code hex TAB} for a pickle that was damaged; two of five are whole. */
    private static final String GENERATOR = """
            import base64, datetime, decimal, json, pickle, random, sys, uuid
            seed, count, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
            r = random.Random(seed)
            letters = 'abz09 _"\\\\\\n\\u00e9\\u53cc\\u5356\\U0001f600'
            def text(): return ''.join(r.choice(letters) for _ in range(r.choice([0, 1, 3, 8, 300 if r.random() < .02 else 5])))
            def scalar():
                k = r.randrange(14)
                if k == 0: return None
                if k == 1: return r.random() < .5
                if k == 2: return r.randrange(-300, 300)
                if k == 3: return r.randrange(-2**33, 2**33)
                if k == 4: return r.randrange(-2**70, 2**70)
                if k == 5: return r.uniform(-1e6, 1e6)
                if k == 6: return r.choice([0.0, 1e300, -1e-300, 5.123])
                if k == 7: return bytes(r.randrange(256) for _ in range(r.randrange(9)))
                if k == 8: return decimal.Decimal(r.randrange(-10**12, 10**12)).scaleb(-r.randrange(6))
                if k == 9: return datetime.datetime(r.randrange(1, 9999), r.randrange(1, 13), r.randrange(1, 28), r.randrange(24), r.randrange(60), r.randrange(60), r.choice([0, r.randrange(10**6)]))
                if k == 10: return datetime.date(r.randrange(1, 9999), r.randrange(1, 13), r.randrange(1, 28))
                if k == 11: return uuid.UUID(int=r.getrandbits(128))
                return text()
            def value(depth):
                k = r.random()
                if depth == 0 or k < .4: return scalar()
                n = r.choice([0, 1, 2, 3, 5])
                if k < .6: return [value(depth - 1) for _ in range(n)]
                if k < .75: return tuple(value(depth - 1) for _ in range(n))
                return {text(): value(depth - 1) for _ in range(n)}
            def plain(v):
                if v is None or isinstance(v, (bool, str, float)): return v
                if isinstance(v, int): return v if abs(v) <= 2**53 else str(v)
                if isinstance(v, bytes): return base64.b64encode(v).decode()
                if isinstance(v, (decimal.Decimal, uuid.UUID)): return str(v)
                if isinstance(v, (datetime.datetime, datetime.date)): return v.isoformat()
                if isinstance(v, dict): return {k: plain(x) for k, x in v.items()}
                return [plain(x) for x in v]
            def damaged(b):
                b = bytearray(b)
                for _ in range(r.choice([1, 1, 2, 4])):
                    k = r.randrange(4)
                    i = r.randrange(len(b)) if b else 0
                    if k == 0 and b: b[i] ^= 1 << r.randrange(8)
                    elif k == 1: b[i:i] = bytes([r.randrange(256)])
                    elif k == 2 and b: del b[i:i + r.randrange(1, 5)]
                    else: b[i:i] = b[r.randrange(len(b)):][:r.randrange(1, 9)] if b else b'.'
                return bytes(b)
            with open(path, 'w') as out:
                for i in range(count):
                    v = value(r.choice([0, 1, 2, 4]))
                    b = pickle.dumps(v, r.randrange(6))
                    if i % 5 < 2: out.write(b.hex() + '\\t' + json.dumps(plain(v)) + '\\n')
                    else: out.write(damaged(b).hex() + '\\t\\n')
            print('written')
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it.
    private Path directory;

    @Test
    void fiftyThousandPicklesAreReadAsPythonMeantThemOrRefused() throws Exception {
        run(1, 50_000);
    }

    @Test
    @Tag("nightly")
    void aMillionPicklesAreReadAsPythonMeantThemOrRefused() throws Exception {
        run(2, 1_000_000);
    }

    @Test
    @Tag("T-K04")
    void fiftyRecordedRepliesTruncatedAnywhereAreRefusedAndWithAnyBitFlippedDoNoHarm() throws Exception {
        List<String> replies = Files.readAllLines(Path.of("src/test/resources/golden/pickle-replies.txt"));
        assertThat(replies).hasSize(50);
        for (String hex : replies) {
            byte[] reply = HexFormat.of().parseHex(hex);
            assertThat(PickleReader.reply(reply, PickleLimits.DEFAULT).json().length())
                    .isPositive();
            assertBothWaysAgree(reply);
            for (int end = 0; end < reply.length; end++) {
                byte[] part = Arrays.copyOf(reply, end);
                assertThatThrownBy(() -> PickleReader.reply(part, PickleLimits.DEFAULT))
                        .isInstanceOf(PickleException.class);
            }
            for (int bit = 0; bit < reply.length * 8; bit++) {
                byte[] flipped = reply.clone();
                flipped[bit / 8] ^= (byte) (1 << bit % 8);
                readOrRefuse(flipped);
            }
        }
    }

    private void run(int seed, int count) throws Exception {
        Path file = directory.resolve("pickles");
        try (PeerProcess python = PeerProcess.start(
                PeerProcess.python(), "-c", GENERATOR, String.valueOf(seed), String.valueOf(count), file.toString())) {
            assertThat(python.await(600)).as("%s", python.lines()).isZero();
        }
        Evidence.contacted("cpython");
        int whole = 0;
        int lines = 0;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines++;
                int tab = line.indexOf('\t');
                byte[] pickle = HexFormat.of().parseHex(line, 0, tab);
                if (tab + 1 < line.length()) {
                    whole++;
                    assertSame(pickle, line.substring(tab + 1));
                } else {
                    readOrRefuse(pickle);
                }
            }
        }
        assertThat(lines).isEqualTo(count);
        assertThat(whole).isGreaterThan(count * 3 / 10);
    }

    private static void assertSame(byte[] pickle, String expected) throws PickleException {
        Object read = Json.decodeValue(
                PickleReader.toJson(pickle, PickleLimits.DEFAULT).toBuffer());
        if (!String.valueOf(read).equals(String.valueOf(Json.decodeValue(expected)))) {
            fail("read " + read + " and not " + expected + " from "
                    + HexFormat.of().formatHex(pickle));
        }
        assertBothWaysAgree(pickle);
    }

    /** What the short way reads, the long way reads in the same bytes. */
    private static void assertBothWaysAgree(byte[] pickle) throws PickleException {
        byte[] plain = PlainPickle.json(pickle, PickleLimits.DEFAULT);
        if (plain != null) {
            Payload machine =
                    PickleJson.write(new PickleMachine(pickle, PickleLimits.DEFAULT).run(), PickleLimits.DEFAULT);
            if (!machine.equals(Payload.of(plain))) {
                fail("the short way reads " + new String(plain, StandardCharsets.UTF_8) + " and the long way "
                        + machine.text() + " from " + HexFormat.of().formatHex(pickle));
            }
        }
    }

    private static void readOrRefuse(byte[] pickle) {
        try {
            Payload json = PickleReader.toJson(pickle, PickleLimits.DEFAULT);
            Json.decodeValue(json.toBuffer());
            assertBothWaysAgree(pickle);
        } catch (PickleException e) {
            if (String.valueOf(e.getMessage()).equals("the message cannot be read")) {
                fail("a defect of the reader was met by " + HexFormat.of().formatHex(pickle));
            }
        } catch (RuntimeException e) {
            fail("threw " + e + " on " + HexFormat.of().formatHex(pickle));
        }
    }
}
