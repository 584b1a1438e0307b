package io.xy.gateway.shared.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.xy.gateway.shared.message.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pickles that no honest service writes. */
@Tag("Z3")
class PickleHostileTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "cos\nsystem\n(S'x'\ntR.",
                "cos\nsystem\n(Vx\ntR.",
                "c__builtin__\neval\n(V1\ntR.",
                "cbuiltins\neval\n(V1\ntR.",
                "coperator\nmethodcaller\n(Vx\ntR.",
                "cimportlib\nimport_module\n(Vx\ntR.",
                "cdataclasses\nmake_dataclass\n(Vx\ntR.",
                "(ios\nsystem\n.",
                "(cos\nsystem\no.",
                "Pid\n.",
                "Vid\nQ.",
                "\u0082\u0001.",
                "\u0083\u0001\u0000.",
                "\u0084\u0001\u0000\u0000\u0000.",
                "\u008c\u0002os\u008c\u0006system\u0093.",
                "\u008c\u0008datetime\u008c\u0011datetime.__class__\u0093.",
                "cdatetime\ndatetime\n)\u0081.",
                "cdecimal\nDecimal\n)\u0081.",
                "cuuid\nUUID\n)\u0081)b.",
                "cuuid\nUUID\n)\u0081.",
                "cuuid\nUUID\n)R.",
                "cuuid\nUUID\n)}\u0092.",
                "]}b.",
                "ccopy_reg\n_reconstructor\n(cdecimal\nDecimal\nc__builtin__\nobject\nNtR.",
                "c__builtin__\nobject\n)R.",
                "c__builtin__\nbytes\n(K\u0005tR.",
                "c_codecs\nencode\n(Vx\nVrot13\ntR.",
                "c_codecs\nencode\n(V\\u4e00\nVlatin1\ntR.",
                "ccollections\nOrderedDict\n(]tR.",
                "cdatetime\ndatetime\n.",
                "cdecimal\nDecimal\n(VNaN\ntR.",
                "cdecimal\nDecimal\n(V1E+999999999\ntR.",
                "cdecimal\nDecimal\n(V1E+401\ntR.",
                "cdecimal\nDecimal\n(K\u0001tR.",
                "cdatetime\ndatetime\n(C\n\u0000\u0000\u0001\u0001\u0000\u0000\u0000\u0000\u0000\u0000tR.",
                "cdatetime\ndatetime\n(C\n\u0007\u00e8\r\u0001\u0000\u0000\u0000\u0000\u0000\u0000tR.",
                "cdatetime\ntime\n(C\u0006\u0018\u0000\u0000\u0000\u0000\u0000tR.",
                "cdatetime\ntimedelta\n(K\u0000J\u00ff\u00ff\u00ff\u00ffK\u0000tR.",
                "cdatetime\ntimezone\n(K\u0001tR.",
                "\u008f.",
                "(\u0091.",
                "U\u0001x.",
                "T\u0001\u0000\u0000\u0000x.",
                "\u0097.",
                "K\u00010K\u0002.",
                "K\u00012.",
                "\u0080\u0006N.",
                "\u0080\u00ffN.",
                "\u00fe.",
            })
    @Tag("T-K01")
    void nothingButTheAgreedOpcodesAndNamesIsAccepted(String pickle) {
        refused(pickle.getBytes(StandardCharsets.ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "8004580000008041412e",
                "8004 58ffffff7f 41414141 2e",
                "8004 42ffffff7f 41414141 2e",
                "8004 58ffffffff 41414141 2e",
                "8004 8d00000000000000 8041 2e",
                "8004 8dffffffffffffffff 41 2e",
                "8004 8effffff7f00000000 41 2e",
                "8005 960000000001000000 41 2e",
                "8004 95ffffffffffffff7f 4e2e",
                "8004 8bffffff7f 01 2e",
                "8004 8bffffffff 01 2e",
                "8004 8b00020000 01 2e",
                "4e 72ffffff7f 2e",
                "4e 72ffffffff 2e",
                "4e 72a0860100 2e",
                "6affffffff2e",
                "6800 2e",
                "4e71005d6801 612e",
                "4e704f6f0a2e",
                "49 2e",
                "4c31324c",
                "4931780a2e",
                "46696e660a2e",
                "476e616e0a2e",
                "47 7ff0000000000000 2e",
                "47 7ff8000000000001 2e",
                "58 03000000 eda080 2e",
                "58 02000000 c080 2e",
                "58 01000000 ff 2e",
                "565c75643830300a2e",
                "565c753132330a2e",
                "565c5530303131303030300a2e",
            })
    @Tag("T-K02")
    void anAnnouncedLengthIsNotBelieved(String hex) {
        refused(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "(.",
                "NN.",
                "N.N",
                "a.",
                "]a.",
                "]Ns.",
                "}Ns.",
                "}(Nu.",
                "}(K\u0001K\u0002K\u0003u.",
                "K\u0001K\u0002a.",
                "e.",
                "](K\u0001.",
                "t.",
                "l.",
                "d.",
                "(Nd.",
                "\u0085.",
                "N\u0086.",
                "}]Ns.",
                "})Ns.",
                "}}Ns.",
                "R.",
                "NNR.",
                "N\u0093.",
                "NN\u0093.",
                "b.",
                "Nb.",
                "\u0081.",
                "\u0094.",
                "q\u0000.",
                ")K\u0001a.",
                "}K\u0001a.",
                "](NNu.",
                "}Va\nNVa\nN(NNu.",
                "}K\u0001K\u0001sV1\nK\u0002s."
            })
    void aStackThatDoesNotAddUpIsRefused(String pickle) {
        refused(pickle.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aValueThatContainsItselfIsRefused() {
        refused("]q\u0000h\u0000a.".getBytes(StandardCharsets.ISO_8859_1));
        refused("}q\u0000Vx\nh\u0000s.".getBytes(StandardCharsets.ISO_8859_1));
        refused("]q\u0000}q\u0001Vx\nh\u0000sa.".getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aSharedValueMayAppearTwice() throws Exception {
        byte[] pickle = "]q\u0000]q\u0001(h\u0000h\u0000e.".getBytes(StandardCharsets.ISO_8859_1);
        // The inner list stays below the outer one on the stack, so it is put into it first.
        refused(pickle);
        assertThat(PickleReader.toJson(
                                "](]q\u0000h\u0000e.".getBytes(StandardCharsets.ISO_8859_1), PickleLimits.DEFAULT)
                        .text())
                .isEqualTo("[[],[]]");
    }

    @Test
    void aSmallMessageThatExpandsWithoutEndIsRefused() {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes("]q\u0000(N".getBytes(StandardCharsets.ISO_8859_1));
        bomb.write('e');
        for (int level = 1; level < 60; level++) {
            bomb.writeBytes(("](" + "h" + (char) (level - 1) + "h" + (char) (level - 1) + "eq" + (char) level)
                    .getBytes(StandardCharsets.ISO_8859_1));
        }
        bomb.write('.');
        // All the levels but the last lie below on the stack; gather them in one tuple.
        byte[] levels = bomb.toByteArray();
        byte[] pickle = new byte[levels.length + 2];
        pickle[0] = '(';
        System.arraycopy(levels, 0, pickle, 1, levels.length - 1);
        pickle[pickle.length - 2] = 't';
        pickle[pickle.length - 1] = '.';
        assertThatThrownBy(() -> PickleReader.toJson(pickle, PickleLimits.DEFAULT))
                .isInstanceOf(PickleException.class)
                .hasMessageContaining("expands");
    }

    @Test
    void aLongTextThatIsRepeatedIsRefusedByItsSize() {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        bomb.writeBytes("(V".getBytes(StandardCharsets.ISO_8859_1));
        bomb.writeBytes("x".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1));
        bomb.writeBytes("\nq\u0000".getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < 1_000; i++) {
            bomb.writeBytes("h\u0000".getBytes(StandardCharsets.ISO_8859_1));
        }
        bomb.writeBytes("t.".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> PickleReader.toJson(bomb.toByteArray(), PickleLimits.DEFAULT))
                .isInstanceOf(PickleException.class)
                .hasMessageContaining("too many bytes");
    }

    @Test
    void eachBudgetIsKept() throws Exception {
        PickleLimits tight = new PickleLimits(2, 5, 64, 20, 20);
        assertThat(json("[[1]]", tight)).isEqualTo("[[1]]");
        assertThatThrownBy(() -> json("[[[1]]]", tight)).hasMessageContaining("deep");
        assertThatThrownBy(() -> json("[1,2,3,4,5]", tight)).hasMessageContaining("many values");
        assertThatThrownBy(() -> json("\"" + "x".repeat(80) + "\"", tight)).hasMessageContaining("too long");
        assertThatThrownBy(() -> json("\"" + "x".repeat(30) + "\"", tight)).hasMessageContaining("many bytes");
        assertThatThrownBy(() -> json("123456789012345678901234567890", tight)).hasMessageContaining("too long");
        assertThatThrownBy(() -> new PickleLimits(0, 1, 1, 1, 20)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @Tag("T-K04")
    void aTruncatedOrDamagedMessageIsRefusedOrReadAsAValueAndNothingElse() throws Exception {
        List<byte[]> samples = new ArrayList<>();
        samples.add(PickleWriter.reply(
                true,
                Payload.utf8("{\"id\":\"account1\",\"balance\":1000000.5,\"n\":[1,-2,300,70000,1718960000000,null],"
                        + "\"名\":{\"x\":true,\"y\":[]},\"big\":123456789012345678901234567890}")));
        samples.add(PickleWriter.call("get", Payload.utf8("[[1,2,3,4],{\"a\":\"b\"}]")));
        samples.add(
                "(dp0\nVa\np1\nI01\nsVb\nL12L\nsVc\nF1.5\nsVd\n(lp2\nVx\nas.".getBytes(StandardCharsets.ISO_8859_1));
        samples.add(("(cdatetime\ndatetime\n(C\n\u0007\u00e8\u0006\u0015\t\u001e\u0000\u0000\u0000\u0000tR"
                        + "cdecimal\nDecimal\n(V1.50\ntRcuuid\nUUID\n)\u0081}Vint\nL99L\nsbt.")
                .getBytes(StandardCharsets.ISO_8859_1));
        for (byte[] sample : samples) {
            assertThat(PickleReader.toJson(sample, PickleLimits.DEFAULT).isEmpty())
                    .isFalse();
            for (int end = 0; end < sample.length; end++) {
                refused(java.util.Arrays.copyOf(sample, end));
            }
            for (int bit = 0; bit < sample.length * 8; bit++) {
                byte[] damaged = sample.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                readOrRefuse(damaged);
            }
        }
    }

    @Test
    void noiseIsRefusedOrReadAndNeverThrowsAnythingElse() {
        Random random = new Random(7);
        byte[] likely =
                ".(N]}t)aesuqhjrpgR\u0085\u0086\u0087\u0094K\u0001V\nI0cb".getBytes(StandardCharsets.ISO_8859_1);
        for (int round = 0; round < 200_000; round++) {
            byte[] noise = new byte[1 + random.nextInt(24)];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = random.nextInt(8) == 0 ? (byte) random.nextInt(256) : likely[random.nextInt(likely.length)];
            }
            noise[noise.length - 1] = '.';
            readOrRefuse(noise);
        }
    }

    private static String json(String json, PickleLimits limits) throws PickleException {
        return PickleReader.toJson(PickleWriter.fromJson(Payload.utf8(json)), limits)
                .text();
    }

    private static void refused(byte[] pickle) {
        assertThatThrownBy(() -> PickleReader.toJson(pickle, PickleLimits.DEFAULT))
                .isInstanceOf(PickleException.class);
    }

    private static void readOrRefuse(byte[] pickle) {
        try {
            Payload json = PickleReader.toJson(pickle, PickleLimits.DEFAULT);
            assertThat(PickleWriter.fromJson(json)).isNotEmpty();
        } catch (PickleException e) {
            assertThat(e.getMessage()).isNotEqualTo("the message cannot be read");
        } catch (RuntimeException e) {
            fail("threw " + e + " on " + HexFormat.of().formatHex(pickle));
        }
    }
}
