package io.xy.gateway.health;

import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.PeerProcess;
import io.xy.gateway.testkit.TempDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real Neo4j without authentication, from its own test harness, in a JVM of its own. */
final class Neo4jServer implements AutoCloseable {
    private static final Path SOURCES = Path.of("src/test/neo4j").toAbsolutePath();
    private static final Path CLASS_PATH = Path.of("target/neo4j.classpath").toAbsolutePath();
    private static final String JAVA_HOME = System.getProperty("java.home");

    private final TempDirectory directory;
    private final PeerProcess process;

    private Neo4jServer(TempDirectory directory, int port) throws IOException {
        this.directory = directory;
        String home = directory.path().toString();
        if (!resolved("--offline") && !resolved("--no-transfer-progress")) {
            throw new AssertionError("neo4j-harness is neither in the local Maven repository nor to be had");
        }
        this.process = PeerProcess.start(
                JAVA_HOME + "/bin/java",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + home,
                "-cp",
                Files.readString(CLASS_PATH).strip(),
                SOURCES.resolve("Neo4jPeer.java").toString(),
                String.valueOf(port),
                home);
        Await.until("neo4j has started", Duration.ofMinutes(2), () -> process.lines()
                .contains("neo4j is ready"));
    }

    static Neo4jServer start(int port) {
        try {
            return new Neo4jServer(TempDirectory.create(), port);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void cypher(String statement) {
        process.say(statement);
        process.awaitLine("done: " + statement);
    }

    void kill() {
        process.kill();
    }

    @Override
    public void close() {
        process.close();
        directory.close();
    }

    private static boolean resolved(String manner) {
        List<String> command = new ArrayList<>(List.of(PeerProcess.find("mvn"), "--batch-mode", "--quiet", manner));
        String repository = System.getProperty("localRepository", "");
        if (!repository.isEmpty()) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        command.addAll(List.of("dependency:build-classpath", "-Dmdep.outputFile=" + CLASS_PATH));
        try (PeerProcess maven =
                PeerProcess.start(SOURCES, Map.of("JAVA_HOME", JAVA_HOME), command.toArray(new String[0]))) {
            return maven.await(600) == 0;
        }
    }
}
