package io.xy.gateway.health;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Decides whether a caller has the key of admin calls. Only a hash is kept, under a key of this process; comparing takes the
 * same time wherever a difference is. Without a configured key nobody has it. Immutable.
 */
final class AdminKey {
    private static final String MAC = "HmacSHA256";

    private final SecretKeySpec pepper;
    private final byte[] hash;
    private final boolean configured;

    /**
     * @param key empty for none
     */
    AdminKey(String key) {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.pepper = new SecretKeySpec(random, MAC);
        this.configured = !key.isEmpty();
        this.hash = hash(key);
    }

    boolean isConfigured() {
        return configured;
    }

    /**
     * Whether the key was presented, once.
     *
     * @param presented values of the header
     */
    boolean admits(List<String> presented) {
        return configured && presented.size() == 1 && MessageDigest.isEqual(hash, hash(presented.get(0)));
    }

    private byte[] hash(String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(pepper);
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has this MAC", e);
        }
    }
}
