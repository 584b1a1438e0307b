package io.xy.gateway.shared.security;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The one strict form of a compact JWS (RFC 7515, RFC 8725): three parts of canonical base64url, a header with exactly
 * the expected algorithm and without {@code crit}, claims without duplicate names and with a numeric {@code exp}.
 */
final class TokenShape {
    /** Characters; longer tokens are refused unread. */
    private static final int MAX_LENGTH = 8_192;

    private static final int MAX_DEPTH = 8;
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(32)
                    .maxStringLength(MAX_LENGTH)
                    .build())
            .build();

    private TokenShape() {}

    /** The claims of a token of that form, not yet verified; null when it has another form. */
    static @Nullable JsonObject claims(String token, String algorithm) {
        if (token.length() > MAX_LENGTH) {
            return null;
        }
        int first = token.indexOf('.');
        int second = token.indexOf('.', first + 1);
        if (first <= 0 || second <= first + 1 || second == token.length() - 1 || token.indexOf('.', second + 1) >= 0) {
            return null;
        }
        JsonObject header = object(token.substring(0, first));
        JsonObject claims = object(token.substring(first + 1, second));
        if (header == null || claims == null || decode(token.substring(second + 1)) == null) {
            return null;
        }
        if (!algorithm.equals(header.getValue("alg")) || header.containsKey("crit") || header.containsKey("b64")) {
            return null;
        }
        return seconds(claims, "exp") > 0 ? claims : null;
    }

    /** A time claim in seconds since 1970; 0 when it is absent, negative when it is not a number. */
    static long seconds(JsonObject claims, String name) {
        Object value = claims.getValue(name);
        if (value == null) {
            return 0;
        }
        return value instanceof Number number && number.doubleValue() < 1e11 ? number.longValue() : -1;
    }

    private static @Nullable JsonObject object(String part) {
        byte[] bytes = decode(part);
        if (bytes == null) {
            return null;
        }
        try (JsonParser parser = JSON.createParser(bytes)) {
            int depth = 0;
            while (parser.nextToken() != null) {
                depth++;
            }
            return depth == 0 ? null : new JsonObject(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }

    /** Canonical only: no padding, no foreign characters, unused bits zero. */
    private static byte @Nullable [] decode(String part) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(part);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part) ? bytes : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
