package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** One request to one instance: its headers first, then its body, whole or as it comes. Belongs to one event loop. */
interface UpstreamRequest {
    /** What comes back. Nothing is told after {@link #reset}. */
    interface Owner {
        /** The head of the answer, once. Whoever wants the body says so before this returns. */
        void answered(UpstreamAnswer answer);

        /** No answer will come. */
        void broke(Throwable cause);

        /** Headers that the answer may have (103), before it. */
        void hinted(MultiMap headers);
    }

    /** Of the request; to be filled before anything is sent. */
    MultiMap requestHeaders();

    /**
     * Sends it whole.
     *
     * @param body null for none, which is not told as an empty one
     */
    void send(@Nullable Buffer body);

    /**
     * Sends the head of a request whose body follows.
     *
     * @param length of the body in bytes; negative when it is not known
     */
    void sendHead(long length);

    void write(Buffer chunk);

    /** Whether more should wait for {@link #onDrain}. */
    boolean isFull();

    /** What to do whenever there is room again. */
    void onDrain(Handler<Void> drained);

    /** The body has been written. */
    void end();

    /** Answer and request are over: another request may use the connection. */
    void release();

    /** Gives it up; an HTTP/1.1 connection ends with it. */
    void reset();
}
