package io.xy.gateway.httpapi.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where frames end, however the bytes of them come. */
@Tag("B15")
class FrameBorderTest {
    private static final int[] LENGTHS = {0, 1, 5, 124, 125, 126, 127, 128, 65_535, 65_536, 70_000};

    private static Buffer frame(int opcode, boolean masked, int length, Random random) {
        Buffer frame = Buffer.buffer().appendByte((byte) (opcode | (random.nextBoolean() ? 0x80 : 0)));
        int mask = masked ? 0x80 : 0;
        if (length < 126) {
            frame.appendByte((byte) (length | mask));
        } else if (length < 65_536) {
            frame.appendByte((byte) (126 | mask)).appendShort((short) length);
        } else {
            frame.appendByte((byte) (127 | mask)).appendLong(length);
        }
        byte[] rest = new byte[length + (masked ? 4 : 0)];
        random.nextBytes(rest);
        return frame.appendBytes(rest);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyFrameEndsWhereItEnds(long seed) {
        Random random = new Random(seed);
        Buffer all = Buffer.buffer();
        List<Integer> ends = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.appendBuffer(frame(random.nextInt(3), seed % 2 == 0, LENGTHS[random.nextInt(LENGTHS.length)], random));
            ends.add(all.length());
        }
        FrameBorder border = new FrameBorder();
        List<Integer> found = new ArrayList<>();
        int start = 0;
        while (start < all.length()) {
            int length = Math.min(all.length() - start, 1 + random.nextInt(1 << random.nextInt(18)));
            Buffer piece = all.slice(start, start + length);
            for (int at = border.next(piece, 0); at >= 0; at = at < length ? border.next(piece, at) : -1) {
                found.add(start + at);
            }
            start += length;
            assertThat(border.isBetweenFrames()).isEqualTo(ends.contains(start));
        }
        assertThat(found).isEqualTo(ends);
        assertThat(border.isClosed()).isFalse();
    }

    @Test
    void aCloseFrameIsSeenOnceItIsWhole() {
        FrameBorder border = new FrameBorder();
        border.pass(Buffer.buffer(new byte[] {(byte) 0x82, 1, 8, (byte) 0x88, 2, 3}));
        assertThat(border.isClosed()).isFalse();
        border.pass(Buffer.buffer(new byte[] {(byte) 0xe8}));
        assertThat(border.isClosed()).isTrue();
    }

    @Test
    void aLengthBeyondAllBoundsIsAFrameWithoutAnEnd() {
        FrameBorder border = new FrameBorder();
        border.pass(Buffer.buffer(new byte[] {(byte) 0x82, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1}));
        border.pass(Buffer.buffer(new byte[100_000]));
        assertThat(border.isBetweenFrames()).isFalse();
    }
}
