package io.xy.gateway.zmqbridge.client;

import org.jspecify.annotations.Nullable;

/** One copy of a call that was sent. */
final class Attempt {
    private final String id;
    private final Call call;
    private final BrokerConnection connection;
    private final @Nullable Lane lane;
    /** Whether it takes one of the places of its service; not when its broker is lost, because nobody works on it there. */
    boolean counts = true;

    /**
     * @param id its request id
     * @param connection where the answer has to come from
     * @param lane the lane that it occupies; null when the request-id frame finds the caller
     */
    Attempt(String id, Call call, BrokerConnection connection, @Nullable Lane lane) {
        this.id = id;
        this.call = call;
        this.connection = connection;
        this.lane = lane;
    }

    String id() {
        return id;
    }

    Call call() {
        return call;
    }

    BrokerConnection connection() {
        return connection;
    }

    @Nullable
    Lane lane() {
        return lane;
    }
}
