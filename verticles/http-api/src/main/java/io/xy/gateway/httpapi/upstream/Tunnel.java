package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket that is passed on byte by byte; a slow side stops the other. The gateway's own and last word is a close
 * frame to both sides, in place of the next frame. Belongs to one event loop.
 */
final class Tunnel {
    /** Why the gateway ends it, with the close codes of the streaming protocol. */
    enum Reason {
        DRAINED(4001, "drained"),
        EXPIRED(4200, "token expired"),
        REVOKED(4201, "revoked");

        private final int code;
        private final String text;

        Reason(int code, String text) {
            this.code = code;
            this.text = text;
        }

        /**
         * @param masked as what clients send must be; the mask is nought
         */
        private Buffer frame(boolean masked) {
            byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
            Buffer frame = Buffer.buffer().appendByte((byte) 0x88);
            frame.appendByte((byte) (bytes.length + 2 | (masked ? 0x80 : 0)));
            if (masked) {
                frame.appendInt(0);
            }
            return frame.appendShort((short) code).appendBytes(bytes);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    /** For the rest of a frame, and for the other side's own close frame. */
    private static final long LAST_WORD_MILLIS = 1_000;

    /** One direction. */
    private static final class Lane {
        private final NetSocket from;
        private final NetSocket to;
        private final FrameBorder border = new FrameBorder();
        /** What is said in place of the next frame. */
        private Buffer lastWord = Buffer.buffer();

        private boolean said;

        private Lane(NetSocket from, NetSocket to) {
            this.from = from;
            this.to = to;
        }
    }

    private final Vertx vertx;
    private final Lane down;
    private final Lane up;
    private boolean closing;

    Tunnel(Vertx vertx, NetSocket client, NetSocket upstream) {
        this.vertx = vertx;
        this.down = new Lane(upstream, client);
        this.up = new Lane(client, upstream);
    }

    /**
     * Joins the two ends; the upstream's must be paused until now.
     *
     * @param onEnd called once, when the client is gone
     */
    void start(Runnable onEnd) {
        NetSocket client = down.to;
        NetSocket upstream = down.from;
        client.closeHandler(closed -> {
            onEnd.run();
            end(upstream);
        });
        upstream.closeHandler(closed -> end(client));
        relay(down);
        relay(up);
        upstream.resume();
        client.resume();
    }

    /** Tells both ends why, at the next border between two frames, and ends. */
    void close(Reason reason) {
        if (closing) {
            return;
        }
        closing = true;
        down.lastWord = reason.frame(false);
        up.lastWord = reason.frame(true);
        for (Lane lane : new Lane[] {down, up}) {
            if (lane.border.isBetweenFrames()) {
                say(lane);
            }
        }
        vertx.setTimer(LAST_WORD_MILLIS, id -> end(down.to));
    }

    private void relay(Lane lane) {
        lane.from.exceptionHandler(e -> LOG.debug("a tunnel broke: {}", e.getMessage()));
        lane.from.handler(bytes -> pass(lane, bytes));
    }

    private void pass(Lane lane, Buffer bytes) {
        if (!closing) {
            lane.border.pass(bytes);
            write(lane, bytes);
            return;
        }
        Buffer rest = lane.said ? bytes : bringToEnd(lane, bytes);
        lane.border.pass(rest);
        if (lane == up && lane.border.isClosed()) {
            end(lane.from);
        }
    }

    /** Passes the rest of a frame on, and then the last word; what is behind it is left over. */
    private static Buffer bringToEnd(Lane lane, Buffer bytes) {
        int end = lane.border.next(bytes, 0);
        if (end < 0) {
            write(lane, bytes);
            return Buffer.buffer();
        }
        write(lane, bytes.slice(0, end));
        say(lane);
        return bytes.slice(end, bytes.length());
    }

    private static void say(Lane lane) {
        lane.said = true;
        write(lane, lane.lastWord);
    }

    private static void write(Lane lane, Buffer bytes) {
        lane.to.write(bytes).onFailure(e -> end(lane.from));
        if (lane.to.writeQueueFull()) {
            lane.from.pause();
            lane.to.drainHandler(drained -> lane.from.resume());
        }
    }

    static void end(NetSocket socket) {
        socket.close().onFailure(e -> LOG.debug("closing a tunnel: {}", e.getMessage()));
    }
}
