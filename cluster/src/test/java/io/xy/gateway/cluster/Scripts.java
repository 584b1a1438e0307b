package io.xy.gateway.cluster;

import io.xy.gateway.testkit.PeerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** The Node programs of these tests, with their packages installed once per build. */
final class Scripts {
    private static final Path SOURCE = Node.ROOT.resolve("cluster/src/test/js");
    private static final Path PLACE = Node.ROOT.resolve("cluster/target/js");

    private Scripts() {}

    static PeerProcess start(String script, Map<String, String> environment) throws IOException {
        install();
        Files.copy(SOURCE.resolve(script), PLACE.resolve(script), StandardCopyOption.REPLACE_EXISTING);
        return PeerProcess.start(PLACE, environment, PeerProcess.find("node"), script);
    }

    private static synchronized void install() throws IOException {
        Files.createDirectories(PLACE);
        for (String name : List.of("package.json", "package-lock.json")) {
            Files.copy(SOURCE.resolve(name), PLACE.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        Path done = PLACE.resolve("node_modules/.package-lock.json");
        if (Files.exists(done)
                && Files.getLastModifiedTime(done)
                                .compareTo(Files.getLastModifiedTime(SOURCE.resolve("package-lock.json")))
                        > 0) {
            return;
        }
        try (PeerProcess npm =
                PeerProcess.start(PLACE, Map.of(), PeerProcess.find("npm"), "ci", "--no-audit", "--no-fund")) {
            int code = npm.await(300);
            if (code != 0) {
                throw new AssertionError("npm ci: " + npm.lines());
            }
        }
    }
}
