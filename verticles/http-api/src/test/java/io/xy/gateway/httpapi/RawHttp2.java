package io.xy.gateway.httpapi;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** A connection of HTTP/2 over TLS, after its preface, on which a test decides about every frame. */
final class RawHttp2 implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    /** The end of the connection, in place of a frame. */
    static final int END = -1;

    /**
     * A frame of the server.
     *
     * @param status of the answer whose head it is, else empty
     */
    record Frame(int type, int stream, String status) {}

    private final SSLSocket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder();

    /**
     * @param window what the server may send on a stream before it is given more, in bytes, below 65,536
     */
    RawHttp2(int port, int window) throws IOException {
        socket = tls(port, "h2");
        socket.setSoTimeout(40_000);
        in = new DataInputStream(socket.getInputStream());
        write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, (byte) (window >> 8), (byte) window});
    }

    /** A connection over which the protocol is to be spoken; trusts every certificate. */
    static SSLSocket tls(int port, String protocol) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TlsTest.Trusting()}, null);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {protocol});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(20_000);
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            return socket;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for the path. */
    void get(int stream, String path) {
        head(stream, ":method", "GET", ":scheme", "https", ":path", path, ":authority", "localhost");
    }

    /** A whole request without a body: names and values as they are, however wrong. */
    void head(int stream, String... fields) {
        frame(HEADERS, END_STREAM | END_HEADERS, stream, block(fields));
    }

    /** Fields as literals that nobody remembers (RFC 7541, 6.2.2). */
    static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            text(block, fields[i]);
            text(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            block.write(bytes.length);
        } else {
            block.write(127);
            int rest = bytes.length - 127;
            while (rest >= 128) {
                block.write(rest & 127 | 128);
                rest >>= 7;
            }
            block.write(rest);
        }
        block.writeBytes(bytes);
    }

    void frame(int type, int flags, int stream, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.writeBytes(
                new byte[] {(byte) (payload.length >> 16), (byte) (payload.length >> 8), (byte) payload.length});
        frame.writeBytes(new byte[] {(byte) type, (byte) flags, 0, 0, (byte) (stream >> 8), (byte) stream});
        frame.writeBytes(payload);
        write(frame.toByteArray());
    }

    private void write(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            // The server may close while the test still writes; what counts is what it says.
            return;
        }
    }

    /** The next frame; of type {@link #END} when the connection is closed. */
    Frame next() throws IOException {
        try {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            byte[] payload = in.readNBytes(length);
            return new Frame(type, stream, type == HEADERS ? status(stream, flags, payload) : "");
        } catch (EOFException | SocketException e) {
            return new Frame(END, 0, "");
        }
    }

    /** The next frame of the type on the stream. */
    Frame until(int type, int stream) throws IOException {
        Frame frame = next();
        while (frame.type != type || frame.stream != stream) {
            if (frame.type == END) {
                throw new AssertionError("the server closed the connection");
            }
            frame = next();
        }
        return frame;
    }

    /** What becomes of a stream: its status, {@code reset}, or {@code closed} with the connection. */
    String outcome(int stream) throws IOException {
        while (true) {
            Frame frame = next();
            if (frame.type == END || frame.type == GOAWAY) {
                return "closed";
            }
            if (frame.stream == stream && frame.type == RST_STREAM) {
                return "reset";
            }
            if (frame.stream == stream && frame.type == HEADERS) {
                return frame.status;
            }
        }
    }

    private String status(int stream, int flags, byte[] payload) {
        // A priority may stand before the fields.
        int start = (flags & 0x20) == 0 ? 0 : 5;
        try {
            return decoder.decodeHeaders(stream, Unpooled.wrappedBuffer(payload, start, payload.length - start))
                    .status()
                    .toString();
        } catch (Http2Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The type of the last frame before the end of the connection; {@link #GOAWAY} if that was said at all. */
    int endsWith() throws IOException {
        int last = END;
        while (true) {
            int type = next().type;
            if (type == END) {
                return last;
            }
            last = last == GOAWAY ? GOAWAY : type;
        }
    }

    /** Gives the server more to send. */
    void window(int stream, int bytes) {
        frame(WINDOW_UPDATE, 0, stream, new byte[] {0, 0, (byte) (bytes >> 8), (byte) bytes});
    }

    /** Whether the server closes the connection although pings, and what else is done, show that its client is alive. */
    boolean isCutWhilePinging(Runnable doing) throws IOException {
        while (true) {
            frame(PING, 0, 0, new byte[8]);
            doing.run();
            Frame frame = next();
            while (frame.type != PING) {
                if (frame.type == END) {
                    return true;
                }
                frame = next();
            }
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
