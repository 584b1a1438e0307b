package io.xy.gateway.natsbridge;

import io.vertx.core.Vertx;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A line to a server that can be cut and mended while the server goes on. */
final class CutLine implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final NetClient client = vertx.createNetClient();
    private final List<NetSocket> ends = new CopyOnWriteArrayList<>();
    private final int port;
    private final int target;
    private NetServer server;

    CutLine(int target) {
        this.target = target;
        this.server = listen(0);
        this.port = server.actualPort();
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    /** Ends every connection and takes no new one. */
    void cut() {
        TestVertx.await(server.close());
        ends.forEach(NetSocket::close);
        ends.clear();
    }

    void mend() {
        server = listen(port);
    }

    @Override
    public void close() {
        TestVertx.close(vertx);
    }

    private NetServer listen(int at) {
        NetServer made = vertx.createNetServer().connectHandler(this::onConnect);
        return TestVertx.await(made.listen(at, "127.0.0.1"));
    }

    private void onConnect(NetSocket near) {
        near.pause();
        ends.add(near);
        client.connect(target, "127.0.0.1")
                .onSuccess(far -> {
                    ends.add(far);
                    near.handler(far::write);
                    far.handler(near::write);
                    near.closeHandler(gone -> far.close());
                    far.closeHandler(gone -> near.close());
                    near.resume();
                })
                .onFailure(e -> near.close());
    }
}
