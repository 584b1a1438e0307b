package io.xy.gateway.httpapi;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** An upstream on a plain socket: a test says for every connection how it behaves, and how it dies. */
final class RawUpstream implements AutoCloseable {
    /** What happens on one connection; it is closed afterwards. */
    interface Script {
        void play(Connection connection) throws IOException;
    }

    /** One accepted connection. */
    static final class Connection {
        private final Socket socket;
        private final RawUpstream upstream;

        private Connection(Socket socket, RawUpstream upstream) {
            this.socket = socket;
            this.upstream = upstream;
        }

        /** The next request, head and body; empty at the end of the connection. */
        String request() throws IOException {
            String head = head();
            if (head.isEmpty()) {
                return "";
            }
            boolean chunked = head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n");
            String body = chunked ? until("0\r\n\r\n") : exactly(length(head));
            boolean whole = chunked ? body.endsWith("0\r\n\r\n") : body.length() == length(head);
            (whole ? upstream.requests : upstream.broken).add(head + body);
            return whole ? head + body : "";
        }

        /** The next request's head only; empty at the end of the connection. */
        String head() throws IOException {
            String head = until("\r\n\r\n");
            return head.endsWith("\r\n\r\n") ? head : "";
        }

        /** The next bytes, or as many as there are. */
        String bytes(int count) throws IOException {
            return exactly(count);
        }

        /** Everything that still comes, to the end of the connection. */
        String rest() throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            for (int next = read(in); next >= 0; next = read(in)) {
                seen.write(next);
            }
            return seen.toString(StandardCharsets.ISO_8859_1);
        }

        /** Bytes to the end of the text, or as many as there are. */
        private String until(String end) throws IOException {
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream seen = new ByteArrayOutputStream();
            while (!seen.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
                int next = read(in);
                if (next < 0) {
                    break;
                }
                seen.write(next);
            }
            return seen.toString(StandardCharsets.ISO_8859_1);
        }

        private String exactly(int count) throws IOException {
            return new String(socket.getInputStream().readNBytes(count), StandardCharsets.ISO_8859_1);
        }

        /** A reset is an end too. */
        private static int read(InputStream in) throws IOException {
            try {
                return in.read();
            } catch (SocketException e) {
                return -1;
            }
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        }

        /** Sends nothing more, and still reads. */
        void finish() throws IOException {
            socket.shutdownOutput();
        }

        /** Ends with a reset instead of an orderly end. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
        }

        private static int length(String head) {
            int at = head.toLowerCase(Locale.ROOT).indexOf("content-length: ");
            return at < 0 ? 0 : Integer.parseInt(head.substring(at + 16, head.indexOf("\r\n", at)));
        }
    }

    /** What arrived whole. */
    final List<String> requests = new CopyOnWriteArrayList<>();
    /** What broke off within its body. */
    final List<String> broken = new CopyOnWriteArrayList<>();

    private final ServerSocket server;

    RawUpstream(Script script) {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> accept(script));
    }

    int port() {
        return server.getLocalPort();
    }

    static String ok(String body) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private void accept(Script script) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> play(script, socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void play(Script script, Socket socket) {
        try (socket) {
            socket.setSoTimeout(20_000);
            script.play(new Connection(socket, this));
        } catch (IOException e) {
            // The gateway hung up, which some tests want; what was seen tells.
            return;
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
