package io.xy.gateway.simulator.worker;

import io.xy.gateway.simulator.desk.CallAnswer;
import io.xy.gateway.simulator.desk.DeskService;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves one of the desk's services at a Majordomo broker (MDP/0.1 with the desk's request-id frame), one call at a
 * time, on a thread of its own that owns the socket and the service. Registers again whenever the broker was lost.
 */
public final class MdpWorker {
    /** Whether the broker is in touch, as a worker tells it when it changes. */
    public interface Listener {
        /** Called on the worker's thread. */
        void onConnected(boolean connected);
    }

    private static final Logger LOG = LoggerFactory.getLogger(MdpWorker.class);
    private static final int LIVENESS = 3;
    private static final long POLL_MILLIS = 100;
    private static final long FAREWELL_MILLIS = 20;
    private static final long PAUSE_MILLIS = 100;
    private static final long PAUSE_MAX_MILLIS = 2_000;
    private static final int MESSAGES_PER_TURN = 64;

    /**
     * Where and how.
     *
     * @param endpoint a ZeroMQ endpoint to connect to
     * @param heartbeatMillis between heartbeats of this side; three of them without a sign of the broker mean it is lost
     * @param maxMessageBytes largest frame that is read
     */
    public record Settings(String endpoint, long heartbeatMillis, int maxMessageBytes) {}

    private final DeskService service;
    private final CallAnswer answer;
    private final Settings settings;
    private final Listener listener;
    private final Thread thread;
    private volatile boolean stopping;
    private boolean connected;
    private boolean registered;
    private long lastHeard;
    private long nextHeartbeat;

    /**
     * @param onEnd called once on the worker's thread when everything is closed
     */
    public MdpWorker(DeskService service, Settings settings, Listener listener, Consumer<MdpWorker> onEnd) {
        this.service = service;
        this.answer = new CallAnswer(service);
        this.settings = settings;
        this.listener = listener;
        this.thread = Thread.ofPlatform()
                .daemon()
                .name("xy-simulator-" + service.name())
                .unstarted(() -> {
                    serve();
                    onEnd.accept(this);
                });
    }

    public void start() {
        thread.start();
    }

    /** Asks the worker to end after the call that it has; {@code onEnd} tells when it did. Never interrupts. */
    public void stop() {
        stopping = true;
    }

    private void serve() {
        long pause = PAUSE_MILLIS;
        while (!stopping) {
            boolean wasHeard = false;
            try (Link link = Link.to(settings.endpoint(), settings.maxMessageBytes())) {
                wasHeard = session(link);
            } catch (RuntimeException | Error e) {
                // Errors too: JeroMQ has assertions, and a thread that ends unheard is a service that hangs.
                LOG.error("{}: the connection failed and is made anew", service.name(), e);
            }
            tell(false);
            // A broker that keeps refusing must not be hammered.
            pause = wasHeard ? PAUSE_MILLIS : Math.min(PAUSE_MAX_MILLIS, pause * 2);
            idle(pause);
        }
    }

    /** One registration, until the broker is lost or sends us away. Says whether it lasted. */
    private boolean session(Link link) {
        registered = false;
        long began = now();
        lastHeard = began;
        nextHeartbeat = began;
        while (!stopping && !link.isBroken()) {
            if (!keepAlive(link)) {
                break;
            }
            link.await(Math.min(POLL_MILLIS, settings.heartbeatMillis()));
            if (!readAll(link)) {
                break;
            }
            service.advance();
        }
        if (stopping && registered) {
            link.send(Frames.of(Frames.DISCONNECT));
            // Linger is 0: give the I/O thread a moment to write it.
            link.await(FAREWELL_MILLIS);
        }
        return now() - began > settings.heartbeatMillis();
    }

    /** READY as soon as there is somebody to hear it, then heartbeats; false when the broker has been silent too long. */
    private boolean keepAlive(Link link) {
        long now = now();
        if (!registered) {
            registered = link.send(Frames.ready(service.name()));
            if (registered) {
                lastHeard = now;
                nextHeartbeat = now + settings.heartbeatMillis();
            } else {
                // Not a silence of the broker: JeroMQ still tries to reach it.
                lastHeard = now;
            }
            return true;
        }
        if (now >= nextHeartbeat) {
            link.send(Frames.of(Frames.HEARTBEAT));
            nextHeartbeat = now + settings.heartbeatMillis();
        }
        if (now - lastHeard > LIVENESS * settings.heartbeatMillis()) {
            LOG.info("{}: the broker has been silent, registering anew", service.name());
            return false;
        }
        return true;
    }

    /** All that is there, within a turn's bound; false when the broker wants a new registration. */
    private boolean readAll(Link link) {
        for (int i = 0; i < MESSAGES_PER_TURN; i++) {
            List<byte[]> message = link.receive();
            if (message == null) {
                return true;
            }
            switch (Frames.command(message)) {
                case Frames.REQUEST -> {
                    onHeard();
                    serveOne(link, message);
                }
                case Frames.HEARTBEAT -> onHeard();
                case Frames.DISCONNECT -> {
                    return false;
                }
                default -> LOG.debug("{}: a message that is not of the protocol was dropped", service.name());
            }
        }
        return true;
    }

    private void onHeard() {
        lastHeard = now();
        tell(true);
    }

    private void serveOne(Link link, List<byte[]> request) {
        byte[] payload = answer.to(request.get(request.size() - 1));
        if (!link.send(Frames.reply(request, payload))) {
            LOG.warn("{}: an answer could not be sent: the broker is gone or does not read", service.name());
        }
        nextHeartbeat = now() + settings.heartbeatMillis();
    }

    private void tell(boolean now) {
        if (now != connected) {
            connected = now;
            listener.onConnected(now);
        }
    }

    private void idle(long millis) {
        long end = now() + millis;
        while (!stopping && now() < end) {
            LockSupport.parkNanos(10_000_000);
            service.advance();
        }
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
