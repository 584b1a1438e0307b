package io.xy.gateway.zmqbridge.stream;

import io.xy.gateway.shared.config.StreamsConfig;
import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import io.xy.gateway.zmqbridge.socket.Bell;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import io.xy.gateway.zmqbridge.socket.Multipart;
import io.xy.gateway.zmqbridge.socket.SocketRoom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.ZMQ;

/**
 * The one thread that touches the SUB sockets: receives, reads, numbers, and offers to the event loop's inbox. Replaces
 * the whole ZeroMQ context when a part of it fails.
 */
final class SubscriberThread {
    private static final Logger LOG = LoggerFactory.getLogger(SubscriberThread.class);
    private static final int PER_TURN = 256;
    private static final int MAX_FRAMES = 4;
    private static final int HIGH_WATER = 4_096;
    private static final long POLL_MILLIS = 50;
    private static final long REBUILD_PAUSE_MILLIS = 100;

    /** One publisher. Its counters are written by a thread of JeroMQ and read by the owner. */
    private static final class Feed {
        final Intake intake;
        final String endpoint;
        final AtomicInteger connects = new AtomicInteger();
        final AtomicInteger losses = new AtomicInteger();
        int lossesSeen;
        ZMQ.@Nullable Socket socket;

        Feed(Intake intake, String endpoint) {
            this.intake = intake;
            this.endpoint = endpoint;
        }

        boolean up() {
            return connects.get() > losses.get();
        }
    }

    private final String name;
    private final List<StreamsConfig.ZmqSource> sources;
    private final PayloadCodec codec;
    private final ZmqConfig config;
    private final List<String> brokers;
    private final Inbox inbox;
    private final Numbering numbering;
    private final Runnable onWorker;
    private final Runnable onEnd;
    private final Bell bell = new Bell();
    private final Thread thread;
    private boolean told;
    private volatile boolean ending;
    private volatile long received;
    private volatile long unread;
    private volatile WorkerCounts worker = WorkerCounts.NONE;

    /**
     * @param brokers to register with as a worker, if the configuration says so
     * @param onWorker told on this thread when a broker of the worker comes or goes
     * @param onEnd called on this thread as the last thing
     */
    SubscriberThread(
            String name,
            List<StreamsConfig.ZmqSource> sources,
            PayloadCodec codec,
            ZmqConfig config,
            List<String> brokers,
            Inbox inbox,
            Runnable onWorker,
            Runnable onEnd) {
        this.name = name;
        this.sources = List.copyOf(sources);
        this.codec = codec;
        this.config = config;
        this.brokers = config.worker().isEmpty() ? List.of() : List.copyOf(brokers);
        this.inbox = inbox;
        this.onWorker = onWorker;
        this.onEnd = onEnd;
        this.numbering = new Numbering(Long.toString(System.currentTimeMillis(), 36));
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void end() {
        ending = true;
        bell.arm();
        bell.ring();
    }

    long received() {
        return received;
    }

    /** Messages that could not be read, or that no rule maps. */
    long unread() {
        return unread;
    }

    WorkerCounts worker() {
        return worker;
    }

    private void run() {
        try {
            while (!ending) {
                CurveRing keys = CurveRing.of(config, brokers);
                try (SocketRoom room = new SocketRoom(name, config.maxMessageBytes(), HIGH_WATER, bell, keys)) {
                    work(room);
                } catch (Throwable e) {
                    // Errors too: without this thread no value would ever come again.
                    LOG.error("{}: the subscriber thread failed and starts again", name, e);
                }
                if (!ending) {
                    numbering.startAnew();
                    tell(false);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(REBUILD_PAUSE_MILLIS));
                }
            }
        } finally {
            bell.close();
            onEnd.run();
        }
    }

    private void work(SocketRoom room) {
        List<Feed> feeds = new ArrayList<>();
        for (StreamsConfig.ZmqSource source : sources) {
            Intake intake = new Intake(source, codec);
            for (String endpoint : source.endpoints()) {
                Feed feed = new Feed(intake, endpoint);
                feed.socket = room.subscriber(
                        endpoint,
                        source.serverKey(),
                        source.prefixes(),
                        feed.connects::incrementAndGet,
                        feed.losses::incrementAndGet);
                feeds.add(feed);
            }
        }
        PushDesk desk = new PushDesk(sources, codec, this::take);
        List<WorkerLink> links = brokers.stream()
                .map(broker -> new WorkerLink(room, broker, config.worker(), config.heartbeatMillis(), desk))
                .toList();
        while (!ending && !room.dead()) {
            bell.arm();
            room.poll(POLL_MILLIS);
            bell.clear();
            watch(feeds);
            feeds.forEach(this::read);
            links.forEach(WorkerLink::turn);
            count(links);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this thread writes the counters.
    private void read(Feed feed) {
        ZMQ.Socket socket = feed.socket;
        for (int i = 0; socket != null && i < PER_TURN; i++) {
            List<byte[]> frames = Multipart.receive(socket, MAX_FRAMES);
            if (frames == null) {
                return;
            }
            Intake.Item item = feed.intake.read(frames);
            if (item == null) {
                unread++;
            } else {
                take(item);
            }
        }
    }

    private void count(List<WorkerLink> links) {
        int up = (int) links.stream().filter(WorkerLink::up).count();
        boolean changed = up != worker.up();
        long losses = links.stream().mapToLong(link -> link.losses).sum();
        long requests = links.stream().mapToLong(link -> link.requests).sum();
        worker = new WorkerCounts(links.size(), up, losses, requests);
        if (changed) {
            onWorker.run();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Only this thread writes the counters.
    private boolean take(Intake.Item item) {
        received++;
        long sequence = numbering.next(item.subject());
        // What does not fit leaves a hole in the numbers, which the event loop sees with the next value.
        return inbox.offer(new SourceEvent.Value(
                item.subject(), numbering.epoch(), sequence, System.currentTimeMillis(), item.value()));
    }

    private void watch(List<Feed> feeds) {
        boolean up = true;
        for (Feed feed : feeds) {
            int losses = feed.losses.get();
            if (losses != feed.lossesSeen) {
                feed.lossesSeen = losses;
                // Nobody knows what was sent meanwhile.
                numbering.startAnew();
                LOG.warn("the publisher at {} is lost", feed.endpoint);
                tell(false);
            }
            up &= feed.up();
        }
        if (up) {
            tell(true);
        }
    }

    private void tell(boolean up) {
        if (told != up) {
            told = up;
            inbox.offer(new SourceEvent.Connection(up, numbering.epoch()));
        }
    }
}
