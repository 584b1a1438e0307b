package io.xy.gateway.shared.security;

import io.xy.gateway.shared.config.ApiKeysConfig;
import io.xy.gateway.shared.config.ApiKeysConfig.ApiKey;
import io.xy.gateway.shared.config.JwtConfig;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Turns an API key into a {@link Principal}. A key is {@code xy_<id>_<secret>}; the id finds the entry, the hash of the
 * whole decides. Unknown ids cost the same work as wrong secrets. Immutable and safe on any thread.
 */
public final class ApiKeys {
    /** The session of a key is this and its id: so a single key can be revoked. */
    public static final String SESSION = "key:";

    private static final String MAC = "HmacSHA256";
    private static final String PREFIX = "xy_";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_BYTES = 32;
    private static final int LENGTH = PREFIX.length() + ID_LENGTH + 1 + 43;
    private static final String ID_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

    private record Entry(byte[] hash, Principal principal) {}

    private final SecretKeySpec pepper;
    private final Map<String, Entry> entries = new HashMap<>();
    private final byte[] nobody = new byte[32];

    /**
     * @throws IllegalArgumentException when there is neither a pepper nor a token secret to derive it from
     */
    public ApiKeys(ApiKeysConfig config, JwtConfig jwt) {
        if (config.pepper().isEmpty() && jwt.secret().isEmpty()) {
            throw new IllegalArgumentException("API keys need a pepper (API_KEY_PEPPER)");
        }
        this.pepper = config.pepper().isEmpty()
                ? key(mac(key(bytes(jwt.secret())), "hashes of API keys"))
                : key(bytes(config.pepper()));
        for (ApiKey key : config.keys()) {
            entries.put(key.id(), new Entry(HexFormat.of().parseHex(key.hash()), principal(key)));
        }
    }

    private static Principal principal(ApiKey key) {
        return new Principal(
                key.client(),
                key.client(),
                key.role(),
                List.of(),
                key.accounts(),
                List.of(),
                SESSION + key.id(),
                key.expiresAt());
    }

    /** Whether it is meant as a key: tokens have dots and begin otherwise. */
    public static boolean looksLike(String credential) {
        return credential.startsWith(PREFIX);
    }

    /** Whether there is any key. */
    public boolean configured() {
        return !entries.isEmpty();
    }

    /** Whose key it is; null when it is nobody's, or has expired. */
    public @Nullable Principal verify(String presented) {
        if (presented.length() != LENGTH || !presented.startsWith(PREFIX)) {
            return null;
        }
        Entry entry = entries.get(presented.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH));
        boolean same = MessageDigest.isEqual(mac(pepper, presented), entry == null ? nobody : entry.hash);
        if (!same || entry == null || entry.principal.expiresAt() <= System.currentTimeMillis()) {
            return null;
        }
        return entry.principal;
    }

    /** The hash of a key, as the configuration holds it. */
    public String hash(String key) {
        return HexFormat.of().formatHex(mac(pepper, key));
    }

    /** A new key. */
    public static String create() {
        SecureRandom random = new SecureRandom();
        StringBuilder key = new StringBuilder(PREFIX);
        for (int i = 0; i < ID_LENGTH; i++) {
            key.append(ID_LETTERS.charAt(random.nextInt(ID_LETTERS.length())));
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return key.append('_')
                .append(Base64.getUrlEncoder().withoutPadding().encodeToString(secret))
                .toString();
    }

    /** The public part of a key that {@link #create} made. */
    public static String id(String key) {
        return key.substring(PREFIX.length(), PREFIX.length() + ID_LENGTH);
    }

    private static SecretKeySpec key(byte[] bytes) {
        return new SecretKeySpec(bytes, MAC);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] mac(SecretKeySpec key, String text) {
        try {
            Mac mac = Mac.getInstance(MAC);
            mac.init(key);
            return mac.doFinal(bytes(text));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has this MAC", e);
        }
    }
}
