package io.xy.gateway.zmqbridge.zmtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("Z1")
class FrameReaderTest {
    private static final int LONGEST = 70_000;

    private final List<byte[]> bodies = new ArrayList<>();
    private final List<Integer> kinds = new ArrayList<>();
    private final FrameReader reader = new FrameReader(LONGEST);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void framesAreTheSameInWhateverPiecesTheyCome(long seed) throws Exception {
        Random random = new Random(seed);
        List<byte[]> sent = new ArrayList<>();
        List<Integer> flags = new ArrayList<>();
        Buffer wire = Buffer.buffer();
        for (int i = 0; i < 300; i++) {
            int[] sizes = {0, 1, 255, 256, random.nextInt(300), random.nextInt(LONGEST + 1)};
            byte[] body = new byte[i % 50 == 0 ? LONGEST : sizes[random.nextInt(sizes.length)]];
            random.nextBytes(body);
            sent.add(body);
            flags.add(random.nextInt(2) * Wire.MORE | random.nextInt(2) * Wire.COMMAND);
            Wire.append(wire, flags.get(i), body);
        }
        for (int at = 0; at < wire.length(); ) {
            int part = Math.min(wire.length() - at, random.nextInt(10) == 0 ? 65_536 : 1 + random.nextInt(700));
            read(wire.getBuffer(at, at + part));
            at += part;
        }
        assertThat(kinds).isEqualTo(flags);
        assertThat(bodies).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(bodies.get(i)).isEqualTo(sent.get(i));
        }
    }

    @Test
    void aShortBodyMayHaveALongHead() throws Exception {
        read(Buffer.buffer(new byte[] {Wire.LONG | Wire.MORE, 0, 0, 0, 0, 0, 0, 0, 1, 'x'}));
        assertThat(bodies).containsExactly(new byte[] {'x'});
        assertThat(kinds).containsExactly(Wire.MORE);
    }

    @ParameterizedTest
    @ValueSource(longs = {LONGEST + 1, Integer.MAX_VALUE, 1L << 32, Long.MIN_VALUE + 16, -1})
    void aLengthBeyondTheBoundEndsItBeforeAnythingIsAllocated(long length) {
        Buffer head = Buffer.buffer().appendByte((byte) Wire.LONG).appendLong(length);
        assertThatThrownBy(() -> read(head)).isInstanceOf(ZmtpException.class);
        assertThat(bodies).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {8, 16, 32, 64, 128, 255})
    void aFlagThatNobodyKnowsEndsIt(int flags) {
        assertThatThrownBy(() -> read(Buffer.buffer(new byte[] {(byte) flags, 0, 0, 0, 0, 0, 0, 0, 0})))
                .isInstanceOf(ZmtpException.class);
        assertThat(bodies).isEmpty();
    }

    private void read(Buffer chunk) throws ZmtpException {
        reader.read(chunk, 0, (flags, body) -> {
            kinds.add(flags);
            bodies.add(body);
        });
    }
}
