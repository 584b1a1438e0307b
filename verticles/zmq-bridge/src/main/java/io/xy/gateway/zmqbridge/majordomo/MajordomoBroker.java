package io.xy.gateway.zmqbridge.majordomo;

import io.xy.gateway.zmqbridge.socket.Bell;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import io.xy.gateway.zmqbridge.socket.Multipart;
import io.xy.gateway.zmqbridge.socket.SocketRoom;
import java.net.BindException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * A Majordomo broker on one ROUTER and one thread of its own. The thread owns everything; others may only start it,
 * close it and look at its counts.
 */
public final class MajordomoBroker {
    private static final Logger LOG = LoggerFactory.getLogger(MajordomoBroker.class);
    private static final int MAX_FRAMES = 16;
    private static final int MESSAGES_PER_TURN = 10_000;
    private static final int HIGH_WATER = 10_000;
    private static final long EXPIRE_EVERY_MILLIS = 100;
    private static final long REBUILD_PAUSE_MILLIS = 100;

    private final BrokerSettings settings;
    private final CurveRing keys;
    private final Bell bell = new Bell();
    private final CompletableFuture<String> bound = new CompletableFuture<>();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final Thread thread;
    private volatile boolean stopping;
    private volatile BrokerCounts counts = BrokerCounts.NONE;
    private String endpoint;
    private long nextBeat;
    private long nextExpiry;

    /**
     * @param keys with a key of its own it speaks CURVE only
     */
    public MajordomoBroker(BrokerSettings settings, CurveRing keys) {
        this.settings = settings;
        this.keys = keys;
        this.endpoint = settings.bind();
        this.thread = Thread.ofPlatform().daemon().name("zmq-broker").unstarted(this::run);
    }

    /** Binds and serves. Gives the endpoint that is really bound, or fails with a {@link BindException}. */
    public CompletableFuture<String> start() {
        thread.start();
        return bound;
    }

    /** Ends it; may be called before it started, and twice. */
    public CompletableFuture<Void> close() {
        stopping = true;
        if (thread.getState() == Thread.State.NEW) {
            bell.close();
            ended.complete(null);
        } else {
            bell.arm();
            bell.ring();
        }
        return ended;
    }

    /** What it has seen, at most 100 ms old. */
    public BrokerCounts counts() {
        return counts;
    }

    private void run() {
        try {
            while (!stopping) {
                try (SocketRoom room =
                        new SocketRoom("zmq-broker", settings.maxMessageBytes(), HIGH_WATER, bell, keys)) {
                    ZMQ.Socket router = room.router();
                    if (bind(router)) {
                        serve(room, router);
                    }
                } catch (Throwable e) {
                    // Errors too: nobody else would start it again.
                    LOG.error("the broker failed and starts again", e);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REBUILD_PAUSE_MILLIS));
                }
            }
        } finally {
            bound.completeExceptionally(new IllegalStateException("the broker was closed before it was bound"));
            bell.close();
            ended.complete(null);
        }
    }

    /** False when it cannot be bound: for good the first time, later only for now. */
    private boolean bind(ZMQ.Socket router) {
        try {
            router.bind(endpoint.endsWith(":0") ? endpoint.substring(0, endpoint.length() - 1) + '*' : endpoint);
            // After a rebuild the workers look for the same port.
            endpoint = router.getLastEndpoint();
            bound.complete(endpoint);
            return true;
        } catch (ZMQException | IllegalArgumentException e) {
            if (bound.isDone()) {
                throw e;
            }
            BindException failure =
                    new BindException("The broker cannot listen on " + endpoint + ": " + e.getMessage());
            failure.initCause(e);
            bound.completeExceptionally(failure);
            stopping = true;
            return false;
        }
    }

    private void serve(SocketRoom room, ZMQ.Socket router) {
        BrokerBook book = new BrokerBook(settings, (to, frames) -> send(router, to, frames));
        nextBeat = now() + settings.heartbeatMillis();
        nextExpiry = now() + EXPIRE_EVERY_MILLIS;
        while (!stopping && !room.dead()) {
            bell.arm();
            room.poll(stopping ? 0 : Math.max(1, Math.min(nextExpiry, nextBeat) - now()));
            bell.clear();
            boolean allRead = read(router, book);
            keepTime(book, allRead);
        }
        book.dismiss();
    }

    private boolean read(ZMQ.Socket router, BrokerBook book) {
        for (int i = 0; i < MESSAGES_PER_TURN; i++) {
            List<byte[]> frames = Multipart.receive(router, MAX_FRAMES);
            if (frames == null) {
                return true;
            }
            if (frames.isEmpty()) {
                book.onMalformed();
            } else {
                book.onMessage(frames, now());
            }
        }
        return false;
    }

    private void keepTime(BrokerBook book, boolean allRead) {
        long now = now();
        if (now >= nextBeat) {
            book.beat(now);
            nextBeat = now + settings.heartbeatMillis();
        }
        // Nobody is judged silent while messages wait to be read.
        if (allRead && now >= nextExpiry) {
            book.expire(now);
            counts = book.counts();
            nextExpiry = now + EXPIRE_EVERY_MILLIS;
        }
    }

    private static boolean send(ZMQ.Socket router, Identity to, List<byte[]> frames) {
        List<byte[]> addressed = new ArrayList<>(frames.size() + 1);
        addressed.add(to.bytes());
        addressed.addAll(frames);
        return Multipart.send(router, addressed) == Multipart.Sent.SENT;
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
