package io.xy.gateway.simulator.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

/**
 * One connection of a worker: a DEALER in a context of its own, so that a context whose I/O thread died is left behind
 * with the connection. Belongs to the worker's thread; only the context's failure comes from another one.
 */
final class Link implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final int HANDSHAKE_MILLIS = 5_000;
    private static final int RECONNECT_MILLIS = 100;
    private static final int RECONNECT_MAX_MILLIS = 2_000;

    private final ZContext context = new ZContext(1);
    private final AtomicBoolean broken = new AtomicBoolean();
    private final ZMQ.Socket socket;
    private final ZMQ.Poller poller;

    private Link(int maxMessageBytes) {
        context.setLinger(0);
        // Enter here on JeroMQ's own threads.
        context.setUncaughtExceptionHandler((thread, cause) -> broken.set(true));
        context.setNotificationExceptionHandler((thread, cause) -> broken.set(true));
        socket = context.createSocket(SocketType.DEALER);
        socket.setLinger(0);
        socket.setMaxMsgSize(maxMessageBytes);
        socket.setMsgAllocator(new ClampingAllocator(maxMessageBytes));
        socket.setHandshakeIvl(HANDSHAKE_MILLIS);
        socket.setReconnectIVL(RECONNECT_MILLIS);
        socket.setReconnectIVLMax(RECONNECT_MAX_MILLIS);
        // Inverted against libzmq: false is what keeps messages from waiting for a broker that is not there.
        socket.setImmediate(false);
        poller = context.createPoller(1);
        poller.register(socket, ZMQ.Poller.POLLIN);
    }

    /**
     * @throws RuntimeException of JeroMQ's when the endpoint is none that it knows; nothing is left open then
     */
    static Link to(String endpoint, int maxMessageBytes) {
        Link link = new Link(maxMessageBytes);
        try {
            link.socket.connect(endpoint);
            return link;
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /** Whether the context can no longer be trusted to deliver anything. */
    boolean isBroken() {
        return broken.get();
    }

    /** Waits until a message may be there, at most so long. */
    void await(long millis) {
        poller.poll(millis);
    }

    /** The next message, or null when there is none now. One with too many frames comes as an empty list. */
    @Nullable
    List<byte[]> receive() {
        byte[] frame = socket.recv(ZMQ.DONTWAIT);
        if (frame == null) {
            return null;
        }
        List<byte[]> message = new ArrayList<>(8);
        message.add(frame);
        boolean tooMany = false;
        while (socket.hasReceiveMore()) {
            byte[] more = socket.recv(ZMQ.DONTWAIT);
            if (more == null) {
                break;
            }
            tooMany |= message.size() == Frames.MAX_FRAMES;
            if (!tooMany) {
                message.add(more);
            }
        }
        return tooMany ? List.of() : message;
    }

    /** False when there is no connection to send on, or its queue is full: nothing was sent. */
    boolean send(List<byte[]> message) {
        for (int i = 0; i < message.size(); i++) {
            boolean last = i == message.size() - 1;
            if (!socket.send(message.get(i), last ? ZMQ.DONTWAIT : ZMQ.DONTWAIT | ZMQ.SNDMORE)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        if (!isBroken()) {
            context.close();
            return;
        }
        // A context without its I/O thread may never close; nobody waits for it.
        LOG.warn("a ZeroMQ context failed and is left behind");
        Thread.ofPlatform().daemon().name("xy-zmq-left-behind").start(context::close);
    }
}
