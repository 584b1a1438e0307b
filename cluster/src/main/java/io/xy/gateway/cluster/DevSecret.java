package io.xy.gateway.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The token secret of the dev profile: generated once, kept in a file that only its owner reads, so that {@code ./xy
 * token} and a second node on the same machine agree with the first.
 */
final class DevSecret {
    private static final int BYTES = 48;

    private DevSecret() {}

    static String in(Path directory) {
        Path file = directory.resolve("dev-jwt-secret");
        try {
            Files.createDirectories(directory);
            if (!Files.exists(file)) {
                create(file);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException("the dev secret cannot be kept in " + file, e);
        }
    }

    private static void create(Path file) throws IOException {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
        // Written aside and linked in, so that a node that starts at the same moment never reads half a secret.
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "secret",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(fresh, secret.getBytes(StandardCharsets.US_ASCII));
        try {
            Files.createLink(file, fresh);
        } catch (FileAlreadyExistsException e) {
            // Another node was first: its secret counts.
            return;
        } finally {
            Files.delete(fresh);
        }
    }
}
