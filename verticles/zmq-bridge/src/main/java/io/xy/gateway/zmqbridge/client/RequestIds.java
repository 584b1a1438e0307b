package io.xy.gateway.zmqbridge.client;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Request ids of 128 random bits as 32 lower-case hexadecimal characters, made in batches. For one thread. */
final class RequestIds {
    static final int LENGTH = 32;
    private static final int BYTES = LENGTH / 2;
    private static final int BATCH = 256;

    private final SecureRandom random = new SecureRandom();
    private final byte[] pool = new byte[BYTES * BATCH];
    private int used = pool.length;

    String next() {
        if (used == pool.length) {
            random.nextBytes(pool);
            used = 0;
        }
        String id = HexFormat.of().formatHex(pool, used, used + BYTES);
        used += BYTES;
        return id;
    }
}
