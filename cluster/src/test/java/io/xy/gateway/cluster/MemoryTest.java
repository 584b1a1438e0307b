package io.xy.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node takes of memory, in a process as an operator has it, measured as the system counts it. */
@Tag("nightly")
class MemoryTest {
    private static final long MIB = 1 << 20;
    private static final long IDLE = 200_000_000;
    private static final long ADDED = 32 * MIB;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    private final int port = Ports.free();

    private PeerProcess start(int upstream) throws IOException {
        Files.writeString(directory.resolve("gateway.yaml"), "");
        Files.writeString(
                directory.resolve("upstreams.yaml"),
                "upstreams:\n  up: {urls: 'http://127.0.0.1:" + upstream + "', request-timeout: 300s}\n");
        Path routes = Files.createDirectory(directory.resolve("routes"));
        Files.writeString(
                routes.resolve("r.yaml"),
                "routes:\n"
                        + "  - {name: down, method: GET, path: /down, roles: public, target: {http: {upstream: up}}}\n"
                        + "  - {name: up, method: POST, path: /up, roles: public, timeout: 30s, target: {http: {upstream: up}}}\n");
        List<String> command = new ArrayList<>(Arrays.asList(Node.command("run", directory.toString())));
        command.removeIf(word -> word.startsWith("-javaagent"));
        command.add(1, "-XX:+UseCompactObjectHeaders");
        PeerProcess process = PeerProcess.start(
                directory,
                Map.of(
                        "HTTP_PORT", Integer.toString(port),
                        "WS_PORT", "0",
                        "MANAGEMENT_PORT", "0",
                        "SERVICE_TYPE", "http-api,ws-fanout,nats-bridge,health",
                        "NATS_CHILD", "false",
                        "NATS_URLS", "nats://127.0.0.1:1",
                        "HTTP_MAX_BODY", "1gb",
                        "JWT_SECRET", "a-secret-of-this-test-that-is-long-enough"),
                command.toArray(new String[0]));
        process.awaitLine("ready in");
        return process;
    }

    /** Bytes of the process that are in memory; the greatest number of them so far. */
    private static long resident(PeerProcess process, String line) {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                    .filter(each -> each.startsWith(line + ":"))
                    .mapToLong(each -> Long.parseLong(each.replaceAll("[^0-9]", "")) * 1_024)
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    @Tag("B18")
    void anIdleNodeStaysUnderTwoHundredMegabytes() throws IOException {
        try (PeerProcess process = start(Ports.free())) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
            Await.until("it has been idle for a while", () -> System.nanoTime() - end > 0);
            long resident = resident(process, "VmRSS");
            System.out.println("idle: " + resident / MIB + " MiB");
            assertThat(resident).isLessThan(IDLE);
        }
    }

    @Test
    @Tag("B4")
    @Tag("T-28")
    void aBodyOfAGigabyteAddsLittleInEitherDirection() throws IOException {
        try (ServerSocket upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                PeerProcess process = start(upstream.getLocalPort())) {
            Thread.ofVirtual().start(() -> serve(upstream));
            // What the first bodies bring along in code and buffers is not the body's.
            for (int i = 0; i < 4; i++) {
                down(128 * MIB);
                up(128 * MIB);
            }
            long before = resident(process, "VmHWM");
            down(1_024 * MIB);
            long afterDown = resident(process, "VmHWM");
            up(1_024 * MIB - 1);
            long afterUp = resident(process, "VmHWM");
            System.out.println("most resident before, after 1 GiB down, after 1 GiB up: " + before / MIB + ", "
                    + afterDown / MIB + ", " + afterUp / MIB + " MiB");
            assertThat(afterDown - before).isLessThan(ADDED);
            assertThat(afterUp - before).isLessThan(ADDED);
        }
    }

    private void down(long bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            write(socket, "GET /down?" + bytes + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertThat(drain(socket.getInputStream())).isGreaterThanOrEqualTo(bytes);
        }
    }

    private void up(long bytes) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            write(socket, "POST /up HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + bytes + "\r\n\r\n");
            fill(socket.getOutputStream(), bytes);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith(Long.toString(bytes));
        }
    }

    private static void serve(ServerSocket server) {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void answer(Socket accepted) {
        try (Socket socket = accepted) {
            InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            String head = head(in);
            while (!head.isEmpty()) {
                if (head.startsWith("GET /down?")) {
                    long bytes = Long.parseLong(head.substring(10, head.indexOf(' ', 10)));
                    write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + bytes + "\r\n\r\n");
                    fill(socket.getOutputStream(), bytes);
                } else {
                    String text = head.toLowerCase(java.util.Locale.ROOT);
                    int at = text.indexOf("content-length: ") + 16;
                    long bytes = Long.parseLong(text.substring(at, text.indexOf("\r\n", at)));
                    in.skipNBytes(bytes);
                    String count = Long.toString(bytes);
                    write(socket, "HTTP/1.1 200 OK\r\nContent-Length: " + count.length() + "\r\n\r\n" + count);
                }
                head = head(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || head.lastIndexOf("\r\n\r\n") < head.length() - 4) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void fill(OutputStream out, long bytes) throws IOException {
        byte[] piece = new byte[1 << 16];
        for (long left = bytes; left > 0; left -= piece.length) {
            out.write(piece, 0, (int) Math.min(left, piece.length));
        }
    }

    private static long drain(InputStream in) throws IOException {
        byte[] piece = new byte[1 << 16];
        long bytes = 0;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            bytes += read;
        }
        return bytes;
    }
}
