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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node takes of memory, in a process as an operator has it, measured as the system counts it. */
@Tag("nightly")
class MemoryTest {
    private static final long MIB = 1 << 20;
    private static final long IDLE = 200_000_000;
    private static final long ADDED = 32 * MIB;
    private static final long GROWTH = 16 * MIB;
    private static final int CLIENTS = 8;
    private static final long PAUSE_NANOS = 2_000_000;
    private static final List<String> REQUESTS = List.of(
            "GET /down?1000 HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /down?100000 HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n",
            "POST /up HTTP/1.1\r\nHost: h\r\nContent-Length: 3000\r\n\r\n" + "x".repeat(3_000),
            "GET /none HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer no.such.token\r\n\r\n",
            "GET /openapi.json HTTP/1.1\r\nHost: h\r\n\r\n",
            "GET /health HTTP/1.1\r\nHost: h\r\n\r\n");

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
    @Tag("B18")
    void underLoadItsSizeStaysWhatItIs() throws Exception {
        Duration load = Duration.parse(System.getProperty("xy.soak", "PT1H"));
        try (ServerSocket upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                PeerProcess process = start(upstream.getLocalPort())) {
            Thread.ofVirtual().start(() -> serve(upstream));
            long end = System.nanoTime() + load.toNanos();
            List<CompletableFuture<Long>> clients = Stream.generate(() -> CompletableFuture.supplyAsync(
                            () -> ask(end), task -> Thread.ofVirtual().start(task)))
                    .limit(CLIENTS)
                    .toList();
            List<Long> sizes = new ArrayList<>();
            Await.until("the load is over", load.plusSeconds(60), () -> {
                sizes.add(resident(process, "VmRSS"));
                return clients.stream().allMatch(CompletableFuture::isDone);
            });
            long requests = clients.stream().mapToLong(CompletableFuture::join).sum();
            // What the first fifth brings along in compiled code and buffers belongs to the program.
            int tenth = sizes.size() / 10;
            long before = median(sizes.subList(2 * tenth, 3 * tenth));
            long after = median(sizes.subList(sizes.size() - tenth, sizes.size()));
            System.out.println(load + " of load, " + requests + " requests: " + before / MIB + " MiB after a fifth, "
                    + after / MIB + " MiB at the end");
            assertThat(requests).isGreaterThan(load.toSeconds() * 100);
            assertThat(after - before).isLessThan(GROWTH);
        }
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** A client that asks for all kinds of things, now and then on a new connection; how often it asked. */
    private long ask(long endNanos) {
        long asked = 0;
        while (System.nanoTime() < endNanos) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                socket.setSoTimeout(60_000);
                InputStream in = new BufferedInputStream(socket.getInputStream());
                for (int i = 0; i < 500 && System.nanoTime() < endNanos; i++, asked++) {
                    write(socket, REQUESTS.get(i % REQUESTS.size()));
                    String head = head(in).toLowerCase(java.util.Locale.ROOT);
                    int at = head.indexOf("content-length: ") + 16;
                    in.skipNBytes(Long.parseLong(head.substring(at, head.indexOf("\r\n", at))));
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return asked;
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
