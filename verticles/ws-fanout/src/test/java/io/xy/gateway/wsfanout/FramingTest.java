package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingTest {
    private static final int TEXT = 0x81;
    private static final int TEXT_PART = 0x01;
    private static final int PART = 0x00;
    private static final int LAST = 0x80;
    private static final int BINARY = 0x82;

    private final Gateway gateway = Gateway.start("WS_MAX_FRAME", "2048", "WS_AUTH_TIMEOUT", "60s");

    @AfterAll
    void close() {
        gateway.close();
    }

    @Test
    @Tag("T-D02")
    void invalidUtf8ClosesWith1007() {
        assertThat(closeAfter(RawSocket.frame(TEXT, new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'})))
                .isEqualTo(1007);
        assertThat(closeAfter(
                        RawSocket.frame(TEXT_PART, new byte[] {'"', (byte) 0xe2, (byte) 0x82}),
                        RawSocket.frame(LAST, new byte[] {'"'})))
                .isEqualTo(1007);
    }

    @Test
    @Tag("T-D03")
    void aCharacterAcrossFragmentsAndAnEmptyFirstFragmentAreFine() {
        try (RawSocket raw = open()) {
            byte[] pong = "{\"op\":\"nonsense-€\",\"id\":77}".getBytes(StandardCharsets.UTF_8);
            int cut = 17;
            raw.send(RawSocket.frame(TEXT_PART, new byte[0]));
            raw.send(RawSocket.frame(PART, Arrays.copyOf(pong, cut)));
            raw.send(RawSocket.frame(LAST, Arrays.copyOfRange(pong, cut, pong.length)));
            assertThat(raw.awaitText(text -> text.contains("\"err\",77"))).contains("unauthorized");
        }
    }

    @Test
    void aFrameThatIsTooLargeClosesWith4305() {
        assertThat(closeAfter(RawSocket.frame(TEXT, new byte[3_000]))).isEqualTo(4305);
    }

    @Test
    void fragmentsThatAreTooLargeTogetherCloseWith4305() {
        byte[] part = "a".repeat(1_500).getBytes(StandardCharsets.US_ASCII);
        assertThat(closeAfter(RawSocket.frame(TEXT_PART, part), RawSocket.frame(LAST, part)))
                .isEqualTo(4305);
    }

    @Test
    void binaryDataClosesWith4300() {
        assertThat(closeAfter(RawSocket.frame(BINARY, new byte[] {1}))).isEqualTo(4300);
    }

    @Test
    @Tag("T-D07")
    void brokenFramesCloseWith1002() {
        assertThat(closeAfter(new byte[] {(byte) TEXT, 1, 'x'})).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(0xc1, new byte[] {'x'}))).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(0x83, new byte[] {'x'}))).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(LAST, new byte[] {'x'}))).isEqualTo(1002);
    }

    @Test
    @Tag("T-D08")
    void aFloodOfPingsIsCutOff() {
        try (RawSocket raw = open()) {
            byte[] ping = RawSocket.frame(0x89, new byte[0]);
            byte[] flood = new byte[ping.length * 3_000];
            for (int i = 0; i < 3_000; i++) {
                System.arraycopy(ping, 0, flood, i * ping.length, ping.length);
            }
            raw.send(flood);
            assertThat(raw.awaitCloseCode()).isEqualTo(4101);
        }
    }

    /** Every way to spoil UTF-8, whole and cut into two fragments anywhere. */
    @Test
    @Tag("T-D02")
    void noMalformedTextPassesHoweverItIsCut() {
        for (String hex : List.of("c080", "e28228", "eda080", "f4908080", "f8888080", "80", "ff", "22e282", "f09f92")) {
            byte[] text = HexFormat.of().parseHex(hex);
            assertThat(closeAfter(RawSocket.frame(TEXT, text))).as(hex).isEqualTo(1007);
            for (int cut = 0; cut <= text.length; cut++) {
                assertThat(closeAfter(
                                RawSocket.frame(TEXT_PART, Arrays.copyOf(text, cut)),
                                RawSocket.frame(LAST, Arrays.copyOfRange(text, cut, text.length))))
                        .as(hex + " cut at " + cut)
                        .isEqualTo(1007);
            }
        }
        assertThat(closeAfter(RawSocket.frame(0x88, new byte[] {3, (byte) 0xe8, (byte) 0xff})))
                .isIn(1002, 1007);
    }

    @Test
    @Tag("T-D03")
    void aMessageArrivesHoweverItIsCut() {
        byte[] op = "{\"op\":\"€\",\"id\":78}".getBytes(StandardCharsets.UTF_8);
        try (RawSocket raw = open()) {
            for (int cut = 0; cut <= op.length; cut++) {
                raw.send(RawSocket.frame(TEXT_PART, Arrays.copyOf(op, cut)));
                raw.send(RawSocket.frame(PART, new byte[0]));
                raw.send(RawSocket.frame(LAST, Arrays.copyOfRange(op, cut, op.length)));
                int count = cut + 1;
                if (count < 19) {
                    raw.awaitText(text -> text.split("\"err\",78", -1).length == count + 1);
                }
            }
            assertThat(raw.awaitText(text -> text.split("\"err\",78", -1).length > 19))
                    .contains("\"err\",78");
        }
    }

    @Test
    @Tag("T-D06")
    void lengthsThatNobodyMayAnnounceCloseAtOnce() {
        assertThat(closeAfter(HexFormat.of().parseHex("81ff7fffffffffffffff00000000")))
                .isEqualTo(4305);
        assertThat(closeAfter(HexFormat.of().parseHex("81ffffffffffffffffff00000000")))
                .isEqualTo(1002);
        assertThat(closeAfter(HexFormat.of().parseHex("81ff000000008000000000000000")))
                .isEqualTo(4305);
        assertThat(closeAfter(HexFormat.of().parseHex("81fe0005000000006868686868")))
                .isEqualTo(1002);
        assertThat(closeAfter(HexFormat.of().parseHex("81ff00000000000000050000000068")))
                .isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(TEXT, new byte[2_049]))).isEqualTo(4305);
    }

    @Test
    @Tag("T-D06")
    void theLargestFrameThatIsAllowedPasses() {
        try (RawSocket raw = open()) {
            String op = "{\"op\":\"x\",\"id\":79,\"pad\":\"";
            String whole = op + "p".repeat(2_048 - op.length() - 2) + "\"}";
            raw.send(RawSocket.frame(TEXT, whole.getBytes(StandardCharsets.US_ASCII)));
            assertThat(raw.awaitText(text -> text.contains("\"err\",79"))).contains("\"err\",79");
        }
    }

    @ParameterizedTest
    @ValueSource(
            ints = {0x83, 0x84, 0x85, 0x86, 0x87, 0x8b, 0x8c, 0x8d, 0x8e, 0x8f, 0x91, 0xa1, 0xc1, 0xf1, 0x09, 0x0a, 0x08
            })
    @Tag("T-D07")
    void reservedBitsAndCodesAndCutControlFramesCloseWith1002(int first) {
        assertThat(closeAfter(RawSocket.frame(first, new byte[] {'x'}))).isEqualTo(1002);
    }

    @Test
    @Tag("T-D07")
    void controlFramesAreSmallAndDataDoesNotInterruptData() {
        assertThat(closeAfter(RawSocket.frame(0x89, new byte[126]))).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(TEXT_PART, new byte[] {'{'}), RawSocket.frame(TEXT, new byte[] {'{'})))
                .isEqualTo(1002);
        try (RawSocket raw = open()) {
            raw.send(RawSocket.frame(0x89, new byte[125]));
            raw.send(RawSocket.frame(TEXT_PART, "{\"op\":1,".getBytes(StandardCharsets.US_ASCII)));
            raw.send(RawSocket.frame(0x89, new byte[0]));
            raw.send(RawSocket.frame(LAST, "\"id\":80}".getBytes(StandardCharsets.US_ASCII)));
            assertThat(raw.awaitText(text -> text.contains("\"err\",80"))).contains("\"err\",80");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"8980", "8a80", "8180", "0180", "0181"})
    @Tag("T-D08")
    void aFloodOfAnyFramesIsCutOff(String head) {
        byte[] first = HexFormat.of().parseHex(head + "00000000" + (head.equals("0181") ? "20" : ""));
        byte[] next = HexFormat.of().parseHex(head.equals("0181") ? "00810000000020" : "0080" + "00000000");
        byte[] more = head.startsWith("01") ? next : first;
        try (RawSocket raw = open()) {
            raw.send(first);
            byte[] flood = new byte[more.length * 3_000];
            for (int i = 0; i < 3_000; i++) {
                System.arraycopy(more, 0, flood, i * more.length, more.length);
            }
            raw.trySend(flood);
            // A whole text without anything in it is also a mistake each time.
            assertThat(raw.awaitCloseCode()).isIn(4101, 4300);
        }
    }

    @Test
    @Tag("T-D10")
    void whoGoesInTheMiddleOfAFrameLeavesNothingBehind() {
        Await.until("nobody is left", () -> gateway.figure("clients") == 0);
        RawSocket half = open();
        RawSocket cut = open();
        RawSocket gone = open();
        Await.until("three are there", () -> gateway.figure("clients") == 3);
        half.send((byte) TEXT, (byte) 0xfe, (byte) 1);
        half.halfClose();
        cut.send((byte) TEXT, (byte) 0xfe, (byte) 1, (byte) 0, (byte) 0);
        cut.reset();
        gone.send((byte) TEXT);
        gone.close();
        Await.until("nobody is left", () -> gateway.figure("clients") == 0);
        half.close();
    }

    /** A minute after the last whole frame, however often single bytes come. */
    @Test
    @Tag("T-D10")
    @Tag("nightly")
    void aFrameThatDripsInIsGivenUp() {
        try (RawSocket raw = open()) {
            raw.send((byte) TEXT, (byte) 0xfe, (byte) 7, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
            Await.until("it is closed", Duration.ofSeconds(90), () -> {
                raw.trySend((byte) ' ');
                raw.awaitText(text -> true);
                return raw.closeCode() != 0;
            });
            assertThat(raw.closeCode()).isIn(4002, 4202);
        }
    }

    private int closeAfter(byte[]... frames) {
        try (RawSocket raw = open()) {
            for (byte[] frame : frames) {
                raw.send(frame);
            }
            return raw.awaitCloseCode();
        }
    }

    private RawSocket open() {
        RawSocket raw = RawSocket.connect(gateway.port());
        raw.sendUpgrade("/ws", "Sec-WebSocket-Protocol: xy.v1.json");
        raw.awaitText(text -> text.contains("hello"));
        return raw;
    }
}
