package io.xy.gateway.httpapi.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;

/**
 * Passes a body on chunk by chunk, as it comes; a slow receiver stops the sender. Unlike a pipe it counts, knows whom
 * it waits for, and leaves it to its owner what a failure means. Belongs to one event loop.
 */
final class Relay {
    /** What becomes of it; exactly one of the three is called, once. */
    interface Owner {
        void ended();

        void broke(Throwable cause);

        void tooLong();
    }

    private final ReadStream<Buffer> from;
    private final UpstreamRequest to;
    private final long limit;
    private final Owner owner;
    private long bytes;
    private boolean over;
    private boolean held;

    /**
     * @param limit in bytes
     */
    Relay(ReadStream<Buffer> from, UpstreamRequest to, long limit, Owner owner) {
        this.from = from;
        this.to = to;
        this.limit = limit;
        this.owner = owner;
    }

    /** Starts; the source must be paused until now. */
    void start() {
        from.exceptionHandler(this::broke);
        from.endHandler(end -> {
            if (!over) {
                over = true;
                owner.ended();
            }
        });
        from.handler(this::pass);
        from.resume();
    }

    /** What still comes is thrown away. */
    void stop() {
        over = true;
        from.resume();
    }

    /** Whether it waits for its source, and not for its receiver. */
    boolean awaitsSource() {
        return !over && !held;
    }

    private void pass(Buffer chunk) {
        if (over) {
            return;
        }
        bytes += chunk.length();
        if (bytes > limit) {
            over = true;
            owner.tooLong();
            return;
        }
        to.write(chunk);
        if (to.isFull()) {
            held = true;
            from.pause();
            to.onDrain(drained -> {
                held = false;
                from.resume();
            });
        }
    }

    private void broke(Throwable cause) {
        if (!over) {
            over = true;
            owner.broke(cause);
        }
    }
}
