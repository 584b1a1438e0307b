package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A gateway without a secret of its own: tokens come from somebody else. */
@Tag("B2")
class ForeignTokensTest {
    @Test
    void tokensOfAnotherIssuerAreEnoughAndSessionsAreNotBegunHere() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(pair.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----";
        try (Gateway gateway = Gateway.start(Map.of("JWT_SECRET", "", "JWT_PUBLIC_KEY", pem))) {
            String token = token(pair);

            assertThat(gateway.call("POST", "/api/v1/auth/validate", token, null)
                            .status())
                    .isEqualTo(200);
            assertThat(gateway.call("POST", "/api/v1/auth/validate", token + "A", null)
                            .status())
                    .isEqualTo(401);
            Gateway.Reply login = gateway.post("/api/v1/auth/login", "", "{\"username\":\"a\",\"password\":\"b\"}");
            assertThat(login.status()).isEqualTo(404);
            assertThat(login.json().getString("code")).isEqualTo("not_found");
            assertThat(gateway.post("/api/v1/auth/refresh", "", "{\"refreshToken\":\"x\"}")
                            .status())
                    .isEqualTo(404);
        }
    }

    private static String token(KeyPair pair) throws GeneralSecurityException {
        String text = part("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}") + '.' + part("{\"sub\":\"u1\",\"exp\":99999999999}");
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
