package io.xy.gateway.zmqbridge.codec;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The script that helper processes run: the operator's, or ours in a directory that only this user can read. */
final class HelperScript implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HelperScript.class);

    private final String given;
    private @Nullable Path own;

    HelperScript(String given) {
        this.given = given;
    }

    /** Where it is; ours is written the first time. */
    synchronized String path() throws IOException {
        if (!given.isEmpty()) {
            return given;
        }
        Path file = own;
        if (file == null || !Files.exists(file)) {
            file = write();
            own = file;
        }
        return file.toString();
    }

    private static Path write() throws IOException {
        Path directory = Files.createTempDirectory(
                "xy-pickle-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path file = directory.resolve("pickle_helper.py");
        try (InputStream script = HelperScript.class.getResourceAsStream("/pickle_helper.py")) {
            if (script == null) {
                throw new FileNotFoundException("pickle_helper.py");
            }
            Files.copy(script, file);
        }
        return file;
    }

    @Override
    public synchronized void close() {
        Path file = own;
        own = null;
        if (file != null) {
            try {
                Files.deleteIfExists(file);
                Files.deleteIfExists(Objects.requireNonNull(file.getParent()));
            } catch (IOException e) {
                LOG.debug("the script of the pickle helper stays behind", e);
            }
        }
    }
}
