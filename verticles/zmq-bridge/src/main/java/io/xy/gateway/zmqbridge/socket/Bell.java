package io.xy.gateway.zmqbridge.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes an owner thread out of its poll. Any thread may ring; only the owner arms and clears.
 *
 * <p>One byte in a pipe, and only when the owner has said that it sleeps: a burst costs one system call. The owner arms,
 * looks at its inbox once more, and only then sleeps, so that no ring is lost.
 */
public final class Bell implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bell.class);

    private final Pipe pipe;
    private final AtomicBoolean armed = new AtomicBoolean();
    private final ByteBuffer swallowed = ByteBuffer.allocate(64);

    public Bell() {
        try {
            pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            pipe.sink().configureBlocking(false);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the owner's poller watches. */
    public SelectableChannel channel() {
        return pipe.source();
    }

    /** Foreign threads enter here, after they put something where the owner looks. */
    public void ring() {
        if (armed.compareAndSet(true, false)) {
            try {
                pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
            } catch (IOException e) {
                // The owner has gone; whoever put something into its inbox is answered by the owner's end.
                LOG.debug("nobody hears the bell", e);
            }
        }
    }

    /** The owner is about to sleep; it must look at its inbox after this call. */
    public void arm() {
        armed.set(true);
    }

    /** The owner is awake. */
    public void clear() {
        armed.set(false);
        try {
            while (pipe.source().read(swallowed.clear()) > 0) {
                // All rings so far are one.
            }
        } catch (IOException e) {
            LOG.debug("the bell is closed", e);
        }
    }

    @Override
    public void close() {
        try {
            pipe.sink().close();
            pipe.source().close();
        } catch (IOException e) {
            LOG.debug("the bell did not close", e);
        }
    }
}
