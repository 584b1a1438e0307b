package io.xy.gateway.wsfanout;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens as a test writes them, good ones and forged ones. */
final class Jwts {
    static final String HS256 = "{\"alg\":\"HS256\"}";
    static final String CLAIMS = "{\"sub\":\"t07\",\"exp\":99999999999}";

    private Jwts() {}

    static String hs256(String header, String claims) {
        return hs256(header, claims, Gateway.SECRET.getBytes(StandardCharsets.UTF_8));
    }

    static String hs256(String header, String claims, byte[] key) {
        String text = part(header) + '.' + part(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
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
}
