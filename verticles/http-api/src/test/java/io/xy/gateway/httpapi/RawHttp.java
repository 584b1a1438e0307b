package io.xy.gateway.httpapi;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A TCP connection on which a test decides about every byte. */
final class RawHttp implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private boolean timedOut;
    private boolean refused;

    RawHttp(int port) {
        this(port, "127.0.0.1");
    }

    /**
     * @param source a loopback address that the server sees as the client's
     */
    RawHttp(int port, String source) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port, InetAddress.getByName(source), 0);
            socket.setSoTimeout(20_000);
            in = new BufferedInputStream(socket.getInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One exchange on its own connection: what was sent back until the server had nothing more to say. */
    static String exchange(int port, String request) {
        try (RawHttp raw = new RawHttp(port)) {
            return raw.send(request).head();
        }
    }

    RawHttp send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawHttp send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // The server may close while a test still writes; what counts is what it answers.
            refused = true;
            return this;
        }
        return this;
    }

    /** Everything up to the end of the next head, with its body when its length is said. */
    String head() {
        String text = "";
        while (read()) {
            text = seen.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0 && seen.size() >= end + 4 + length(text)) {
                break;
            }
        }
        text = seen.toString(StandardCharsets.ISO_8859_1);
        seen.reset();
        return text;
    }

    /** Whether something could not be sent any more. */
    boolean isRefused() {
        return refused;
    }

    /** Sends from another thread: the server may want its answers read before it takes everything. */
    void sendAside(byte[] bytes) {
        Thread.ofVirtual().start(() -> send(bytes));
    }

    /** Everything up to the end of the connection. */
    String all() {
        while (read()) {
            continue;
        }
        if (timedOut) {
            throw new AssertionError(
                    "the server does not close; it sent " + seen.toString(StandardCharsets.ISO_8859_1));
        }
        String text = seen.toString(StandardCharsets.ISO_8859_1);
        seen.reset();
        return text;
    }

    /** The next bytes; empty at the end of the connection. */
    byte[] bytes(int count) {
        try {
            return in.readNBytes(count);
        } catch (IOException e) {
            return new byte[0];
        }
    }

    /** Whether the server closes the connection. */
    boolean isClosedByServer() {
        try {
            while (in.read() >= 0) {
                continue;
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private boolean read() {
        try {
            int next = in.read();
            if (next >= 0) {
                seen.write(next);
            }
            return next >= 0;
        } catch (SocketTimeoutException e) {
            timedOut = true;
            return false;
        } catch (IOException e) {
            return false;
        }
    }

    private static int length(String text) {
        int at = text.toLowerCase(java.util.Locale.ROOT).indexOf("content-length: ");
        return at < 0 ? 0 : Integer.parseInt(text.substring(at + 16, text.indexOf("\r\n", at)));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
