package io.xy.gateway.zmqbridge.socket;

import java.nio.channels.SelectableChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMonitor;
import zmq.Msg;

/**
 * One JeroMQ context with its sockets, owned by one thread, thrown away as a whole when the context dies.
 *
 * <p>JeroMQ 0.6.0 loses a context to a single hostile frame header (zeromq/jeromq#1005, fixed but not released): the
 * announced length is allocated before anything checks it, and a negative one is retried for ever. Each socket here has
 * a largest message and an allocator that answers an impossible length with an empty message. Should an I/O thread die
 * nevertheless, {@link #dead} says so and the owner builds a new room.
 */
public final class SocketRoom implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketRoom.class);
    private static final int HANDSHAKE_MILLIS = 5_000;
    private static final int ZMTP_BEAT_MILLIS = 1_000;
    private static final int ZMTP_SILENCE_MILLIS = 3_000;
    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MOST_MILLIS = 2_000;
    /** Connections that may wait to be accepted: all workers of a desk come back at once. */
    private static final int BACKLOG = 4_096;

    private static final long CLOSE_MILLIS = 2_000;

    private final String name;
    private final int maxMessageBytes;
    private final int highWater;
    private final Bell bell;
    private final CurveRing keys;
    private final ZContext context;
    private final Set<ZMQ.Socket> sockets = new HashSet<>();
    private final ZMQ.Poller poller;
    private @Nullable Doorkeeper doorkeeper;
    /** Written by the context's own threads when one of them fails. */
    private volatile boolean dead;

    /**
     * @param highWater messages that may wait in each direction of a connection
     * @param bell rung when the context dies, so that the owner notices
     */
    public SocketRoom(String name, int maxMessageBytes, int highWater, Bell bell, CurveRing keys) {
        this.name = name;
        this.maxMessageBytes = maxMessageBytes;
        this.highWater = highWater;
        this.bell = bell;
        this.keys = keys;
        this.context = new ZContext(1);
        context.setLinger(0);
        context.setUncaughtExceptionHandler(this::onDeath);
        context.setNotificationExceptionHandler(this::onDeath);
        this.poller = newPoller();
    }

    /** Whether a thread of the context has failed: nothing in this room can be relied on any more. */
    public boolean dead() {
        return dead;
    }

    /**
     * A DEALER on its way to the endpoint. Nothing can be sent before it is connected: what is queued for an absent
     * peer would be executed after its caller has been told that it failed.
     *
     * @param onLost called on a thread of JeroMQ whenever the connection breaks
     */
    public ZMQ.Socket dealer(String endpoint, Runnable onLost) {
        ZMQ.Socket socket = open(SocketType.DEALER);
        // JeroMQ's sense is the opposite of libzmq's: false means "only to a peer that is there".
        socket.setImmediate(false);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
        socket.setEventHook(event -> onLost.run(), ZMQ.EVENT_DISCONNECTED);
        keys.applyTo(socket, endpoint);
        socket.connect(endpoint);
        return socket;
    }

    /**
     * A SUB on its way to the endpoint.
     *
     * @param serverKey that whoever is there must prove; empty for plain text
     * @param prefixes of topics; an empty one is everything
     * @param onConnected called on a thread of JeroMQ whenever a connection is made
     * @param onLost called on a thread of JeroMQ whenever it breaks
     */
    public ZMQ.Socket subscriber(
            String endpoint, String serverKey, List<String> prefixes, Runnable onConnected, Runnable onLost) {
        ZMQ.Socket socket = open(SocketType.SUB);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MOST_MILLIS);
        socket.setEventHook(
                event -> {
                    (event.getEvent() == ZMonitor.Event.CONNECTED ? onConnected : onLost).run();
                    bell.ring();
                },
                ZMQ.EVENT_CONNECTED | ZMQ.EVENT_DISCONNECTED);
        prefixes.forEach(socket::subscribe);
        if (!serverKey.isEmpty()) {
            keys.trust(socket, serverKey);
        }
        socket.connect(endpoint);
        return socket;
    }

    /** A ROUTER that says when a peer cannot be reached. */
    public ZMQ.Socket router() {
        ZMQ.Socket socket = open(SocketType.ROUTER);
        socket.setRouterMandatory(true);
        socket.setBacklog(BACKLOG);
        if (!keys.publicKey().isEmpty()) {
            doorkeeper = new Doorkeeper(keys, open(Doorkeeper.type()));
            keys.applyTo(socket);
        }
        return socket;
    }

    private ZMQ.Socket open(SocketType type) {
        ZMQ.Socket socket = context.createSocket(type);
        socket.setLinger(0);
        socket.setSndHWM(highWater);
        socket.setRcvHWM(highWater);
        socket.setMaxMsgSize(maxMessageBytes);
        socket.setMsgAllocator(this::allocate);
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
        socket.setHeartbeatIvl(ZMTP_BEAT_MILLIS);
        socket.setHeartbeatTimeout(ZMTP_SILENCE_MILLIS);
        socket.setHeartbeatTtl(ZMTP_SILENCE_MILLIS);
        sockets.add(socket);
        poller.register(socket, ZMQ.Poller.POLLIN);
        return socket;
    }

    /** Closes one socket and forgets what it still had to send. */
    public void close(ZMQ.Socket socket) {
        if (sockets.remove(socket)) {
            poller.unregister(socket);
            context.destroySocket(socket);
        }
    }

    /** Sleeps until a socket can be read, the bell rings or the time is over. */
    public void poll(long millis) {
        poller.poll(millis);
        if (doorkeeper != null) {
            doorkeeper.serve();
        }
    }

    /** Gives everything back; takes at most two seconds, even when the context is dead. */
    @Override
    public void close() {
        poller.close();
        sockets.clear();
        Thread closing = Thread.ofPlatform().daemon().name(name + "-close").start(context::close);
        try {
            closing.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (closing.isAlive()) {
            LOG.warn("{}: the ZeroMQ context does not end within {} ms and is left behind", name, CLOSE_MILLIS);
        }
    }

    private ZMQ.Poller newPoller() {
        SelectableChannel channel = bell.channel();
        ZMQ.Poller fresh = context.createPoller(8);
        fresh.register(channel, ZMQ.Poller.POLLIN);
        return fresh;
    }

    private Msg allocate(int length) {
        return new Msg(length < 0 || length > maxMessageBytes ? 0 : length);
    }

    private void onDeath(Thread thread, Throwable cause) {
        if (!dead) {
            dead = true;
            LOG.error("{}: a thread of the ZeroMQ context failed; the context is replaced", name, cause);
            bell.arm();
            bell.ring();
        }
    }
}
