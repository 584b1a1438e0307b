package io.xy.gateway.shared.security;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JWK set (RFC 7517). Only public keys for signatures of the accepted algorithms are taken; secrets, private keys
 * and keys that say they are for something else are passed over.
 */
final class JwkSet {
    private static final int MAX_KEYS = 32;
    private static final int COORDINATE = 32;
    /** What stands in front of the 32 bytes of an Ed25519 key in X.509 (RFC 8410). */
    private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

    private JwkSet() {}

    /** The usable keys, at most 32; none when the text is not a key set. */
    static List<VerificationKey> read(byte[] text) {
        JsonObject set = TokenShape.object(text);
        List<VerificationKey> keys = new ArrayList<>();
        if (set != null && set.getValue("keys") instanceof JsonArray items) {
            for (Object item : items) {
                VerificationKey key = item instanceof JsonObject jwk && isForSignatures(jwk) ? key(jwk) : null;
                if (key != null && keys.size() < MAX_KEYS) {
                    keys.add(key);
                }
            }
        }
        return List.copyOf(keys);
    }

    private static boolean isForSignatures(JsonObject jwk) {
        Object use = jwk.getValue("use");
        Object operations = jwk.getValue("key_ops");
        return !jwk.containsKey("d")
                && (use == null || use.equals("sig"))
                && (operations == null || operations instanceof JsonArray array && array.contains("verify"));
    }

    private static @Nullable VerificationKey key(JsonObject jwk) {
        try {
            PublicKey key =
                    switch (String.valueOf(jwk.getValue("kty"))) {
                        case "RSA" -> rsa(jwk);
                        case "EC" -> ec(jwk);
                        case "OKP" -> ed25519(jwk);
                        default -> null;
                    };
            Object id = jwk.getValue("kid");
            VerificationKey read = key == null ? null : VerificationKey.of(key, id instanceof String text ? text : "");
            Object algorithm = jwk.getValue("alg");
            boolean agrees = read != null && (algorithm == null || algorithm.equals(read.algorithm()));
            return agrees ? read : null;
        } catch (GeneralSecurityException | RuntimeException e) {
            return null;
        }
    }

    private static @Nullable PublicKey rsa(JsonObject jwk) throws GeneralSecurityException {
        byte[] modulus = bytes(jwk, "n");
        byte[] exponent = bytes(jwk, "e");
        if (modulus == null || exponent == null || exponent.length > 4) {
            return null;
        }
        return KeyFactory.getInstance("RSA")
                .generatePublic(new RSAPublicKeySpec(new BigInteger(1, modulus), new BigInteger(1, exponent)));
    }

    private static @Nullable PublicKey ec(JsonObject jwk) throws GeneralSecurityException {
        byte[] x = bytes(jwk, "x");
        byte[] y = bytes(jwk, "y");
        if (!"P-256".equals(jwk.getValue("crv")) || x == null || y == null) {
            return null;
        }
        return x.length == COORDINATE && y.length == COORDINATE
                ? P256.key(new BigInteger(1, x), new BigInteger(1, y))
                : null;
    }

    private static @Nullable PublicKey ed25519(JsonObject jwk) throws GeneralSecurityException {
        byte[] x = bytes(jwk, "x");
        if (!"Ed25519".equals(jwk.getValue("crv")) || x == null || x.length != COORDINATE) {
            return null;
        }
        byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + COORDINATE);
        System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, COORDINATE);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    private static byte @Nullable [] bytes(JsonObject jwk, String name) {
        return jwk.getValue(name) instanceof String text && !text.isEmpty() ? TokenShape.decode(text) : null;
    }
}
