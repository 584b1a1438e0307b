package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.majordomo.Frames;
import java.util.List;

/** The messages between a client and a broker, with the desk's request-id frame and without it. */
final class ClientFrames {
    private ClientFrames() {}

    /** The five frames of a call. A broker of the desk dies of fewer, and a worker of the desk of a missing id. */
    static List<byte[]> request(String service, String id, byte[] pickle) {
        return List.of(Frames.EMPTY, Frames.CLIENT, Frames.ascii(service), Frames.ascii(id), pickle);
    }

    /** Whether this is service, request id and payload behind the header. */
    static boolean isReply(List<byte[]> frames) {
        return frames.size() == 5
                && frames.get(0).length == 0
                && Frames.is(frames.get(1), Frames.CLIENT)
                && frames.get(3).length == RequestIds.LENGTH;
    }

    /** Whether this is the service and a payload behind the header. */
    static boolean isLaneReply(List<byte[]> frames, String service) {
        return frames.size() == 4
                && frames.get(0).length == 0
                && Frames.is(frames.get(1), Frames.CLIENT)
                && Frames.text(frames.get(2)).equals(service);
    }
}
