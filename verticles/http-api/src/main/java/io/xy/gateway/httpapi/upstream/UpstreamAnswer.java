package io.xy.gateway.httpapi.upstream;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetSocket;

/** An instance's answer, whose body is still to come. Belongs to one event loop. */
interface UpstreamAnswer {
    /** Takes the body; either the end or the break comes last. */
    interface Receiver {
        void chunk(Buffer bytes);

        void ended();

        void broke(Throwable cause);
    }

    int status();

    MultiMap headers();

    /** Gives the body away, to one receiver. */
    void receive(Receiver receiver);

    /** Nothing more for the receiver until {@link #resume}. */
    void pause();

    void resume();

    /** The connection after an upgrade. */
    NetSocket netSocket();

    /** Ends the connection. */
    void close();
}
