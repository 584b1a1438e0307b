package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.xy.gateway.natsbridge.link.LinkResult.Answered;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that stands: its subscriptions, and what is sent on it. Used by the link's thread only; what the
 * server sends enters the inboxes on threads of the client.
 */
final class LinkLine {
    private static final Logger LOG = LoggerFactory.getLogger(LinkLine.class);

    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);
    private static final Duration DRAIN_LIMIT = Duration.ofMillis(2_000);
    private static final long PENDING_MESSAGES = 65_536;
    private static final long PENDING_BYTES = 16 << 20;

    private final long incarnation;
    private final Connection connection;
    private final LinkWatch watch;
    private final LoopInbox<LinkResult> results;
    private final Dispatcher streams;
    private final String inbox;
    private final Set<String> subscribed = new HashSet<>();
    private long dropped;

    LinkLine(
            long incarnation,
            Connection connection,
            LinkWatch watch,
            StreamIntake intake,
            LoopInbox<LinkResult> results) {
        this.incarnation = incarnation;
        this.connection = connection;
        this.watch = watch;
        this.results = results;
        this.inbox = connection.createInbox();
        this.streams = connection.createDispatcher(message -> intake.offer(MessageReader.stream(incarnation, message)));
        streams.setPendingLimits(PENDING_MESSAGES, PENDING_BYTES);
    }

    long incarnation() {
        return incarnation;
    }

    boolean isLost() {
        return watch.isLost();
    }

    /** Servers of its cluster that the server has told of. */
    Collection<String> servers() {
        return connection.getServers();
    }

    /** Listens for answers; before the first request. */
    void listen() {
        connection.createDispatcher(this::onAnswer).subscribe(inbox + ".*");
    }

    /**
     * Makes before it breaks, then waits until the server has seen it.
     *
     * @throws TimeoutException when the server does not answer in time
     * @throws IllegalStateException when the connection is over
     */
    void subscribe(Set<String> patterns) throws TimeoutException, InterruptedException {
        for (String pattern : patterns) {
            if (subscribed.add(pattern)) {
                add(pattern);
            }
        }
        for (String pattern : List.copyOf(subscribed)) {
            if (!patterns.contains(pattern)) {
                subscribed.remove(pattern);
                streams.unsubscribe(pattern);
            }
        }
        connection.flush(FLUSH_LIMIT);
    }

    /** Messages that the client has thrown away since the last time that this was asked. */
    long newlyDropped() {
        long count = connection.getStatistics().getDroppedCount();
        long more = count - dropped;
        dropped = count;
        return more;
    }

    /** Gives the message to the client; null, or why it was certainly not sent. */
    @Nullable
    Failure send(Outgoing message) {
        if (watch.isLost() || incarnation != message.incarnation()) {
            return GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected");
        }
        if (message.deadline().passed()) {
            return GatewayError.TIMEOUT.notExecuted("The time was over before the request was sent");
        }
        long most = connection.getMaxPayload();
        if (most > 0 && message.payload().length() > most) {
            return GatewayError.TOO_LARGE.notExecuted("The NATS server takes at most " + most + " bytes");
        }
        try {
            publish(message);
            return null;
        } catch (IllegalArgumentException e) {
            return GatewayError.BAD_REQUEST.notExecuted("The NATS client refuses the subject or a header");
        } catch (IllegalStateException e) {
            return watch.isLost()
                    ? GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected")
                    : GatewayError.OVERLOADED.notExecuted("Too many messages wait for NATS");
        }
    }

    /** Lets go of a connection that does not work. */
    void abandon(Exception cause) throws InterruptedException {
        watch.lose("the NATS server does not answer: " + LinkWatch.text(cause));
        release();
    }

    /** Frees what a lost connection holds. */
    void release() throws InterruptedException {
        connection.close();
    }

    /** Hands out what is under way and closes, with a limit. */
    void close() {
        watch.close();
        try {
            connection.drain(DRAIN_LIMIT).get(DRAIN_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IllegalStateException | TimeoutException | ExecutionException e) {
            LOG.warn("the NATS connection could not be drained: {}", LinkWatch.text(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            connection.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void add(String pattern) {
        try {
            streams.subscribe(pattern);
        } catch (IllegalArgumentException e) {
            LOG.warn("the NATS client refuses to subscribe a pattern: {}", LinkWatch.text(e));
        }
    }

    private void publish(Outgoing message) {
        Headers headers = null;
        if (!message.headers().isEmpty() && connection.getServerInfo().isHeadersSupported()) {
            headers = new Headers();
            for (int i = 0; i + 1 < message.headers().size(); i += 2) {
                headers.put(message.headers().get(i), message.headers().get(i + 1));
            }
        }
        String reply = message.request() ? inbox + '.' + message.number() : null;
        connection.publish(message.subject(), reply, headers, message.payload().array());
    }

    /** Runs on a thread of the client. */
    private void onAnswer(Message message) {
        Answered answer = MessageReader.answer(message);
        if (answer != null && !results.offer(answer)) {
            LOG.debug("answers come faster than they are read; one was dropped");
        }
    }
}
