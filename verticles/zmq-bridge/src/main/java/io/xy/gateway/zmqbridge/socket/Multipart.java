package io.xy.gateway.zmqbridge.socket;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.Msg;

/** Whole messages of a socket: read with a bound on frames, sent completely or not at all. */
public final class Multipart {
    private Multipart() {}

    /** What became of a message. Only {@link #SENT} may have reached anybody. */
    public enum Sent {
        SENT,
        /** The peer's queue is full, or there is no peer. */
        REFUSED,
        /** The identity belongs to nobody any more. */
        UNREACHABLE
    }

    /**
     * The next message; null when there is none.
     *
     * @param maxFrames of a message with more frames the rest is read and thrown away, and the list is empty
     */
    public static @Nullable List<byte[]> receive(ZMQ.Socket socket, int maxFrames) {
        Msg part = socket.recvMsg(ZMQ.DONTWAIT);
        if (part == null) {
            return null;
        }
        List<byte[]> frames = new ArrayList<>(8);
        frames.add(part.data());
        boolean tooMany = false;
        while (part.hasMore()) {
            // The parts of one message arrive together.
            part = socket.recvMsg(ZMQ.DONTWAIT);
            if (part == null) {
                return List.of();
            }
            tooMany |= frames.size() == maxFrames;
            if (!tooMany) {
                frames.add(part.data());
            }
        }
        return tooMany ? List.of() : frames;
    }

    /** Sends without waiting. The arrays must not change afterwards. */
    public static Sent send(ZMQ.Socket socket, List<byte[]> frames) {
        try {
            int last = frames.size() - 1;
            for (int i = 0; i <= last; i++) {
                boolean taken = socket.send(frames.get(i), i == last ? ZMQ.DONTWAIT : ZMQ.DONTWAIT | ZMQ.SNDMORE);
                if (!taken && i == 0) {
                    return Sent.REFUSED;
                }
                if (!taken) {
                    throw new IllegalStateException("the socket took a part of a message only");
                }
            }
            return Sent.SENT;
        } catch (ZMQException e) {
            if (e.getErrorCode() == zmq.ZError.EHOSTUNREACH) {
                return Sent.UNREACHABLE;
            }
            throw e;
        }
    }
}
