package io.xy.gateway.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** A real program next to the test, with its output at hand; closed with the test, and with the JVM. */
public final class PeerProcess implements AutoCloseable {
    private final Process process;
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private final Thread hook;

    private PeerProcess(Process process) {
        this.process = process;
        this.reader = Thread.ofPlatform().daemon().start(this::read);
        this.hook = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    public static PeerProcess start(Path directory, Map<String, String> environment, String... command) {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        try {
            return new PeerProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static PeerProcess start(String... command) {
        return start(Path.of("").toAbsolutePath(), Map.of(), command);
    }

    /** The path of a program on the PATH or in the usual places. */
    public static String find(String program) {
        List<String> places = new ArrayList<>(List.of(System.getenv("PATH").split(File.pathSeparator)));
        places.addAll(List.of("/usr/local/bin", "/usr/bin", "/usr/sbin", "/usr/local/sbin"));
        for (String place : places) {
            File file = new File(place, program);
            if (file.canExecute() && file.isFile()) {
                return file.getPath();
            }
        }
        throw new AssertionError(program + " is not installed; ./xy test installs it");
    }

    /** The Python that can import zmq. */
    public static String python() {
        return System.getProperty("xy.python", "/usr/bin/python3");
    }

    public void awaitLine(String part) {
        Await.until("the process says '" + part + "', it said " + lines, () -> {
            if (lines.stream().anyMatch(line -> line.contains(part))) {
                return true;
            }
            if (!process.isAlive() && !reader.isAlive()) {
                throw new AssertionError("the process ended with " + process.exitValue() + " and said " + lines);
            }
            return false;
        });
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Writes one line to the program's standard input. */
    public void say(String line) {
        try {
            process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end and waits. */
    public int terminate() {
        // Process.destroy would also close its output, and lose its last words.
        process.toHandle().destroy();
        return await(20);
    }

    /** Ends it at once (signal 9). */
    public void kill() {
        process.destroyForcibly();
        await(20);
    }

    /** Waits for its end; the exit code. */
    public int await(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                throw new AssertionError("the process is still there after " + seconds + " s; it said " + lines);
            }
            reader.join(2_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        if (process.isAlive()) {
            process.destroy();
            try {
                if (!process.waitFor(5, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The JVM is going down: the hook does the same.
            return;
        }
    }

    private void read() {
        try (BufferedReader text =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = text.readLine(); line != null; line = text.readLine()) {
                lines.add(line);
            }
        } catch (IOException e) {
            lines.add("(output ended: " + e.getMessage() + ")");
        }
    }
}
