package io.xy.gateway.httpapi.outcome;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The key by which a caller names one call and all its repeats: 1 to 128 letters, digits and {@code . _ ~ : -}, so that
 * it can stand in a path; in a header it may be quoted, as the draft of the IETF writes it.
 */
public final class IdempotencyKey {
    private static final int LONGEST = 128;
    private static final byte BETWEEN = 0;

    private IdempotencyKey() {}

    /**
     * The key that the headers name; empty when there is none, null when it is malformed.
     *
     * @param values of all headers of that name
     */
    public static @Nullable String of(List<String> values) {
        if (values.isEmpty()) {
            return "";
        }
        String value = values.get(0);
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        String key = quoted ? value.substring(1, value.length() - 1) : value;
        return values.size() == 1 && isKey(key) ? key : null;
    }

    public static boolean isKey(String key) {
        if (key.isEmpty() || key.length() > LONGEST) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && "._~:-".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    /** The name of a key of this caller in the ledger, different for every caller: 43 characters that say nothing. */
    static String name(String principal, String key) {
        MessageDigest digest = sha256();
        add(digest, principal);
        add(digest, key);
        return text(digest);
    }

    /** What a repeat must be equal to: the route with its parameters, the query and the body, byte by byte. */
    static String fingerprint(String route, Map<String, String> path, String query, byte[] body) {
        MessageDigest digest = sha256();
        add(digest, route);
        new TreeMap<>(path).forEach((name, value) -> {
            add(digest, name);
            add(digest, value);
        });
        add(digest, query);
        digest.update(body);
        return text(digest);
    }

    private static void add(MessageDigest digest, String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update(BETWEEN);
    }

    private static String text(MessageDigest digest) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
