package io.xy.gateway.simulator.worker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages of MDP/Worker 0.1 (RFC 7) as this side's DEALER writes and reads them, the empty frame first. */
final class Frames {
    static final byte READY = 1;
    static final byte REQUEST = 2;
    static final byte REPLY = 3;
    static final byte HEARTBEAT = 4;
    static final byte DISCONNECT = 5;

    /** More than any message of the protocol has. */
    static final int MAX_FRAMES = 16;

    private static final byte[] EMPTY = new byte[0];
    private static final byte[] HEADER = "MDPW01".getBytes(StandardCharsets.US_ASCII);

    private Frames() {}

    static List<byte[]> ready(String service) {
        return List.of(EMPTY, HEADER, new byte[] {READY}, service.getBytes(StandardCharsets.UTF_8));
    }

    static List<byte[]> of(byte command) {
        return List.of(EMPTY, HEADER, new byte[] {command});
    }

    /**
     * The answer to a request: everything that the broker put before the payload goes back as it came, which keeps the
     * desk's request-id frame and does not miss it when there is none.
     */
    static List<byte[]> reply(List<byte[]> request, byte[] payload) {
        List<byte[]> reply = new ArrayList<>(request.subList(0, request.size() - 1));
        reply.set(2, new byte[] {REPLY});
        reply.add(payload);
        return reply;
    }

    /** The command of a message, or 0 when the message is none of the protocol. */
    static byte command(@Nullable List<byte[]> message) {
        if (message == null
                || message.size() < 3
                || message.get(0).length != 0
                || !Arrays.equals(message.get(1), HEADER)
                || message.get(2).length != 1) {
            return 0;
        }
        byte command = message.get(2)[0];
        return command == REQUEST && !isRequest(message) ? 0 : command;
    }

    /** Client, empty frame, then at least the payload. */
    private static boolean isRequest(List<byte[]> message) {
        return message.size() >= 6 && message.get(4).length == 0;
    }
}
