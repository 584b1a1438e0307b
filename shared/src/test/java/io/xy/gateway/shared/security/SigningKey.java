package io.xy.gateway.shared.security;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A key pair of an issuer: signs tokens, and shows its public half as PEM and as JWK. */
record SigningKey(String algorithm, KeyPair pair) {
    static final String GOOD = "{\"sub\":\"u1\",\"exp\":99999999999}";

    static SigningKey of(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "RSA";
                        case "ES256" -> "EC";
                        default -> "Ed25519";
                    });
            if (algorithm.equals("RS256")) {
                generator.initialize(2_048);
            } else if (algorithm.equals("ES256")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return new SigningKey(algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    PublicKey key() {
        return pair.getPublic();
    }

    /** A good token; {@code kid} is left out when it is empty. */
    String token(String kid) {
        return sign("{\"alg\":\"" + algorithm + '"' + (kid.isEmpty() ? "" : ",\"kid\":\"" + kid + '"') + '}', GOOD);
    }

    String sign(String header, String claims) {
        String text = part(header) + '.' + part(claims);
        return text + '.' + encode(signature(text));
    }

    byte[] signature(String text) {
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case "RS256" -> "SHA256withRSA";
                        case "ES256" -> "SHA256withECDSAinP1363Format";
                        default -> "Ed25519";
                    });
            signature.initSign(pair.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key().getEncoded()).replace("\r", "")
                + "\n-----END PUBLIC KEY-----\n";
    }

    /**
     * @param more members, each with a comma in front
     */
    String jwk(String kid, String more) {
        String members =
                switch (algorithm) {
                    case "RS256" -> {
                        RSAPublicKey rsa = (RSAPublicKey) key();
                        yield "\"kty\":\"RSA\",\"n\":\"" + encode(unsigned(rsa.getModulus(), 256)) + "\",\"e\":\""
                                + encode(rsa.getPublicExponent().toByteArray()) + '"';
                    }
                    case "ES256" -> {
                        ECPublicKey ec = (ECPublicKey) key();
                        yield "\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\""
                                + encode(unsigned(ec.getW().getAffineX(), 32)) + "\",\"y\":\""
                                + encode(unsigned(ec.getW().getAffineY(), 32)) + '"';
                    }
                    default -> {
                        byte[] encoded = key().getEncoded();
                        yield "\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\""
                                + encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)) + '"';
                    }
                };
        return '{' + members + ",\"kid\":\"" + kid + '"' + more + '}';
    }

    static String jwks(String... keys) {
        return "{\"keys\":[" + String.join(",", keys) + "]}";
    }

    static String mac(byte[] secret, String header, String claims) {
        String text = part(header) + '.' + part(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return text + '.' + encode(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String part(String json) {
        return encode(json.getBytes(StandardCharsets.UTF_8));
    }

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] unsigned(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] out = new byte[length];
        int skip = Math.max(0, bytes.length - length);
        System.arraycopy(bytes, skip, out, length - bytes.length + skip, bytes.length - skip);
        return out;
    }
}
