package io.xy.gateway.shared.pickle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Opcodes of protocol 4 in frames, laid out as CPython does: a frame ends before the first value beyond 64 KiB, a
 * text of that size stands outside of frames, and a frame of fewer than four bytes is left out.
 */
final class PickleOutput {
    /** Members that one APPENDS or SETITEMS takes. */
    static final int BATCH = 1_000;

    private static final int FRAME_TARGET = 64 << 10;
    private static final int FRAME_LEAST = 4;
    private static final int FRAME_HEADER = 9;

    private byte[] out;
    private int length;
    private int frame = -1;

    PickleOutput(int capacity) {
        out = new byte[Math.max(32, capacity)];
        raw(0x80);
        raw(4);
    }

    byte[] finish() {
        opcode('.');
        endFrame();
        return Arrays.copyOf(out, length);
    }

    void none() {
        begin('N');
    }

    void flag(boolean value) {
        begin(value ? 0x88 : 0x89);
    }

    void mark() {
        opcode('(');
    }

    void emptyList() {
        begin(']');
        memoize();
    }

    void append() {
        opcode('a');
    }

    void appends() {
        opcode('e');
    }

    void emptyDict() {
        begin('}');
        memoize();
    }

    void setItem() {
        opcode('s');
    }

    void setItems() {
        opcode('u');
    }

    /** Ends a tuple; the mark of one with more than three members was set before. */
    void tuple(int size) {
        switch (size) {
            case 0 -> opcode(')');
            case 1 -> opcode(0x85);
            case 2 -> opcode(0x86);
            case 3 -> opcode(0x87);
            default -> opcode('t');
        }
        if (size > 0) {
            memoize();
        }
    }

    void integer(long value) {
        if (value >= 0 && value <= 0xff) {
            begin('K');
            raw((int) value);
        } else if (value >= 0 && value <= 0xffff) {
            begin('M');
            little(value, 2);
        } else if (value == (int) value) {
            begin('J');
            little(value, 4);
        } else {
            integer(BigInteger.valueOf(value));
        }
    }

    void integer(BigInteger value) {
        byte[] bytes = value.toByteArray();
        if (bytes.length <= 0xff) {
            begin(0x8a);
            raw(bytes.length);
        } else {
            begin(0x8b);
            little(bytes.length, 4);
        }
        for (int i = bytes.length - 1; i >= 0; i--) {
            raw(bytes[i]);
        }
    }

    void real(double value) throws PickleException {
        if (!Double.isFinite(value)) {
            throw new PickleException("a number is too large for a float");
        }
        begin('G');
        long bits = Double.doubleToRawLongBits(value);
        for (int shift = 56; shift >= 0; shift -= 8) {
            raw((int) (bits >>> shift));
        }
    }

    void text(String text) throws PickleException {
        if (PickleText.hasLoneSurrogate(text)) {
            throw new PickleException("a text has a lone surrogate");
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length >= FRAME_TARGET) {
            endFrame();
            raw('X');
            little(bytes.length, 4);
            bytes(bytes);
        } else if (bytes.length <= 0xff) {
            begin(0x8c);
            raw(bytes.length);
            bytes(bytes);
        } else {
            begin('X');
            little(bytes.length, 4);
            bytes(bytes);
        }
        memoize();
    }

    private void memoize() {
        opcode(0x94);
    }

    /** The first opcode of a value: only there may a full frame end. */
    private void begin(int opcode) {
        boundary();
        opcode(opcode);
    }

    /** To be called before a tuple begins, whose opcode comes last. */
    void boundary() {
        if (frame >= 0 && length - frame - FRAME_HEADER >= FRAME_TARGET) {
            endFrame();
        }
    }

    private void opcode(int opcode) {
        if (frame < 0) {
            frame = length;
            reserve(FRAME_HEADER);
            length += FRAME_HEADER;
        }
        raw(opcode);
    }

    private void endFrame() {
        if (frame < 0) {
            return;
        }
        int size = length - frame - FRAME_HEADER;
        if (size < FRAME_LEAST) {
            System.arraycopy(out, frame + FRAME_HEADER, out, frame, size);
            length = frame + size;
        } else {
            int end = length;
            length = frame;
            raw(0x95);
            little(size, 8);
            length = end;
        }
        frame = -1;
    }

    private void little(long value, int size) {
        for (int i = 0; i < size; i++) {
            raw((int) (value >>> (8 * i)));
        }
    }

    private void bytes(byte[] bytes) {
        reserve(bytes.length);
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void raw(int octet) {
        reserve(1);
        out[length++] = (byte) octet;
    }

    private void reserve(int more) {
        if (length + more > out.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, length + more));
        }
    }
}
