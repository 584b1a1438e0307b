package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.xy.gateway.natsbridge.link.LinkEvent.Connected;
import io.xy.gateway.natsbridge.link.LinkResult.Handed;
import io.xy.gateway.shared.config.NatsConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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
    private static final int BATCH = 512;

    /** Makes the thread look around; carries nothing. */
    private static final Outgoing NUDGE = new Outgoing(-1, -1, "", false, Payload.EMPTY, List.of(), new Deadline(0));

    private record Wanted(long revision, Set<String> patterns) {}

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
    private final HistoryDesk history;

    private volatile Wanted wanted = new Wanted(0, Set.of());
    private volatile boolean closing;
    private volatile boolean connecting;

    // The rest belongs to the link's thread.
    private final ServerList known = new ServerList();
    private @Nullable LinkLine line;
    private long incarnations;
    private long settled = -1;
    private long nextAttempt = System.nanoTime();

    /**
     * @param context the owner's, for what is read from streams
     * @param name tells the server's operators who connects
     * @param urls asked before each attempt; empty while there is none
     * @param results read by the owner; holds at most what the owner has handed over, and answers
     * @param onEnd called on the link's thread when it ends
     */
    public NatsLink(
            Vertx vertx,
            Context context,
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
        this.history = new HistoryDesk(context);
        this.thread = Thread.ofPlatform().daemon().name("xy-nats-link").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Reads of stored messages. */
    public HistoryDesk history() {
        return history;
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
        history.close();
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
        try {
            if (line == null && nextAttempt - System.nanoTime() <= 0) {
                connect();
            }
            work();
            look();
        } catch (IllegalStateException | TimeoutException e) {
            abandon(e);
        } catch (RuntimeException e) {
            // The link lives for ever: a defect costs a connection, not the bridge.
            LOG.error("the NATS link failed and connects anew", e);
            abandon(e);
        }
        intake.settle();
    }

    private void work() throws InterruptedException {
        long wait = line == null ? Math.min(TICK_MILLIS, millisToAttempt()) : TICK_MILLIS;
        Outgoing next = work.poll(wait, TimeUnit.MILLISECONDS);
        for (int i = 1; next != null; i++) {
            hand(next);
            next = i < BATCH ? work.poll() : null;
        }
    }

    private void look() throws TimeoutException, InterruptedException {
        LinkLine current = line;
        if (current == null) {
            return;
        }
        if (current.isLost()) {
            drop();
            current.release();
            return;
        }
        known.learn(current.servers());
        if (wanted.revision != settled) {
            subscribe(current);
        }
        long dropped = current.newlyDropped();
        if (dropped > 0) {
            intake.tell(new LinkEvent.Doubt(current.incarnation(), dropped));
        }
    }

    private long millisToAttempt() {
        return Math.max(1, (nextAttempt - System.nanoTime()) / 1_000_000);
    }

    private void connect() throws TimeoutException, InterruptedException {
        List<String> servers = known.with(urls.get());
        if (servers.isEmpty()) {
            later();
            return;
        }
        LinkWatch watch = new LinkWatch(incarnations + 1, intake, this::wake);
        Connection connection = dial(watch, servers);
        if (connection != null) {
            incarnations++;
            open(connection, watch);
        }
    }

    private @Nullable Connection dial(LinkWatch watch, List<String> servers) throws InterruptedException {
        connecting = true;
        try {
            return Nats.connect(watch.listenOn(LinkOptions.of(vertx, name, config, servers)));
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            intake.tell(new LinkEvent.Refused(watch.reason(e)));
            later();
            return null;
        } finally {
            connecting = false;
        }
    }

    private void later() {
        nextAttempt = System.nanoTime() + backoff.next() * 1_000_000;
    }

    private void open(Connection connection, LinkWatch watch) throws TimeoutException, InterruptedException {
        LinkLine opened = new LinkLine(incarnations, connection, watch, intake, results);
        line = opened;
        history.use(connection);
        intake.tell(new Connected(incarnations, LinkWatch.place(connection.getConnectedUrl())));
        watch.up(connection);
        opened.listen();
        subscribe(opened);
        backoff.reset();
        watch.ready();
    }

    private void subscribe(LinkLine current) throws TimeoutException, InterruptedException {
        Wanted now = wanted;
        current.subscribe(now.patterns);
        settled = now.revision;
        intake.tell(new LinkEvent.Settled(now.revision));
    }

    private void hand(Outgoing message) {
        if (message == NUDGE) {
            return;
        }
        LinkLine current = line;
        Failure failure = current == null
                ? GatewayError.UPSTREAM_DOWN.notExecuted("NATS is not connected")
                : current.send(message);
        results.put(new Handed(message.number(), incarnations, message.payload().length(), failure));
    }

    private void drop() {
        line = null;
        history.use(null);
        settled = -1;
        later();
    }

    private void abandon(Exception cause) throws InterruptedException {
        LinkLine failed = line;
        drop();
        if (failed != null) {
            failed.abandon(cause);
        }
    }

    private void end() {
        List<Outgoing> rest = new ArrayList<>();
        work.drainTo(rest);
        for (Outgoing message : rest) {
            hand(message);
        }
        LinkLine last = line;
        line = null;
        if (last != null) {
            last.close();
        }
    }
}
