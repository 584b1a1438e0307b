package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Makes frames of what arrives, in whatever pieces. Takes no more memory than the longest frame that is allowed. */
final class FrameReader {
    /** Where frames go. */
    @FunctionalInterface
    interface Sink {
        /**
         * @param flags {@link Wire#MORE} and {@link Wire#COMMAND}
         */
        void frame(int flags, byte[] body) throws ZmtpException;
    }

    private static final int SHORT_HEAD = 2;
    private static final int LONG_HEAD = 9;
    private static final int KNOWN = Wire.MORE | Wire.LONG | Wire.COMMAND;

    private final int longest;
    private final byte[] head = new byte[LONG_HEAD];
    private int headed;
    private byte @Nullable [] body;
    private int filled;

    /**
     * @param longest bytes of one frame
     */
    FrameReader(int longest) {
        this.longest = longest;
    }

    /** Reads what has come from a place on, and gives each frame that is whole to the sink. */
    void read(Buffer chunk, int from, Sink sink) throws ZmtpException {
        int end = chunk.length();
        int at = from;
        while (at < end) {
            byte[] frame = body;
            if (frame == null) {
                head[headed++] = chunk.getByte(at++);
                if (headed < SHORT_HEAD || headed < headLength()) {
                    continue;
                }
                frame = new byte[length()];
                body = frame;
                filled = 0;
            }
            int part = Math.min(end - at, frame.length - filled);
            chunk.getBytes(at, at + part, frame, filled);
            at += part;
            filled += part;
            if (filled == frame.length) {
                headed = 0;
                body = null;
                sink.frame(head[0] & (Wire.MORE | Wire.COMMAND), frame);
            }
        }
    }

    private int headLength() {
        return (head[0] & Wire.LONG) == 0 ? SHORT_HEAD : LONG_HEAD;
    }

    private int length() throws ZmtpException {
        if ((head[0] & ~KNOWN) != 0) {
            throw new ZmtpException("sends a frame of an unknown kind");
        }
        long length = 0;
        for (int i = 1; i < headed; i++) {
            length = length << 8 | head[i] & 0xff;
        }
        if (length < 0 || length > longest) {
            throw new ZmtpException("announces a frame that is too long");
        }
        return (int) length;
    }
}
