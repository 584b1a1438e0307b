package io.xy.gateway.wsfanout;

import io.xy.gateway.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A TCP connection on which the test writes every byte itself. */
final class RawSocket implements AutoCloseable {
    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private boolean ended;

    private RawSocket(Socket socket) {
        this.socket = socket;
    }

    static RawSocket connect(int port) {
        return connect("127.0.0.1", port);
    }

    static RawSocket connect(String from, int port) {
        try {
            Socket socket = new Socket();
            socket.bind(new java.net.InetSocketAddress(from, 0));
            socket.setReceiveBufferSize(8_192);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", port), 5_000);
            socket.setSoTimeout(50);
            return new RawSocket(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The whole answer to an upgrade request with these extra header lines. */
    static String upgrade(int port, String target, String... headers) {
        try (RawSocket raw = connect(port)) {
            raw.sendUpgrade(target, headers);
            String head = raw.awaitText(text -> text.contains("\r\n\r\n"));
            return head.contains("content-length: ") ? raw.awaitText(RawSocket::isWhole) : head;
        }
    }

    void sendUpgrade(String target, String... headers) {
        StringBuilder request = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: gateway\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        send(request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    void send(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends what the server may already have stopped reading. */
    void trySend(byte... bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            ended = true;
        }
    }

    /** Says that nothing more comes, and goes on reading. */
    void halfClose() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection with a reset. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A masked client frame with the mask 0, so that the payload stays readable. */
    static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        if (payload.length < 126) {
            frame.write(0x80 | payload.length);
        } else {
            frame.write(0x80 | 126);
            frame.write(payload.length >> 8);
            frame.write(payload.length);
        }
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    String awaitText(Predicate<String> until) {
        Await.until("the server says more than " + text(), () -> {
            readSome();
            return until.test(text()) || ended;
        });
        return text();
    }

    /** The code of the close frame that the server sends. */
    int awaitCloseCode() {
        Await.until("a close frame", () -> {
            readSome();
            return closeCode() != 0 || ended;
        });
        return closeCode();
    }

    byte[] bytes() {
        return received.toByteArray();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The code of the close frame that has come; 0 when none has. */
    int closeCode() {
        byte[] all = received.toByteArray();
        int at = text().indexOf("\r\n\r\n") + 4;
        while (at + 1 < all.length) {
            int length = all[at + 1] & 0x7f;
            int header = 2;
            if (length == 126) {
                if (at + 3 >= all.length) {
                    return 0;
                }
                length = (all[at + 2] & 0xff) << 8 | all[at + 3] & 0xff;
                header = 4;
            }
            if ((all[at] & 0x0f) == 8 && at + header + 1 < all.length) {
                return (all[at + header] & 0xff) << 8 | all[at + header + 1] & 0xff;
            }
            at += header + length;
        }
        return 0;
    }

    private void readSome() {
        try {
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[65_536];
            int count = in.read(buffer);
            if (count < 0) {
                ended = true;
            } else {
                received.write(buffer, 0, count);
            }
        } catch (SocketTimeoutException quiet) {
            // Nothing yet.
            return;
        } catch (SocketException reset) {
            ended = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    private static boolean isWhole(String text) {
        int at = text.indexOf("content-length: ") + 16;
        int length = Integer.parseInt(text.substring(at, text.indexOf('\r', at)));
        return text.length() >= text.indexOf("\r\n\r\n") + 4 + length;
    }
}
