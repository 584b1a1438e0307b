package io.xy.gateway.wsfanout;

import io.xy.gateway.testkit.Evidence;
import io.xy.gateway.testkit.PeerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** Node.js with the stock clients, installed once into the build directory from the locked list. */
final class NodeClients {
    private static final Path SOURCES = Path.of("src/test/js").toAbsolutePath();
    private static final Path INSTALLED = Path.of("target/js").toAbsolutePath();

    private NodeClients() {}

    static PeerProcess run(String script, String... arguments) {
        install();
        String[] command = new String[arguments.length + 2];
        command[0] = PeerProcess.find("node");
        command[1] = INSTALLED.resolve(script).toString();
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        return PeerProcess.start(INSTALLED, Map.of(), command);
    }

    /** Call it after the process has said something that only a working client says. */
    static void met() {
        Evidence.contacted("node");
    }

    private static void install() {
        try {
            Files.createDirectories(INSTALLED);
            for (String file : new String[] {
                "package.json", "package-lock.json", "bridge.cjs", "header.cjs", "desk.cjs", "client.mjs"
            }) {
                Files.copy(SOURCES.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            if (Files.exists(INSTALLED.resolve("node_modules/ws/package.json"))) {
                return;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try (PeerProcess npm = PeerProcess.start(
                INSTALLED, Map.of(), PeerProcess.find("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts")) {
            if (npm.await(300) != 0) {
                throw new AssertionError("npm ci failed: " + npm.lines());
            }
        }
    }
}
