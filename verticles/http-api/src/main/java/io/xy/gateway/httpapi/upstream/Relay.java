package io.xy.gateway.httpapi.upstream;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

    private final ReadStream<Buffer> from;
    private final WriteStream<Buffer> to;
    private final long limit;
    private final Owner owner;
    private long bytes;
    private boolean over;
    private boolean held;

    /**
     * @param limit in bytes
     */
    Relay(ReadStream<Buffer> from, WriteStream<Buffer> to, long limit, Owner owner) {
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
        // A failed write shows again where the stream's own failure is handled.
        to.write(chunk).onFailure(e -> LOG.debug("a body's receiver is gone: {}", e.getMessage()));
        if (to.writeQueueFull()) {
            held = true;
            from.pause();
            to.drainHandler(drained -> {
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
