package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Deadline;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads of stored messages, on a few threads of its own because the client waits for the server in them. Answers on the
 * owner's event loop.
 */
public final class HistoryDesk {
    /** Longest that a read takes, waiting for its turn included. */
    public static final int LIMIT_MILLIS = 3_000;

    private static final Logger LOG = LoggerFactory.getLogger(HistoryDesk.class);
    private static final int READERS = 2;
    private static final int WAITING = 256;
    private static final int NOT_FOUND = 404;

    private final Context context;
    private final ThreadPoolExecutor readers;
    private volatile @Nullable Connection connection;

    HistoryDesk(Context context) {
        this.context = context;
        this.readers = new ThreadPoolExecutor(
                READERS,
                READERS,
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(WAITING),
                Thread.ofPlatform().daemon().name("xy-nats-history-", 0).factory());
        readers.allowCoreThreadTimeOut(true);
    }

    /** Reads with a limit of {@link #LIMIT_MILLIS}; from the owner's event loop. */
    public Future<Fetched> fetch(Fetch fetch) {
        Promise<Fetched> promise = Promise.promise();
        Deadline deadline = Deadline.in(LIMIT_MILLIS);
        try {
            readers.execute(() -> read(fetch, deadline, promise));
        } catch (RejectedExecutionException e) {
            promise.fail(GatewayError.OVERLOADED
                    .notExecuted("Too many reads of stored messages wait")
                    .exception());
        }
        return promise.future();
    }

    /** The connection that stands now; any thread. */
    void use(@Nullable Connection standing) {
        connection = standing;
    }

    void close() {
        connection = null;
        // What still waits ends here: there is no connection any more.
        readers.shutdownNow().forEach(Runnable::run);
    }

    /** On a reader's thread; its answer enters the event loop at the end. */
    private void read(Fetch fetch, Deadline deadline, Promise<Fetched> promise) {
        Failure failure;
        try {
            Connection standing = connection;
            if (standing != null) {
                Fetched fetched = new StoredStream(standing, fetch, deadline).read();
                context.runOnContext(done -> promise.complete(fetched));
                return;
            }
            failure = GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected");
        } catch (JetStreamApiException e) {
            failure = e.getErrorCode() == NOT_FOUND
                    ? GatewayError.NOT_FOUND.notExecuted("There is no stream " + fetch.stream())
                    : GatewayError.UPSTREAM_DOWN.notExecuted(LinkWatch.text(e));
        } catch (IOException | IllegalStateException e) {
            failure = GatewayError.UPSTREAM_DOWN.notExecuted(LinkWatch.text(e));
        } catch (InterruptedException e) {
            failure = GatewayError.CANCELLED.notExecuted("The bridge stops");
        } catch (RuntimeException e) {
            LOG.error("a read of the stream {} failed", fetch.stream(), e);
            failure = GatewayError.INTERNAL.notExecuted("The stored messages could not be read");
        }
        Failure why = failure;
        LOG.debug("the stream {} cannot be read: {}", fetch.stream(), why.detail());
        context.runOnContext(done -> promise.fail(why.exception()));
    }
}
