package io.xy.gateway.zmqbridge.socket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZMQ;

/**
 * Says which clients of a CURVE server are let in: ZAP 1.0 (RFC 27), asked by the context's I/O thread through a socket
 * that the owner thread serves between its turns.
 */
final class Doorkeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Doorkeeper.class);
    private static final String ENDPOINT = "inproc://zeromq.zap.01";
    private static final int MAX_FRAMES = 16;
    private static final int FRAMES = 7;
    private static final byte[] VERSION = ascii("1.0");
    private static final byte[] EMPTY = {};

    private final CurveRing keys;
    private final ZMQ.Socket socket;

    Doorkeeper(CurveRing keys, ZMQ.Socket socket) {
        this.keys = keys;
        this.socket = socket;
        socket.bind(ENDPOINT);
    }

    static SocketType type() {
        return SocketType.ROUTER;
    }

    /** Answers all who ask. */
    void serve() {
        for (List<byte[]> frames = Multipart.receive(socket, MAX_FRAMES);
                frames != null;
                frames = Multipart.receive(socket, MAX_FRAMES)) {
            answer(frames);
        }
    }

    /** Address, empty, version, request id, domain, peer, identity, mechanism, key. */
    private void answer(List<byte[]> frames) {
        if (frames.size() < FRAMES + 1) {
            return;
        }
        byte[] credential = frames.get(frames.size() - 1);
        boolean known = credential.length == 32 && isKnown(ZMQ.Curve.z85Encode(credential));
        if (!known) {
            LOG.warn("a client with an unknown key was not let in");
        }
        Multipart.send(
                socket,
                List.of(
                        frames.get(0),
                        EMPTY,
                        VERSION,
                        frames.get(3),
                        ascii(known ? "200" : "400"),
                        ascii(known ? "OK" : "unknown key"),
                        EMPTY,
                        EMPTY));
    }

    private boolean isKnown(String key) {
        return keys.clients().isEmpty() || keys.clients().contains(key);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
