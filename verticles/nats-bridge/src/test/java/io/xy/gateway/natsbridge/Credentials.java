package io.xy.gateway.natsbridge;

import io.nats.client.NKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/** An operator with one account and one user, and what a server and a client need of them. */
final class Credentials {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final String NO_LIMITS =
            "{\"subs\":-1,\"conn\":-1,\"leaf\":-1,\"imports\":-1,\"exports\":-1,\"data\":-1,\"payload\":-1,"
                    + "\"wildcards\":true}";

    private final NKey operator;
    private final NKey account;
    private final NKey user;

    Credentials() throws Exception {
        SecureRandom random = new SecureRandom();
        operator = NKey.createOperator(random);
        account = NKey.createAccount(random);
        user = NKey.createUser(random);
    }

    String serverConfiguration() throws Exception {
        String accountClaims = "{\"type\":\"account\",\"version\":2,\"limits\":" + NO_LIMITS + "}";
        return "operator: " + token(operator, operator, "{\"type\":\"operator\",\"version\":2}") + "\n"
                + "resolver: MEMORY\n"
                + "resolver_preload: { " + id(account) + ": " + token(operator, account, accountClaims) + " }\n";
    }

    /** Writes the user's credentials file and returns its name. */
    String file(Path path) throws Exception {
        String claims = "{\"type\":\"user\",\"version\":2,\"subs\":-1,\"data\":-1,\"payload\":-1}";
        Files.writeString(
                path,
                "-----BEGIN NATS USER JWT-----\n" + token(account, user, claims)
                        + "\n------END NATS USER JWT------\n\n"
                        + "-----BEGIN USER NKEY SEED-----\n" + new String(user.getSeed())
                        + "\n------END USER NKEY SEED------\n");
        return path.toString();
    }

    private static String token(NKey issuer, NKey subject, String claims) throws Exception {
        String header = encoded("{\"typ\":\"JWT\",\"alg\":\"ed25519-nkey\"}");
        String body = encoded("{\"jti\":\"t\",\"iat\":1700000000,\"iss\":\"" + id(issuer)
                + "\",\"name\":\"t\",\"sub\":\"" + id(subject) + "\",\"nats\":" + claims + "}");
        String signed = header + '.' + body;
        return signed + '.' + BASE64.encodeToString(issuer.sign(signed.getBytes(StandardCharsets.UTF_8)));
    }

    private static String encoded(String json) {
        return BASE64.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String id(NKey key) throws Exception {
        return new String(key.getPublicKey());
    }
}
