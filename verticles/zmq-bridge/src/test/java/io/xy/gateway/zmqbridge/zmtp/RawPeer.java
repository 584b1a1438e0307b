package io.xy.gateway.zmqbridge.zmtp;

import io.vertx.core.buffer.Buffer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;

/** A broker's end of one connection after the other, byte by byte. */
final class RawPeer implements AutoCloseable {
    static final String READY = "\5READY\13Socket-Type\0\0\0\6ROUTER\10Identity\0\0\0\0";
    private static final int LIMIT_MILLIS = 20_000;

    private final ServerSocket server;
    private Socket socket = new Socket();
    private DataInputStream in = new DataInputStream(DataInputStream.nullInputStream());

    RawPeer() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(LIMIT_MILLIS);
    }

    String endpoint() {
        return "tcp://127.0.0.1:" + server.getLocalPort();
    }

    void accept() throws IOException {
        socket.close();
        socket = server.accept();
        socket.setSoTimeout(LIMIT_MILLIS);
        in = new DataInputStream(socket.getInputStream());
    }

    /** Accepts and says what a broker says; gives the other side's greeting and first command. */
    byte[][] greet() throws IOException {
        accept();
        say(greeting(3, "NULL"));
        byte[] greeting = take(Wire.GREETING);
        byte[] ready = frame(Wire.COMMAND);
        command(READY);
        return new byte[][] {greeting, ready};
    }

    static byte[] greeting(int major, String mechanism) {
        byte[] greeting = Wire.greeting(mechanism).getBytes();
        greeting[10] = (byte) major;
        return greeting;
    }

    void say(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void say(String bytes) throws IOException {
        say(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    void command(String body) throws IOException {
        Buffer frame = Buffer.buffer();
        Wire.append(frame, Wire.COMMAND, body.getBytes(StandardCharsets.ISO_8859_1));
        say(frame.getBytes());
    }

    byte[] take(int count) throws IOException {
        return in.readNBytes(count);
    }

    /** The next frame that is no ping; it has to be of this kind. */
    byte[] frame(int kind) throws IOException {
        while (true) {
            int flags = in.readUnsignedByte();
            byte[] body = take((flags & Wire.LONG) == 0 ? in.readUnsignedByte() : Math.toIntExact(in.readLong()));
            boolean ping = (flags & Wire.COMMAND) != 0 && Wire.isCommand(body, "PING");
            if (!ping) {
                if ((flags & ~Wire.LONG) != kind) {
                    throw new IOException("a frame of another kind: " + flags);
                }
                return body;
            }
        }
    }

    /** Whether the other side ends the connection; waits until it does. */
    boolean isEnded() throws IOException {
        try {
            while (in.read() >= 0) {
                // What it still said does not matter.
            }
            return true;
        } catch (SocketException reset) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
        server.close();
    }
}
