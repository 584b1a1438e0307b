package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket of type DEALER that connects to one endpoint, again and again. Belongs to one event loop, on which it is told
 * and tells. Messages of one turn leave in one write. What cannot leave at once is refused: a message that waited for an
 * absent peer would be executed after its caller has been told that it failed.
 */
public final class Dealer {
    /** What a dealer tells; never from within a call of one of its own methods. */
    public interface Listener {
        /** Messages can be sent. */
        void onUp();

        /** They cannot any more; those without an answer may or may not have arrived. */
        void onLost();

        /** One message; empty when it had more than 16 frames. */
        void onMessage(List<byte[]> frames);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Dealer.class);
    private static final long HANDSHAKE_MILLIS = 5_000;
    private static final long BEAT_MILLIS = 1_000;
    private static final long RECONNECT_MILLIS = 100;
    private static final int MOST_DOUBLINGS = 4;
    /** Bytes that wait to be written before the peer counts as one that does not read. */
    private static final int MOST_WAITING = 1 << 20;

    private final Vertx vertx;
    private final Context context;
    private final NetClient net;
    private final SocketAddress address;
    private final Supplier<Mechanism> mechanisms;
    private final int longest;
    private final Listener listener;
    private final String endpoint;
    private @Nullable Connection connection;
    private boolean flushing;
    private boolean closed;
    private boolean complained;
    private int failures;
    private long timer = -1;

    Dealer(
            Vertx vertx,
            NetClient net,
            String endpoint,
            Supplier<Mechanism> mechanisms,
            int longest,
            Listener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.net = net;
        this.endpoint = endpoint;
        this.address = Dealers.address(endpoint);
        this.mechanisms = mechanisms;
        this.longest = longest;
        this.listener = listener;
        connect();
    }

    /** Sends a message with this turn's write; false when there is no peer, or one that does not read. */
    public boolean send(List<byte[]> frames) {
        Connection open = connection;
        if (open == null || !open.takes(MOST_WAITING)) {
            return false;
        }
        open.write(frames);
        if (!flushing) {
            flushing = true;
            context.runOnContext(turn -> {
                flushing = false;
                open.flush();
            });
        }
        return true;
    }

    /** Ends it for good, without a word to the listener. */
    public void close() {
        closed = true;
        vertx.cancelTimer(timer);
        Connection open = connection;
        if (open != null) {
            open.flush();
            open.end("");
        }
    }

    private void connect() {
        if (!closed) {
            net.connect(address).onComplete(done -> {
                if (done.succeeded()) {
                    onSocket(done.result());
                } else {
                    again("cannot be reached");
                }
            });
        }
    }

    private void onSocket(NetSocket socket) {
        if (closed) {
            socket.close();
            return;
        }
        Connection fresh = new Connection(socket, mechanisms.get(), longest, new Peer());
        connection = fresh;
        timer = vertx.setTimer(HANDSHAKE_MILLIS, late -> fresh.end("does not finish its greeting"));
        fresh.start();
    }

    private void again(String why) {
        if (closed) {
            return;
        }
        if (!complained) {
            complained = true;
            LOG.warn("{}: the peer {}", endpoint, why);
        }
        long longestPause = RECONNECT_MILLIS << Math.min(failures++, MOST_DOUBLINGS);
        long pause = longestPause / 2 + ThreadLocalRandom.current().nextLong(longestPause / 2 + 1);
        timer = vertx.setTimer(pause, due -> connect());
    }

    private void beat() {
        timer = vertx.setTimer(BEAT_MILLIS, due -> {
            Connection open = connection;
            if (open != null && open.isReady()) {
                // Before the ping, whose failure sets the timer of the next attempt.
                beat();
                open.beat();
            }
        });
    }

    private final class Peer implements Connection.Owner {
        private boolean up;

        @Override
        public void onReady() {
            vertx.cancelTimer(timer);
            up = true;
            failures = 0;
            complained = false;
            beat();
            listener.onUp();
        }

        @Override
        public void onEnd(String why) {
            vertx.cancelTimer(timer);
            connection = null;
            again(why);
            if (up && !closed) {
                listener.onLost();
            }
        }

        @Override
        public void onMessage(List<byte[]> frames) {
            listener.onMessage(frames);
        }
    }
}
