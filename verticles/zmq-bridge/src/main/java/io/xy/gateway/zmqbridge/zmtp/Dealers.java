package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.SocketAddress;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import java.util.function.Supplier;

/** Makes the dealers of one event loop; what they have in common. */
public final class Dealers {
    private static final String TCP = "tcp://";
    private static final String IPC = "ipc://";
    private static final int CONNECT_MILLIS = 5_000;

    private final Vertx vertx;
    private final CurveRing keys;
    private final int longest;
    private final NetClient net;

    /**
     * Made on the event loop that it belongs to.
     *
     * @param longest bytes of a payload that is read from a peer
     */
    public Dealers(Vertx vertx, CurveRing keys, int longest) {
        this.vertx = vertx;
        this.keys = keys;
        this.longest = longest;
        this.net = vertx.createNetClient(
                new NetClientOptions().setConnectTimeout(CONNECT_MILLIS).setTcpNoDelay(true));
    }

    /**
     * A dealer on its way to the endpoint.
     *
     * @param endpoint {@code tcp://host:port} or {@code ipc://path}; it speaks CURVE when the endpoint has a key
     */
    public Dealer open(String endpoint, Dealer.Listener listener) {
        String server = keys.servers().get(endpoint);
        Supplier<Mechanism> mechanisms = server == null ? NullMechanism::new : () -> new CurveMechanism(keys, server);
        return new Dealer(vertx, net, endpoint, mechanisms, longest, listener);
    }

    /** Closes what is still open. */
    public void close() {
        // Nobody waits: there is nothing left to lose.
        net.close();
    }

    static SocketAddress address(String endpoint) {
        if (endpoint.startsWith(IPC)) {
            return SocketAddress.domainSocketAddress(endpoint.substring(IPC.length()));
        }
        int colon = endpoint.lastIndexOf(':');
        if (!endpoint.startsWith(TCP) || colon < TCP.length()) {
            throw new IllegalArgumentException("not an endpoint: " + endpoint);
        }
        String host = endpoint.substring(TCP.length(), colon).replace("[", "").replace("]", "");
        return SocketAddress.inetSocketAddress(Integer.parseInt(endpoint.substring(colon + 1)), host);
    }
}
