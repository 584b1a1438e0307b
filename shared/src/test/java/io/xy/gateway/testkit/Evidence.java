package io.xy.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a test run leaves behind for {@code ./xy test} to judge: which tests ran for which id, which peers were met. */
public final class Evidence {
    private static final Path DIRECTORY = Path.of(System.getProperty("xy.evidence", "target/evidence"));

    private Evidence() {}

    /** Notes that a real peer answered; call it only after it did. */
    public static void contacted(String peer) {
        append("peers.tsv", peer);
    }

    static synchronized void append(String file, String line) {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(
                    DIRECTORY.resolve(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
