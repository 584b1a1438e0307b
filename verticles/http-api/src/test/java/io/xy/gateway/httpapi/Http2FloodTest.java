package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Authority;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Frames of HTTP/2 that cost the server more than the client, written by hand. */
@Tag("B14")
@Tag("T-23")
class Http2FloodTest {
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int GOAWAY = 7;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Gateway gateway;

    @BeforeAll
    static void start() throws IOException {
        new Authority(directory, "good").issue("server", "DNS:localhost,IP:127.0.0.1");
        gateway = Gateway.start(Map.of(
                "TLS_ENABLE", "true",
                "TLS_CERT_PATH", directory.resolve("server.pem").toString(),
                "TLS_KEY_PATH", directory.resolve("server.key").toString()));
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    @Tag("T-H33")
    void streamsTakenBackOneAfterTheOtherEndTheConnection() throws Exception {
        try (Raw raw = new Raw(65_535)) {
            for (int i = 0; i < 1_000; i++) {
                raw.get(2 * i + 1);
                raw.frame(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
            }

            assertThat(raw.endsWith()).isEqualTo(GOAWAY);
        }
    }

    @Test
    void aFewStreamsMayBeTakenBack() throws Exception {
        try (Raw raw = new Raw(65_535)) {
            for (int i = 0; i < 20; i++) {
                raw.get(2 * i + 1);
                raw.frame(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
            }
            raw.get(101);

            assertThat(raw.until(HEADERS, 101)).isTrue();
        }
    }

    @Test
    @Tag("T-H34")
    void aHeadThatDoesNotEndEndsTheConnection() throws Exception {
        try (Raw raw = new Raw(65_535)) {
            raw.frame(HEADERS, END_STREAM, 1, new byte[] {(byte) 0x82});
            for (int i = 0; i < 200; i++) {
                raw.frame(CONTINUATION, 0, 1, new byte[] {(byte) 0x87});
            }

            assertThat(raw.endsWith()).isEqualTo(GOAWAY);
        }
    }

    @Test
    void whoAsksAndGivesNoWindowForTheAnswerIsCutOffHoweverOftenItPings() throws Exception {
        try (Raw raw = new Raw(0)) {
            raw.get(1);
            assertThat(raw.until(HEADERS, 1)).isTrue();

            assertThat(raw.isCutWhilePinging()).isTrue();
        }
    }

    /** A connection of HTTP/2 over TLS after its preface. */
    private static final class Raw implements AutoCloseable {
        private final SSLSocket socket;
        private final DataInputStream in;

        private Raw(int window) throws Exception {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new javax.net.ssl.TrustManager[] {new TlsTest.Trusting()}, null);
            socket =
                    (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setApplicationProtocols(new String[] {"h2"});
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(40_000);
            in = new DataInputStream(socket.getInputStream());
            write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, (byte) (window >> 8), (byte) window});
        }

        private void get(int stream) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            // Static table: GET, https, and the names of path and authority.
            head.writeBytes(new byte[] {(byte) 0x82, (byte) 0x87, 4, 12});
            head.writeBytes("/api/v1/none".getBytes(StandardCharsets.US_ASCII));
            head.writeBytes(new byte[] {1, 9});
            head.writeBytes("localhost".getBytes(StandardCharsets.US_ASCII));
            frame(HEADERS, END_STREAM | END_HEADERS, stream, head.toByteArray());
        }

        private void frame(int type, int flags, int stream, byte[] payload) {
            ByteArrayOutputStream frame = new ByteArrayOutputStream();
            frame.writeBytes(new byte[] {0, (byte) (payload.length >> 8), (byte) payload.length});
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

        /** The type of the next frame, and its stream. */
        private int[] next() throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            int type = in.readUnsignedByte();
            in.readUnsignedByte();
            int stream = in.readInt();
            in.readNBytes(length);
            return new int[] {type, stream};
        }

        private boolean until(int type, int stream) throws IOException {
            int[] frame = next();
            while (frame[0] != type || frame[1] != stream) {
                frame = next();
            }
            return true;
        }

        /** The type of the last frame before the end of the connection. */
        private int endsWith() {
            int last = -1;
            try {
                while (true) {
                    int type = next()[0];
                    last = last == GOAWAY ? GOAWAY : type;
                }
            } catch (IOException e) {
                return last;
            }
        }

        private boolean isCutWhilePinging() throws IOException {
            try {
                while (true) {
                    frame(PING, 0, 0, new byte[8]);
                    until(PING, 0);
                    java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
                }
            } catch (EOFException | SocketException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
