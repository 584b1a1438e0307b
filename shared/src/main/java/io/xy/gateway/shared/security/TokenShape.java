package io.xy.gateway.shared.security;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one strict form of a compact JWS (RFC 7515, RFC 8725): three parts of canonical base64url, a header without
 * {@code crit}, claims without duplicate names and with a numeric {@code exp}. Keys that a header brings along or points
 * to ({@code jwk}, {@code jku}, {@code x5c}, {@code x5u}) are not looked at.
 *
 * @param algorithm as the header says; what is accepted is the keys' business
 * @param keyId empty when the header names no key
 * @param claims not yet verified
 * @param signed the bytes that the signature is for
 */
record TokenShape(String algorithm, String keyId, JsonObject claims, byte[] signed, byte[] signature) {
    /** Characters; longer tokens are refused unread. */
    private static final int MAX_LENGTH = 8_192;

    /** Characters; key sets hold longer texts than tokens do. */
    private static final int MAX_STRING = 64 << 10;

    private static final int MAX_DEPTH = 8;
    /** Neither blanks nor slashes nor quotes: a name of a key is never part of a path or a query. */
    private static final Pattern KEY_ID = Pattern.compile("[A-Za-z0-9._~:@=+-]{1,200}");

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(32)
                    .maxStringLength(MAX_STRING)
                    .build())
            .build();

    /** A token of that form; null when it has another form. */
    static @Nullable TokenShape of(String token) {
        if (token.length() > MAX_LENGTH) {
            return null;
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second <= first + 1 || second == token.length() - 1 || token.indexOf('.', second + 1) >= 0) {
            return null;
        }
        JsonObject header = part(token.substring(0, first));
        JsonObject claims = part(token.substring(first + 1, second));
        byte[] signature = decode(token.substring(second + 1));
        if (header == null || claims == null || signature == null || !isPlain(header) || seconds(claims, "exp") <= 0) {
            return null;
        }
        String keyId = header.getValue("kid") instanceof String text ? text : "";
        byte[] signed = token.substring(0, second).getBytes(StandardCharsets.US_ASCII);
        return new TokenShape(header.getString("alg"), keyId, claims, signed, signature);
    }

    /** A time claim in seconds since 1970; 0 when it is absent, negative when it is not a number. */
    static long seconds(JsonObject claims, String name) {
        Object value = claims.getValue(name);
        if (value == null) {
            return 0;
        }
        return value instanceof Number number && number.doubleValue() < 1e11 ? number.longValue() : -1;
    }

    private static boolean isPlain(JsonObject header) {
        if (!(header.getValue("alg") instanceof String) || header.containsKey("crit") || header.containsKey("b64")) {
            return false;
        }
        if (header.containsKey("kid")
                && !(header.getValue("kid") instanceof String id
                        && KEY_ID.matcher(id).matches())) {
            return false;
        }
        return !header.containsKey("typ") || header.getValue("typ") instanceof String type && isAccessToken(type);
    }

    /** Plain tokens and those of RFC 9068; a token of another explicit type is meant for another use. */
    private static boolean isAccessToken(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        String kind = lower.startsWith("application/") ? lower.substring("application/".length()) : lower;
        return kind.equals("jwt") || kind.equals("at+jwt");
    }

    private static @Nullable JsonObject part(String part) {
        byte[] bytes = decode(part);
        return bytes == null ? null : object(bytes);
    }

    /** The strictly read JSON object; null when the bytes are anything else. */
    static @Nullable JsonObject object(byte[] bytes) {
        try {
            // Decoded first: the parser itself would also guess UTF-16 and UTF-32.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            try (JsonParser parser = JSON.createParser(text)) {
                int tokens = 0;
                while (parser.nextToken() != null) {
                    tokens++;
                }
                return tokens == 0 ? null : new JsonObject(text);
            }
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Canonical only: no padding, no foreign characters, unused bits zero. */
    static byte @Nullable [] decode(String part) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
