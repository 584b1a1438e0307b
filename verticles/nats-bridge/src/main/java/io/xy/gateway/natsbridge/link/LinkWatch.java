package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import io.nats.client.Options;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears what the client says of one connection, on the client's threads, and passes on its loss exactly once. Errors
 * are logged here, once per connection and text.
 */
final class LinkWatch implements ConnectionListener, ErrorListener {
    private static final Logger LOG = LoggerFactory.getLogger(LinkWatch.class);
    private static final Pattern USER_INFO = Pattern.compile("//[^/\\s]*@");
    private static final int MAX_TEXT = 200;

    private enum State {
        OPENING,
        UP,
        LOST,
        CLOSED
    }

    private final long incarnation;
    private final StreamIntake intake;
    private final Runnable onLost;
    private final AtomicReference<State> state = new AtomicReference<>(State.OPENING);
    private final ReentrantLock telling = new ReentrantLock();
    private volatile @Nullable String lastError;
    private volatile @Nullable String firstException;

    LinkWatch(long incarnation, StreamIntake intake, Runnable onLost) {
        this.incarnation = incarnation;
        this.intake = intake;
        this.onLost = onLost;
    }

    Options listenOn(Options.Builder options) {
        return options.connectionListener(this)
                .errorListener(this)
                .executor(new ClientThreads(this::onDeath))
                .build();
    }

    /** The connection stands: from now on its loss counts. It may be lost already. */
    void up(Connection connection) {
        if (state.compareAndSet(State.OPENING, State.UP)) {
            check(connection);
        }
    }

    boolean isLost() {
        return state.get() == State.LOST;
    }

    /** It is being closed by us, which is no loss. */
    void close() {
        state.set(State.CLOSED);
    }

    /** The subscriptions have reached the server. Said only while the connection stands, so never after its loss. */
    void ready() {
        telling.lock();
        try {
            if (state.get() == State.UP) {
                intake.tell(new LinkEvent.Ready(incarnation));
            }
        } finally {
            telling.unlock();
        }
    }

    void lose(String reason) {
        telling.lock();
        try {
            if (state.compareAndSet(State.UP, State.LOST)) {
                String error = lastError;
                intake.tell(new LinkEvent.Lost(incarnation, error == null ? reason : error));
                onLost.run();
            }
        } finally {
            telling.unlock();
        }
    }

    /** The best known reason for a refused connection: what the server said, else what broke, else the failure. */
    String reason(Exception failure) {
        String error = lastError;
        String broken = firstException;
        if (error != null) {
            return error;
        }
        return broken == null ? text(failure) : clean(text(failure) + ": " + broken);
    }

    @Override
    public void connectionEvent(Connection connection, Events event) {
        if (event == Events.DISCONNECTED || event == Events.CLOSED) {
            check(connection);
        } else if (event == Events.LAME_DUCK) {
            LOG.info("the NATS server is about to stop");
        }
    }

    @Override
    public void errorOccurred(Connection connection, String error) {
        report(clean(error));
        if (state.get() == State.UP) {
            intake.hint(new LinkEvent.Complained(clean(error)));
        }
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception exception) {
        String text = text(exception);
        if (firstException == null) {
            firstException = text;
        }
        LOG.debug("NATS client: {}", text);
    }

    @Override
    public void slowConsumerDetected(Connection connection, Consumer consumer) {
        report("messages come faster than they are read");
    }

    @Override
    public void socketWriteTimeout(Connection connection) {
        report("the server does not read");
    }

    /** One of the client's threads has ended by an exception: the connection cannot be relied on any more. */
    private void onDeath(Throwable cause) {
        lose("the NATS client cannot read on: " + text(cause));
    }

    private void report(String error) {
        if (!error.equals(lastError)) {
            lastError = error;
            LOG.warn("NATS: {}", error);
        }
    }

    /** A connection is never reused, so its status cannot recover; an event of an earlier attempt can come late. */
    private void check(Connection connection) {
        if (connection.getStatus() != Connection.Status.CONNECTED) {
            lose("the connection was cut");
        }
    }

    /** What the exception says, without user names and passwords. */
    static String text(Throwable cause) {
        String message = cause.getMessage();
        return clean(message == null ? cause.getClass().getSimpleName() : message);
    }

    /** Host and port of a URL. */
    static String place(@Nullable String url) {
        String text = url == null ? "?" : clean(url);
        int scheme = text.indexOf("://");
        return scheme < 0 ? text : text.substring(scheme + 3);
    }

    private static String clean(String text) {
        String safe = USER_INFO.matcher(text).replaceAll("//");
        return safe.length() <= MAX_TEXT ? safe : safe.substring(0, MAX_TEXT);
    }
}
