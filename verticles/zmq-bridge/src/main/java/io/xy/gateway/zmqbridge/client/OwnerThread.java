package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import io.xy.gateway.zmqbridge.socket.Bell;
import io.xy.gateway.zmqbridge.socket.Multipart;
import io.xy.gateway.zmqbridge.socket.SocketRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that touches the sockets of a bridge instance: takes calls from the inbox, sends, reads, keeps time,
 * and hands answers back once per turn. Replaces the whole ZeroMQ context when a part of it fails.
 */
final class OwnerThread {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerThread.class);
    private static final int PER_TURN = 256;
    private static final int MAX_FRAMES = 16;
    private static final int HIGH_WATER = 4_096;
    private static final long IDLE_POLL_MILLIS = 50;
    private static final long TICK_NANOS = 2_000_000;
    private static final long REBUILD_PAUSE_MILLIS = 100;

    private final ClientSettings settings;
    private final Outbox outbox;
    private final Tally tally = new Tally();
    private final RequestIds ids = new RequestIds();
    private final CallDesk desk;
    private final Bell bell = new Bell();
    /** The only place where event loops enter. */
    private final BlockingQueue<Call> inbox = new ArrayBlockingQueue<>(ClientSettings.INBOX);

    /** Answers that helper processes have read; they wait in the helper's queue before, so they are few. */
    private final Queue<Runnable> returned = new ConcurrentLinkedQueue<>();

    private final Runnable onEnd;
    private final Thread thread;
    private final List<BrokerConnection> connections = new ArrayList<>();
    private @Nullable BrokerConnection active;
    private long nextTick;
    private volatile ClientCounts counts = ClientCounts.NONE;
    /** Moment at which it ends even if calls are under way; 0 while nobody asked it to. */
    private volatile long endNanos;

    private volatile boolean ending;

    /**
     * @param onEnd called on this thread as the last thing
     */
    OwnerThread(ClientSettings settings, PayloadCodec codec, Outbox outbox, Runnable onEnd) {
        this.settings = settings;
        this.outbox = outbox;
        this.onEnd = onEnd;
        this.desk = new CallDesk(settings, outbox, tally, ids, new ReplyReading(codec, this::onOwner));
        this.thread = Thread.ofPlatform().daemon().name(settings.name()).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Takes a call from any thread; false when too many are waiting to be taken. */
    boolean offer(Call call) {
        boolean taken = !ending && inbox.offer(call);
        if (taken) {
            bell.ring();
        }
        return taken;
    }

    /** Runs at once on this thread, and soon on this thread when a thread of the helper enters here. */
    private void onOwner(Runnable task) {
        if (Thread.currentThread() == thread) {
            task.run();
        } else {
            returned.add(task);
            bell.ring();
        }
    }

    /** Ends it as soon as every call has its answer, at the latest after the time given. */
    void end(long millis) {
        endNanos = System.nanoTime() + millis * 1_000_000;
        ending = true;
        bell.arm();
        bell.ring();
    }

    ClientCounts counts() {
        return counts;
    }

    private void run() {
        try {
            while (!over()) {
                try (SocketRoom room = new SocketRoom(
                        settings.name(), settings.maxMessageBytes(), HIGH_WATER, bell, settings.keys())) {
                    work(room);
                } catch (Throwable e) {
                    // Errors too: a bridge whose thread is gone could never answer again.
                    LOG.error("{}: the socket thread failed and starts again", settings.name(), e);
                }
                if (!over()) {
                    tally.rebuilds++;
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REBUILD_PAUSE_MILLIS));
                }
            }
        } finally {
            finish();
        }
    }

    private boolean over() {
        return ending && (desk.idle() && inbox.isEmpty() || System.nanoTime() - endNanos >= 0);
    }

    private void work(SocketRoom room) {
        Lanes lanes = new Lanes(room);
        try {
            long now = System.nanoTime();
            for (int i = 0; i < settings.brokers().size(); i++) {
                connections.add(new BrokerConnection(
                        i, settings.brokers().get(i), room, bell, ids, settings.heartbeatMillis(), now));
            }
            while (!room.dead() && !over()) {
                turn(room, lanes);
            }
        } finally {
            leaveRoom(lanes);
        }
    }

    private void turn(SocketRoom room, Lanes lanes) {
        bell.arm();
        room.poll(inbox.isEmpty() && returned.isEmpty() ? pollMillis() : 0);
        bell.clear();
        boolean allRead = read(lanes);
        takeCalls();
        takeReturned();
        long now = System.nanoTime();
        if (now - nextTick >= 0) {
            nextTick = now + TICK_NANOS;
            // Nobody is judged silent while messages wait to be read.
            if (allRead) {
                checkBrokers(lanes, now);
            }
            desk.tick(now);
            count();
        }
        outbox.flush();
    }

    /** At most one tick of the deadlines while calls are under way. */
    private long pollMillis() {
        return desk.idle() ? IDLE_POLL_MILLIS : DeadlineWheel.TICK_MILLIS;
    }

    private void takeCalls() {
        for (int i = 0; i < PER_TURN; i++) {
            Call call = inbox.poll();
            if (call == null) {
                return;
            }
            desk.accept(call);
        }
    }

    private void takeReturned() {
        for (Runnable task = returned.poll(); task != null; task = returned.poll()) {
            task.run();
        }
    }

    private boolean read(Lanes lanes) {
        boolean allRead = true;
        for (BrokerConnection connection : connections) {
            allRead &= read(connection);
        }
        for (Lane lane : lanes.all()) {
            List<byte[]> frames = lane.closed ? null : Multipart.receive(lane.socket, MAX_FRAMES);
            if (frames != null) {
                desk.inbound().onLaneMessage(lane, frames);
            }
        }
        return allRead;
    }

    private boolean read(BrokerConnection connection) {
        for (int i = 0; i < PER_TURN; i++) {
            List<byte[]> frames = Multipart.receive(connection.socket, MAX_FRAMES);
            if (frames == null) {
                return true;
            }
            desk.inbound().onMessage(connection, frames, System.nanoTime());
        }
        return false;
    }

    private void checkBrokers(Lanes lanes, long now) {
        List<BrokerConnection> lost = new ArrayList<>(2);
        for (BrokerConnection connection : connections) {
            if (connection.checkLost(now)) {
                lost.add(connection);
            }
            connection.probe(desk.services(), now);
        }
        choose(lanes);
        for (BrokerConnection connection : lost) {
            tally.losses++;
            LOG.warn("the broker at {} is lost", connection.endpoint);
            desk.onLost(connection);
        }
    }

    /** The first broker that is up, in the order of the configuration. */
    private void choose(Lanes lanes) {
        BrokerConnection best = null;
        for (BrokerConnection connection : connections) {
            if (connection.up()) {
                best = connection;
                break;
            }
        }
        if (best != active) {
            LOG.info("{}", best == null ? "no broker is reachable" : "calls go to the broker at " + best.endpoint);
            if (active != null) {
                lanes.leave(active);
            }
            active = best;
            outbox.changed();
        }
        desk.use(active, lanes);
    }

    private void leaveRoom(Lanes lanes) {
        List<BrokerConnection> gone = List.copyOf(connections);
        connections.clear();
        for (Lane lane : lanes.all()) {
            lane.closed = true;
        }
        if (active != null) {
            active = null;
            outbox.changed();
        }
        desk.use(null, null);
        gone.forEach(desk::onLost);
        count();
        outbox.flush();
    }

    private void count() {
        counts = tally.snapshot(desk.pending(), desk.queued(), active == null ? -1 : active.number, desk.breakers());
    }

    private void finish() {
        ending = true;
        for (Call call = inbox.poll(); call != null; call = inbox.poll()) {
            desk.accept(call);
        }
        takeReturned();
        desk.endAll(CallFailure.STOPPING.failure(), CallFailure.STOPPED.failure());
        count();
        outbox.flush();
        bell.close();
        onEnd.run();
    }
}
