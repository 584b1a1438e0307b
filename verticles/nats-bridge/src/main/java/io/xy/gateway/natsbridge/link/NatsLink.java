package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.Dispatcher;
import io.nats.client.Nats;
import io.nats.client.impl.Headers;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.link.LinkEvent.Connected;
import io.xy.gateway.natsbridge.link.LinkResult.Answered;
import io.xy.gateway.natsbridge.link.LinkResult.Handed;
import io.xy.gateway.shared.config.NatsConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to NATS. Owns one thread, the only one that calls the client: connecting, subscribing, publishing and
 * flushing may block, so none of it happens on an event loop. The owner's loop offers work and reads two inboxes; it
 * knows nothing of the client's classes.
 *
 * <p>Connects for ever, with jitter. Every connection is a new incarnation with its own number.
 */
public final class NatsLink {
    private static final Logger LOG = LoggerFactory.getLogger(NatsLink.class);

    private static final long TICK_MILLIS = 200;
    private static final Duration FLUSH_LIMIT = Duration.ofSeconds(3);
    private static final Duration DRAIN_LIMIT = Duration.ofMillis(2_000);
    private static final long PENDING_MESSAGES = 65_536;
    private static final long PENDING_BYTES = 16 << 20;
    private static final int BATCH = 512;

    /** Makes the thread look around; carries nothing. */
    private static final Outgoing NUDGE = new Outgoing(-1, -1, "", false, Payload.EMPTY, List.of(), new Deadline(0));

    private record Wanted(long revision, Set<String> patterns) {}

    /** What stands while connected. */
    private record Line(
            long incarnation,
            Connection connection,
            LinkWatch watch,
            Dispatcher streams,
            String inbox,
            Set<String> subscribed) {}

    private final Vertx vertx;
    private final String name;
    private final NatsConfig config;
    private final Supplier<List<String>> urls;
    private final StreamIntake intake;
    private final LoopInbox<LinkResult> results;
    private final BlockingQueue<Outgoing> work;
    private final Backoff backoff = new Backoff(50, 2_000, ThreadLocalRandom.current()::nextLong);
    private final Thread thread;
    private final Runnable onEnd;

    private volatile Wanted wanted = new Wanted(0, Set.of());
    private volatile boolean closing;
    private volatile boolean connecting;

    // The rest belongs to the link's thread.
    private @Nullable Line line;
    private long incarnations;
    private long settled = -1;
    private long nextAttempt = System.nanoTime();
    private long dropped;

