package io.xy.gateway.health;

import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.Ports;
import io.xy.gateway.testkit.TempDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real PostgreSQL with an empty data directory of its own. It refuses to run as root, so root hands it over. */
final class PostgresServer implements AutoCloseable {
    static final String USER = "postgres";
    static final String PASSWORD = "a-password-of-the-test";

    private final TempDirectory directory;
    private final int port = Ports.free();
    private PeerProcess process;

    private PostgresServer(TempDirectory directory) {
        this.directory = directory.with("password", PASSWORD);
        if (isRoot()) {
            run(List.of(PeerProcess.find("chown"), "-R", USER, directory.path().toString()));
        }
        run(command(
                "initdb",
                "-D",
                data(),
                "-U",
                USER,
                "--auth=scram-sha-256",
                "--pwfile=" + directory.path().resolve("password"),
                "--no-sync",
                "--locale=C",
                "-E",
                "UTF8"));
        this.process = launch();
    }

    static PostgresServer start() {
        return new PostgresServer(TempDirectory.create());
    }

    int port() {
        return port;
    }

    /** What makes the gateway use this server. */
    Map<String, String> settings() {
        return Map.of(
                "POSTGRES_HOST",
                "127.0.0.1",
                "POSTGRES_PORT",
                String.valueOf(port),
                "POSTGRES_USER",
                USER,
                "POSTGRES_PASSWORD",
                PASSWORD,
                "POSTGRES_DB",
                "postgres");
    }

    void stop() {
        run(command("pg_ctl", "-D", data(), "-m", "immediate", "-w", "stop"));
        process.close();
    }

    /** Starts it again on the same port with the same data. */
    void restart() {
        process = launch();
    }

    /** Stops every process of the server in its tracks: connections stay open and nobody answers. */
    void freeze() {
        signal("-STOP");
    }

    void thaw() {
        signal("-CONT");
    }

    void sql(String statement) {
        List<String> psql = command(
                "psql", "-h", "127.0.0.1", "-p", String.valueOf(port), "-U", USER, "-d", "postgres", "-c", statement);
        run(psql);
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
        directory.close();
    }

    private PeerProcess launch() {
        List<String> command = command(
                "postgres",
                "-D",
                data(),
                "-p",
                String.valueOf(port),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=off");
        PeerProcess started = PeerProcess.start(directory.path(), Map.of(), command.toArray(new String[0]));
        started.awaitLine("ready to accept connections");
        return started;
    }

    private void signal(String signal) {
        List<String> command =
                new ArrayList<>(List.of(PeerProcess.find("kill"), signal, String.valueOf(process.pid())));
        ProcessHandle.of(process.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .forEach(child -> command.add(String.valueOf(child.pid())));
        run(command);
    }

    private String data() {
        return directory.path().resolve("data").toString();
    }

    private void run(List<String> command) {
        try (PeerProcess run =
                PeerProcess.start(directory.path(), Map.of("PGPASSWORD", PASSWORD), command.toArray(new String[0]))) {
            int exit = run.await(60);
            if (exit != 0) {
                throw new AssertionError(command + " ended with " + exit + ": " + run.lines());
            }
        }
    }

    /** Replaced by the program itself, so that signals reach it. */
    private static List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (isRoot()) {
            command.addAll(
                    List.of(PeerProcess.find("setpriv"), "--reuid=" + USER, "--regid=" + USER, "--clear-groups", "--"));
        }
        command.add(binary(program));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Debian keeps the server's programs apart, by version. */
    private static String binary(String program) {
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            return versions.map(version -> version.resolve("bin").resolve(program))
                    .filter(Files::isExecutable)
                    .max(Comparator.naturalOrder())
                    .map(Path::toString)
                    .orElseThrow(() -> new AssertionError(program + " is not installed; ./xy test installs it"));
        } catch (IOException e) {
            throw new AssertionError("PostgreSQL is not installed; ./xy test installs it", e);
        }
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }
}
