package io.xy.gateway.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes bytes on to a server, until its connections go dead: open, and silent in both directions. */
final class Relay implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final List<Link> links = new CopyOnWriteArrayList<>();

    private Relay(int target) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.target = target;
        Thread.ofPlatform().daemon().start(this::accept);
    }

    static Relay to(int target) {
        try {
            return new Relay(target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return server.getLocalPort();
    }

    /** What is connected goes dead; who connects from now on is served. */
    void deaden() {
        links.forEach(link -> link.dead = true);
    }

    @Override
    public void close() {
        try {
            server.close();
            for (Link link : links) {
                link.client.close();
                link.backend.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Link link = new Link(client, new Socket(InetAddress.getLoopbackAddress(), target));
                links.add(link);
                Thread.ofPlatform().daemon().start(() -> link.pump(link.client, link.backend));
                Thread.ofPlatform().daemon().start(() -> link.pump(link.backend, link.client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private static final class Link {
        private final Socket client;
        private final Socket backend;
        private volatile boolean dead;

        Link(Socket client, Socket backend) {
            this.client = client;
            this.backend = backend;
        }

        void pump(Socket from, Socket to) {
            byte[] some = new byte[8_192];
            try {
                for (int read = from.getInputStream().read(some);
                        read >= 0;
                        read = from.getInputStream().read(some)) {
                    if (!dead) {
                        to.getOutputStream().write(some, 0, read);
                    }
                }
                if (!dead) {
                    to.close();
                }
            } catch (IOException ended) {
                // The other direction ends with it.
                return;
            }
        }
    }
}
