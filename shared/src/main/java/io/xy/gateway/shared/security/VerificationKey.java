package io.xy.gateway.shared.security;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A key and the one algorithm that it is good for. The kind of the key decides the algorithm, never a token: a public
 * key that was taken for a secret once let everybody in. Immutable.
 */
final class VerificationKey {
    static final String HS256 = "HS256";
    static final String RS256 = "RS256";
    static final String ES256 = "ES256";
    static final String EDDSA = "EdDSA";

    private static final String MAC = "HmacSHA256";
    private static final int MIN_RSA_BITS = 2_048;
    private static final int MAX_RSA_BITS = 8_192;
    private static final int RAW_SIGNATURE = 64;

    private final String algorithm;
    private final String id;
    private final Key key;

    private VerificationKey(String algorithm, String id, Key key) {
        this.algorithm = algorithm;
        this.id = id;
        this.key = key;
    }

    static VerificationKey secret(String secret) {
        return new VerificationKey(HS256, "", new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), MAC));
    }

    /**
     * @param id empty when the key has no name
     * @return null when the key is of a kind or size that is not accepted
     */
    static @Nullable VerificationKey of(PublicKey key, String id) {
        String algorithm = algorithm(key);
        return algorithm == null ? null : new VerificationKey(algorithm, id, key);
    }

    private static @Nullable String algorithm(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                yield bits >= MIN_RSA_BITS
                                && bits <= MAX_RSA_BITS
                                && rsa.getPublicExponent().testBit(0)
                        ? RS256
                        : null;
            }
            case ECPublicKey ec -> P256.isOnCurve(ec) ? ES256 : null;
            case EdECPublicKey ed -> ed.getParams().getName().equals("Ed25519") ? EDDSA : null;
            default -> null;
        };
    }

    String algorithm() {
        return algorithm;
    }

    /** Empty when the key has no name. */
    String id() {
        return id;
    }

    boolean verifies(byte[] signed, byte[] signature) {
        try {
            return switch (algorithm) {
                case HS256 -> isMac(signed, signature);
                case RS256 -> isSignature("SHA256withRSA", signed, signature);
                case ES256 -> isRaw(signature) && isSignature("SHA256withECDSAinP1363Format", signed, signature);
                default -> signature.length == RAW_SIGNATURE && isSignature("Ed25519", signed, signature);
            };
        } catch (GeneralSecurityException e) {
            // A signature that cannot even be read is none.
            return false;
        }
    }

    private boolean isMac(byte[] signed, byte[] signature) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(MAC);
        mac.init(key);
        return MessageDigest.isEqual(mac.doFinal(signed), signature);
    }

    private boolean isSignature(String name, byte[] signed, byte[] signature) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(name);
        verifier.initVerify((PublicKey) key);
        verifier.update(signed);
        return verifier.verify(signature);
    }

    /** Two numbers of 32 bytes within the order of the curve; zeros passed every check of some Java versions. */
    private static boolean isRaw(byte[] signature) {
        return signature.length == RAW_SIGNATURE
                && P256.isScalar(Arrays.copyOfRange(signature, 0, RAW_SIGNATURE / 2))
                && P256.isScalar(Arrays.copyOfRange(signature, RAW_SIGNATURE / 2, RAW_SIGNATURE));
    }
}
