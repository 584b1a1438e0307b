package io.xy.gateway.httpapi.upstream;

import io.vertx.core.buffer.Buffer;

/** Knows where the frames of a WebSocket end in the bytes of one direction (RFC 6455, 5.2). */
final class FrameBorder {
    private static final int CLOSE = 8;

    /** Bytes of the frame's head that have come. */
    private int head;
    /** Bytes of the length that are still to come. */
    private int lengthBytes;

    private long length;
    private boolean masked;
    private int opcode;
    /** Bytes behind the head that are still to come. */
    private long left;

    private boolean closed;

    /** Whether everything that has come are whole frames. */
    boolean isBetweenFrames() {
        return head == 0;
    }

    /** Whether a whole close frame has come. */
    boolean isClosed() {
        return closed;
    }

    /** Takes all of the bytes in. */
    void pass(Buffer bytes) {
        int from = 0;
        while (from < bytes.length()) {
            int end = next(bytes, from);
            from = end < 0 ? bytes.length() : end;
        }
    }

    /**
     * Takes bytes in up to the end of the first frame that ends in them.
     *
     * @return the index behind that frame; negative when none ends, and all were taken
     */
    int next(Buffer bytes, int from) {
        int at = from;
        while (at < bytes.length()) {
            if (left > 0) {
                int some = (int) Math.min(left, bytes.length() - at);
                left -= some;
                at += some;
            } else {
                head(bytes.getByte(at++));
            }
            if (left == 0 && head >= 2 && lengthBytes == 0) {
                closed |= opcode == CLOSE;
                head = 0;
                return at;
            }
        }
        return -1;
    }

    private void head(byte next) {
        if (head == 0) {
            opcode = next & 0x0f;
        } else if (head == 1) {
            masked = next < 0;
            int said = next & 0x7f;
            lengthBytes = said == 126 ? 2 : said == 127 ? 8 : 0;
            length = lengthBytes == 0 ? said : 0;
        } else {
            length = length << 8 | next & 0xff;
            lengthBytes--;
        }
        head++;
        if (head >= 2 && lengthBytes == 0) {
            // The highest bit of a length is never set; who sets it sends a frame without an end.
            left = (length & Long.MAX_VALUE >> 1) + (masked ? 4 : 0);
        }
    }
}
