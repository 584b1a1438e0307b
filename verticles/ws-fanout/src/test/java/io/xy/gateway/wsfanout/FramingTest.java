package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Tag("N4")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FramingTest {
    private static final int TEXT = 0x81;
    private static final int TEXT_PART = 0x01;
    private static final int PART = 0x00;
    private static final int LAST = 0x80;
    private static final int BINARY = 0x82;

    private final Gateway gateway = Gateway.start("WS_MAX_FRAME", "2048");

    @AfterAll
    void close() {
        gateway.close();
    }

    @Test
    void invalidUtf8ClosesWith1007() {
        assertThat(closeAfter(RawSocket.frame(TEXT, new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'})))
                .isEqualTo(1007);
        assertThat(closeAfter(
                        RawSocket.frame(TEXT_PART, new byte[] {'"', (byte) 0xe2, (byte) 0x82}),
                        RawSocket.frame(LAST, new byte[] {'"'})))
                .isEqualTo(1007);
    }

    @Test
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
    void brokenFramesCloseWith1002() {
        assertThat(closeAfter(new byte[] {(byte) TEXT, 1, 'x'})).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(0xc1, new byte[] {'x'}))).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(0x83, new byte[] {'x'}))).isEqualTo(1002);
        assertThat(closeAfter(RawSocket.frame(LAST, new byte[] {'x'}))).isEqualTo(1002);
    }

    @Test
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
