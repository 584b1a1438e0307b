package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.majordomo.Frames;
import io.xy.gateway.zmqbridge.socket.Multipart;
import io.xy.gateway.zmqbridge.socket.Multipart.Sent;
import io.xy.gateway.zmqbridge.socket.SocketRoom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of services whose workers know plain MDP/0.1 only. Belongs to the owner thread.
 *
 * <p>A lane whose answer did not come in time is closed: the next one opens with a new identity, so that the late answer
 * finds nobody instead of the next caller.
 */
final class Lanes {
    /** Each lane is a connection to the broker. */
    private static final int MOST = 256;

    private final SocketRoom room;
    private final List<Lane> lanes = new ArrayList<>();

    Lanes(SocketRoom room) {
        this.room = room;
    }

    List<Lane> all() {
        return List.copyOf(lanes);
    }

    /** Sends on a free lane. Opens one when there is none; it can be used as soon as it is connected. */
    @Nullable
    Lane send(ServiceQueue queue, BrokerConnection connection, byte[] payload) {
        int open = 0;
        boolean opening = false;
        for (Lane lane : lanes) {
            if (lane.queue != queue || lane.connection != connection) {
                continue;
            }
            open++;
            if (lane.attempt == null) {
                List<byte[]> frames = List.of(Frames.EMPTY, Frames.CLIENT, Frames.ascii(queue.name), payload);
                if (Multipart.send(lane.socket, frames) == Sent.SENT) {
                    return lane;
                }
                opening = true;
            }
        }
        if (!opening && open < queue.concurrency && lanes.size() < MOST) {
            lanes.add(new Lane(queue, connection, room.dealer(connection.endpoint, () -> {})));
        }
        return null;
    }

    /** Closes a lane whose answer nobody waits for any more. */
    void poison(Lane lane) {
        if (lanes.remove(lane)) {
            lane.attempt = null;
            lane.closed = true;
            room.close(lane.socket);
        }
    }

    /** Closes the free lanes to a broker that was lost. */
    void leave(BrokerConnection connection) {
        for (Lane lane : all()) {
            if (lane.connection == connection && lane.attempt == null) {
                poison(lane);
            }
        }
    }
}
