package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.majordomo.Frames;
import io.xy.gateway.zmqbridge.zmtp.Dealers;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of services whose workers know plain MDP/0.1 only. Belongs to one event loop.
 *
 * <p>A lane whose answer did not come in time is closed: the next one opens with a new identity, so that the late answer
 * finds nobody instead of the next caller.
 */
final class Lanes {
    /** Each lane is a connection to the broker. */
    private static final int MOST = 256;

    private final Dealers dealers;
    private final BiConsumer<Lane, List<byte[]>> onMessage;
    private final Consumer<ServiceQueue> onUp;
    private final List<Lane> lanes = new ArrayList<>();

    /**
     * @param onMessage takes what comes on a lane
     * @param onUp told of a service that has a new lane
     */
    Lanes(Dealers dealers, BiConsumer<Lane, List<byte[]>> onMessage, Consumer<ServiceQueue> onUp) {
        this.dealers = dealers;
        this.onMessage = onMessage;
        this.onUp = onUp;
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
                if (lane.dealer.send(frames)) {
                    return lane;
                }
                opening = true;
            }
        }
        if (!opening && open < queue.concurrency && lanes.size() < MOST) {
            lanes.add(new Lane(queue, connection, dealers, onMessage, onUp));
        }
        return null;
    }

    /** Closes a lane whose answer nobody waits for any more. */
    void poison(Lane lane) {
        if (lanes.remove(lane)) {
            lane.attempt = null;
            lane.dealer.close();
        }
    }

    /** Closes the free lanes to a broker that was lost. */
    void leave(BrokerConnection connection) {
        for (Lane lane : List.copyOf(lanes)) {
            if (lane.connection == connection && lane.attempt == null) {
                poison(lane);
            }
        }
    }
}
