package io.xy.gateway.testkit;

import java.util.ArrayList;
import java.util.List;

/** A real nats-server on a free port. */
public final class NatsServer implements AutoCloseable {
    private final int port;
    private final String[] extra;
    private PeerProcess process;

    private NatsServer(int port, String... extra) {
        this.port = port;
        this.extra = extra;
        this.process = launch();
    }

    public static NatsServer start(String... extra) {
        return new NatsServer(Ports.free(), extra);
    }

    public int port() {
        return port;
    }

    public String url() {
        return "nats://127.0.0.1:" + port;
    }

    public void kill() {
        process.kill();
    }

    /** Starts it again on the same port, after a kill. */
    public void restart() {
        process = launch();
    }

    @Override
    public void close() {
        process.close();
    }

    private PeerProcess launch() {
        List<String> command = new ArrayList<>(
                List.of(PeerProcess.find("nats-server"), "-a", "127.0.0.1", "-p", String.valueOf(port)));
        command.addAll(List.of(extra));
        PeerProcess started = PeerProcess.start(command.toArray(new String[0]));
        started.awaitLine("Server is ready");
        Evidence.contacted("nats-server");
        return started;
    }
}