    /**
     * @param name tells the server's operators who connects
     * @param urls asked before each attempt; empty while there is none
     * @param results read by the owner; holds at most what the owner has handed over, and answers
     * @param onEnd called on the link's thread when it ends
     */
    public NatsLink(
            Vertx vertx,
            String name,
            NatsConfig config,
            Supplier<List<String>> urls,
            StreamIntake intake,
            LoopInbox<LinkResult> results,
            Runnable onEnd) {
        this.vertx = vertx;
        this.name = name;
        this.config = config;
        this.urls = urls;
        this.intake = intake;
        this.results = results;
        this.work = new ArrayBlockingQueue<>(config.inboxMessages());
        this.onEnd = onEnd;
        this.thread = Thread.ofPlatform().daemon().name("xy-nats-link").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** The subscriptions to hold from now on; {@link LinkEvent.Settled} tells when the server has them. */
    public void want(long revision, Set<String> patterns) {
        wanted = new Wanted(revision, Set.copyOf(patterns));
        wake();
    }

    /** Takes the message over, unless too many wait; its {@link Handed} follows. */
    public boolean send(Outgoing message) {
        return work.offer(message);
    }

    /** Messages that wait for the thread. */
    public int waiting() {
        return work.size();
    }

    /** Makes the thread look at its surroundings now: new URLs, new subscriptions, the end. */
    public void wake() {
        if (!work.offer(NUDGE)) {
            LOG.debug("the link is busy and looks around anyway");
        }
    }

    /** Drains with a limit and ends; the constructor's {@code onEnd} follows, also when it was never started. */
    public void close() {
        closing = true;
        if (thread.getState() == Thread.State.NEW) {
            onEnd.run();
            return;
        }
        if (connecting) {
            thread.interrupt();
        }
        wake();
    }

    private void run() {
        try {
            while (!closing) {
                turn();
            }
        } catch (InterruptedException e) {
            LOG.debug("the NATS link is asked to end");
        } finally {
            end();
            onEnd.run();
        }
    }

    private void turn() throws InterruptedException {
        if (line == null && nextAttempt - System.nanoTime() <= 0) {
            connect();
        }
        long wait = line == null ? Math.min(TICK_MILLIS, millisToAttempt()) : TICK_MILLIS;
        Outgoing first = work.poll(wait, TimeUnit.MILLISECONDS);
        for (int i = 0; first != null && i < BATCH; i++) {
            hand(first);
            first = work.poll();
        }
        if (first != null) {
            hand(first);
        }
        Line current = line;
        if (current != null && current.watch.isLost()) {
            drop(current);
        } else if (current != null) {
            keep(current);
        }
        intake.settle();
    }

    private long millisToAttempt() {
        return Math.max(1, (nextAttempt - System.nanoTime()) / 1_000_000);
    }

    private void connect() throws InterruptedException {
        List<String> servers = urls.get();
        if (servers.isEmpty()) {
            later();
            return;
        }
        long incarnation = incarnations + 1;
        LinkWatch watch = new LinkWatch(incarnation, intake, this::wake);
        connecting = true;
        try {
            Connection connection = Nats.connect(watch.listenOn(LinkOptions.of(vertx, name, config, servers)));
            incarnations = incarnation;
            open(incarnation, connection, watch);
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            intake.tell(new LinkEvent.Refused(watch.reason(e)));
            later();
        } finally {
            connecting = false;
        }
    }

    private void later() {
        nextAttempt = System.nanoTime() + backoff.next() * 1_000_000;
    }

    private void open(long incarnation, Connection connection, LinkWatch watch) throws InterruptedException {
        Dispatcher streams =
                connection.createDispatcher(message -> intake.offer(MessageReader.stream(incarnation, message)));
        streams.setPendingLimits(PENDING_MESSAGES, PENDING_BYTES);
        String inbox = connection.createInbox();
        Line opened = new Line(incarnation, connection, watch, streams, inbox, new HashSet<>());
        line = opened;
        settled = -1;
        dropped = 0;
        intake.tell(new Connected(incarnation, LinkWatch.place(connection.getConnectedUrl())));
        watch.up(connection);
        try {
            connection.createDispatcher(this::onAnswer).subscribe(inbox + ".*");
            subscribe(opened);
        } catch (IllegalStateException | TimeoutException e) {
            abandon(opened, e);
            return;
        }
        backoff.reset();
        intake.tell(new LinkEvent.Ready(incarnation));
    }

    /** Runs on a thread of the client. */
    private void onAnswer(io.nats.client.Message message) {
        Answered answer = MessageReader.answer(message);
        if (answer != null && !results.offer(answer)) {
            LOG.debug("answers come faster than they are read; one was dropped");
        }
    }

    private void keep(Line current) throws InterruptedException {
        try {
            if (wanted.revision != settled) {
                subscribe(current);
            }
        } catch (IllegalStateException | TimeoutException e) {
            abandon(current, e);
            return;
        }
        long count = current.connection.getStatistics().getDroppedCount();
        if (count > dropped) {
            intake.tell(new LinkEvent.Doubt(current.incarnation, count - dropped));
            dropped = count;
        }
    }

    /** Makes before it breaks, then waits until the server has seen it. */
    private void subscribe(Line current) throws TimeoutException, InterruptedException {
        Wanted now = wanted;
        for (String pattern : now.patterns) {
            if (current.subscribed.add(pattern)) {
                current.streams.subscribe(pattern);
            }
        }
        for (String pattern : List.copyOf(current.subscribed)) {
            if (!now.patterns.contains(pattern)) {
                current.subscribed.remove(pattern);
                current.streams.unsubscribe(pattern);
            }
        }
        current.connection.flush(FLUSH_LIMIT);
        settled = now.revision;
        intake.tell(new LinkEvent.Settled(now.revision));
    }

    private void hand(Outgoing message) {
        if (message == NUDGE) {
            return;
        }
        Line current = line;
        long incarnation = current == null ? incarnations : current.incarnation;
        results.put(new Handed(message.number(), incarnation, message.payload().length(), refusal(current, message)));
    }

    private static @Nullable Failure refusal(@Nullable Line current, Outgoing message) {
        if (current == null || current.watch.isLost() || current.incarnation != message.incarnation()) {
            return GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected");
        }
        if (message.deadline().passed()) {
            return GatewayError.TIMEOUT.notExecuted("The time was over before the request was sent");
        }
        long most = current.connection.getMaxPayload();
        if (most > 0 && message.payload().length() > most) {
            return GatewayError.TOO_LARGE.notExecuted("The NATS server takes at most " + most + " bytes");
        }
        try {
            publish(current, message);
            return null;
        } catch (IllegalArgumentException e) {
            return GatewayError.BAD_REQUEST.notExecuted("The NATS client refuses the subject or a header");
        } catch (IllegalStateException e) {
            return current.watch.isLost()
                    ? GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected")
                    : GatewayError.OVERLOADED.notExecuted("Too many messages wait for NATS");
        }
    }

    private static void publish(Line current, Outgoing message) {
        Headers headers = null;
        if (!message.headers().isEmpty() && current.connection.getServerInfo().isHeadersSupported()) {
            headers = new Headers();
            for (int i = 0; i + 1 < message.headers().size(); i += 2) {
                headers.put(message.headers().get(i), message.headers().get(i + 1));
            }
        }
        String reply = message.request() ? current.inbox + '.' + message.number() : null;
        current.connection.publish(
                message.subject(), reply, headers, message.payload().array());
    }

    /** The client has noticed the loss and takes the connection down itself. */
    private void drop(Line lost) {
        line = null;
        later();
        LOG.debug("incarnation {} of the NATS connection is over", lost.incarnation);
    }

    private void abandon(Line failed, Exception cause) throws InterruptedException {
        failed.watch.lose("the NATS server does not answer: " + LinkWatch.text(cause));
        failed.connection.close();
        drop(failed);
    }

    private void end() {
        List<Outgoing> rest = new ArrayList<>();
        work.drainTo(rest);
        for (Outgoing message : rest) {
            hand(message);
        }
        Line last = line;
        line = null;
        if (last == null) {
            return;
        }
        last.watch.close();
        try {
            CompletableFuture<Boolean> drained = last.connection.drain(DRAIN_LIMIT);
            drained.get(DRAIN_LIMIT.toMillis() + 500, TimeUnit.MILLISECONDS);
            last.connection.close();
        } catch (IllegalStateException | TimeoutException | ExecutionException e) {
            LOG.warn("the NATS connection could not be drained: {}", LinkWatch.text(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
