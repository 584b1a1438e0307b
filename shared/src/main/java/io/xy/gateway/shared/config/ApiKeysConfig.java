package io.xy.gateway.shared.config;

import io.xy.gateway.shared.security.Principal;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keys of programs. Only what a key hashes to is known here.
 *
 * @param pepper key of the hashes; empty derives it from the token secret
 */
public record ApiKeysConfig(String pepper, List<ApiKey> keys) {
    /**
     * One key.
     *
     * @param hash HMAC-SHA256 of the whole key in hex
     * @param expiresAt milliseconds since 1970; {@link Long#MAX_VALUE} for never
     */
    public record ApiKey(String id, String client, String role, List<String> accounts, String hash, long expiresAt) {
        public ApiKey {
            accounts = List.copyOf(accounts);
        }
    }

    private static final int ACTIVE_PER_CLIENT = 2;

    public ApiKeysConfig {
        keys = List.copyOf(keys);
    }

    static ApiKeysConfig read(Section s) {
        String pepper = s.secret("pepper")
                .env("API_KEY_PEPPER")
                .form("(.{32,})?", "at least 32 characters")
                .read("Key of the hashes of API keys; empty derives it from jwt.secret");
        List<ApiKey> keys = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        Map<String, Integer> active = new HashMap<>();
        for (Section below : s.sections("keys")) {
            ApiKey key = key(below);
            keys.add(key);
            if (!ids.add(key.id)) {
                below.problem("id", "is given twice");
            }
            boolean counts = key.expiresAt > System.currentTimeMillis();
            if (counts && active.merge(key.client, 1, Integer::sum) > ACTIVE_PER_CLIENT) {
                below.problem("client", "has more than " + ACTIVE_PER_CLIENT + " keys that have not expired");
            }
        }
        s.done();
        return new ApiKeysConfig(pepper, keys);
    }

    private static ApiKey key(Section s) {
        String expires = s.text("expires", "").read("When the key ends, as 2027-01-31T00:00:00Z; empty for never");
        long expiresAt = Long.MAX_VALUE;
        if (!expires.isEmpty()) {
            try {
                expiresAt = Instant.parse(expires).toEpochMilli();
            } catch (DateTimeParseException e) {
                s.problem("expires", "is '" + expires + "'; allowed: a time such as 2027-01-31T00:00:00Z");
                expiresAt = 0;
            }
        }
        ApiKey key = new ApiKey(
                s.text("id", "")
                        .required()
                        .form("[a-z0-9]{12}", "12 small letters and digits, as `./xy key` prints them")
                        .read("Public part of the key"),
                s.text("client", "")
                        .required()
                        .form("[A-Za-z0-9._@-]{1,64}", "letters, digits, dots, dashes")
                        .read("Who uses the key"),
                s.text("role", "")
                        .required()
                        .form(
                                Principal.ADMIN + '|' + Principal.OPERATOR + '|' + Principal.VIEWER,
                                "admin, operator, viewer")
                        .read("What its user may do"),
                s.texts("accounts", List.of()).read("Accounts of its user; `*` for all"),
                s.text("hash", "")
                        .required()
                        .form("[0-9a-f]{64}", "64 hex digits, as `./xy key` prints them")
                        .read("HMAC-SHA256 of the key"),
                expiresAt);
        s.done();
        return key;
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "ApiKeysConfig";
    }
}
