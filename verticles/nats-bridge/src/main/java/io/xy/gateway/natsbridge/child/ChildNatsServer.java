package io.xy.gateway.natsbridge.child;

import io.xy.gateway.natsbridge.link.Backoff;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@code nats-server} from the PATH, for development: on the loopback address, on port 4222 if that is free (tools
 * expect it) and else on another, started again when it dies. Owns one thread; other threads only read.
 *
 * <p>It cannot outlive the gateway, however that ends: a shell between the two ends the server when the pipe to it
 * breaks.
 */
public final class ChildNatsServer {
    private static final Logger LOG = LoggerFactory.getLogger(ChildNatsServer.class);

    private static final int USUAL_PORT = 4_222;
    private static final int NOT_FOUND = 127;
    private static final long STOP_MILLIS = 3_000;
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final int MAX_LINE = 300;

    /** Arguments: the program and its own. Standard input is a pipe that nothing is ever written to. */
    private static final String GUARD = """
            exec 3<&0
            command -v "$1" >/dev/null || exit 127
            "$@" 3<&- </dev/null 2>&1 &
            server=$!
            trap 'kill $server 2>/dev/null' TERM INT
            ( read -r never <&3; kill $server 2>/dev/null ) >/dev/null 2>&1 &
            watch=$!
            exec 3<&-
            wait $server
            code=$?
            kill $watch 2>/dev/null
            exit $code
            """;

    private final String program;
    private final int preferredPort;
    private final Thread thread;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Backoff backoff = new Backoff(200, 5_000, ThreadLocalRandom.current()::nextLong);
    private volatile Runnable onReady = () -> {};
    private volatile int port;
    private volatile String trouble = "the child nats-server is starting";
    private volatile long pid = -1;
    private volatile boolean missing;

    public ChildNatsServer() {
        this("nats-server", USUAL_PORT);
    }

    ChildNatsServer(String program, int preferredPort) {
        this.program = program;
        this.preferredPort = preferredPort;
        this.thread = Thread.ofPlatform().daemon().name("xy-nats-child").unstarted(this::run);
    }

    /**
     * @param listener called on a thread of this class each time that the server is ready
     */
    public void start(Runnable listener) {
        onReady = listener;
        thread.start();
    }

    /** Where it listens; empty while it does not. */
    public List<String> urls() {
        int now = port;
        return now == 0 ? List.of() : List.of("nats://127.0.0.1:" + now);
    }

    /** 0 while it is not ready. */
    public int port() {
        return port;
    }

    /** Why there is no server; empty when it is ready. */
    public String trouble() {
        return port == 0 ? trouble : "";
    }

    /** Whether the program is not on the PATH; then nothing is tried again. */
    public boolean isMissing() {
        return missing;
    }

    /** Process id of the guard, -1 before there is one. */
    long pid() {
        return pid;
    }

    /** Asks it to end; waits a few seconds at most. Not for an event loop. */
    public void stop() {
        stopping.countDown();
        try {
            thread.join(2 * STOP_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (stopping.getCount() > 0 && !missing) {
                long began = System.nanoTime();
                serveOnce();
                if (System.nanoTime() - began > STEADY_NANOS) {
                    backoff.reset();
                }
                if (!missing && stopping.await(backoff.next(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("the child nats-server is no longer looked after");
        } finally {
            port = 0;
        }
    }

    private void serveOnce() throws InterruptedException {
        int chosen = choosePort();
        Process process;
        try {
            process = new ProcessBuilder(
                            "sh", "-c", GUARD, "guard", program, "-a", "127.0.0.1", "-p", String.valueOf(chosen))
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            trouble = "no child nats-server: " + e.getMessage();
            missing = true;
            return;
        }
        pid = process.pid();
        Thread reader = Thread.ofPlatform().daemon().name("xy-nats-child-log").start(() -> read(process, chosen));
        try {
            await(process);
        } finally {
            port = 0;
            end(process);
        }
        reader.join(STOP_MILLIS);
        judge(process);
    }

    /** Until it ends or is asked to. */
    private void await(Process process) throws InterruptedException {
        while (process.isAlive() && !stopping.await(100, TimeUnit.MILLISECONDS)) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    private void judge(Process process) {
        int code = process.isAlive() ? -1 : process.exitValue();
        if (stopping.getCount() == 0) {
            trouble = "the child nats-server is stopped";
        } else if (code == NOT_FOUND) {
            missing = true;
            trouble = "no NATS: NATS_URLS is not set and there is no " + program + " on the PATH";
            LOG.info(trouble);
        } else {
            trouble = "the child nats-server ended with " + code + " and is started again";
            LOG.warn(trouble);
        }
    }

    /** Breaks the pipe, which makes the guard end the server; then insists. */
    private static void end(Process process) throws InterruptedException {
        List<ProcessHandle> family = process.descendants().toList();
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.debug("the pipe to the child nats-server is closed already");
        }
        if (!process.waitFor(STOP_MILLIS, TimeUnit.MILLISECONDS)) {
            family.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private void read(Process process, int chosen) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                LOG.debug("nats-server: {}", line.length() > MAX_LINE ? line.substring(0, MAX_LINE) : line);
                if (line.contains("Server is ready") && process.isAlive()) {
                    port = chosen;
                    LOG.info("A child nats-server listens on 127.0.0.1:{}", chosen);
                    onReady.run();
                }
            }
        } catch (IOException e) {
            LOG.debug("the child nats-server says no more: {}", e.getMessage());
        }
    }

    private int choosePort() {
        int free = freePort(preferredPort);
        return free != 0 ? free : freePort(0);
    }

    private static int freePort(int wish) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wish), 1);
            return socket.getLocalPort();
        } catch (IOException e) {
            return 0;
        }
    }
}
