package io.xy.gateway.wsfanout;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.testkit.TestVertx;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forged and foreign tokens at a socket: refused before the upgrade, or with 4203 when they come as first message. */
@Tag("N3")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SocketTokenTest {
    private static final KeyPair RSA = rsa();

    private final Gateway gateway = Gateway.start("JWT_ALLOWED_ISS", "desk", "JWT_ALLOWED_AUD", "xy,web");
    private final Gateway rsaGateway = Gateway.start("JWT_SECRET", "", "JWT_PUBLIC_KEY", pem());

    @AfterAll
    void close() {
        gateway.close();
        rsaGateway.close();
    }

    @Test
    void aGoodTokenPassesInEachPlace() {
        passes(gateway, Jwts.hs256(Jwts.HS256, claims("")));
        passes(rsaGateway, rs256("{\"alg\":\"RS256\"}", Jwts.CLAIMS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "noNe"})
    @Tag("T-J01")
    void anUnsignedTokenIsRefused(String algorithm) {
        String text = Jwts.part("{\"alg\":\"" + algorithm + "\"}") + '.' + Jwts.part(claims(""));
        refused(gateway, text);
        refused(gateway, text + '.');
        refused(gateway, text + ".AAAA");
        refused(gateway, Jwts.hs256("{\"alg\":\"" + algorithm + "\"}", claims("")));
    }

    @Test
    @Tag("T-J02")
    void aPublicKeyIsNoSecret() {
        byte[] der = RSA.getPublic().getEncoded();
        for (byte[] key : List.of(
                pem().getBytes(StandardCharsets.US_ASCII),
                pem().trim().getBytes(StandardCharsets.US_ASCII),
                der,
                Base64.getEncoder().encode(der),
                jwk("a").getBytes(StandardCharsets.US_ASCII))) {
            refused(rsaGateway, Jwts.hs256(Jwts.HS256, Jwts.CLAIMS, key));
        }
        refused(rsaGateway, Jwts.hs256("{\"alg\":\"RS256\"}", Jwts.CLAIMS));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"iss\":\"else\",\"aud\":\"xy\"",
                "\"aud\":\"xy\"",
                "\"iss\":\"desk\"",
                "\"iss\":\"desk\",\"aud\":[\"other\",\"more\"]",
                "\"iss\":\"desk\",\"aud\":7",
                "\"iss\":\"desk\",\"aud\":[]",
                "\"iss\":[\"desk\"],\"aud\":\"xy\"",
                "\"iss\":\"desk \",\"aud\":\"xy\"",
                "\"iss\":\"DESK\",\"aud\":\"xy\""
            })
    @Tag("T-J06")
    void anotherIssuerOrAudienceIsRefused(String members) {
        refused(gateway, Jwts.hs256(Jwts.HS256, "{\"sub\":\"t07\",\"exp\":99999999999," + members + '}'));
    }

    @Test
    @Tag("T-J06")
    void ourAudienceAmongOthersPasses() {
        passes(
                gateway,
                Jwts.hs256(
                        Jwts.HS256,
                        "{\"sub\":\"t07\",\"exp\":99999999999,\"iss\":\"desk\",\"aud\":[\"other\",\"web\"]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"unknown\"",
                "\"../../etc/passwd\"",
                "\"' OR 1=1 --\"",
                "\"a\\u0000b\"",
                "7",
                "[\"a\"]",
                "{\"a\":1}"
            })
    @Tag("T-J07")
    void aStrangeKeyIdOpensNothing(String kid) {
        byte[] other = "another-secret-of-at-least-32-bytes-".getBytes(StandardCharsets.US_ASCII);
        refused(gateway, Jwts.hs256("{\"alg\":\"HS256\",\"kid\":" + kid + '}', claims(""), other));
        refused(gateway, Jwts.hs256("{\"alg\":\"HS256\",\"kid\":\"" + "k".repeat(6_000) + "\"}", claims(""), other));
    }

    @ParameterizedTest
    @ValueSource(strings = {"jku", "x5u", "jwk", "x5c"})
    @Tag("T-J08")
    void aKeyThatTheTokenBringsIsNeverFetchedNorUsed(String member) {
        AtomicInteger fetched = new AtomicInteger();
        HttpServer lure = TestVertx.await(gateway.vertx()
                .createHttpServer()
                .requestHandler(request -> {
                    fetched.incrementAndGet();
                    request.response().end("{\"keys\":[" + jwk("a") + "]}");
                })
                .listen(0, "127.0.0.1"));
        String url = "\"http://127.0.0.1:" + lure.actualPort() + "/keys\"";
        String value = member.equals("jwk") ? jwk("a") : member.equals("x5c") ? "[\"AAAA\"]" : url;
        refused(gateway, rs256("{\"alg\":\"RS256\",\"kid\":\"a\",\"" + member + "\":" + value + '}', claims("")));
        assertThat(fetched).hasValue(0);
        TestVertx.await(lure.close());
    }

    @Test
    @Tag("T-J10")
    void signaturesOutOfRangeAreRefused() {
        String text = Jwts.part("{\"alg\":\"ES256\"}") + '.' + Jwts.part(Jwts.CLAIMS) + '.';
        for (int length : new int[] {0, 1, 63, 64, 65, 256}) {
            byte[] signature = new byte[length];
            refused(rsaGateway, text + Jwts.encode(signature));
            Arrays.fill(signature, (byte) 0xff);
            refused(rsaGateway, text + Jwts.encode(signature));
        }
    }

    @Test
    @Tag("T-J11")
    void anotherSpellingOfAGoodTokenIsRefused() {
        String good = Jwts.hs256(Jwts.HS256, claims(",\"n\":\"??>>\""));
        passes(gateway, good);
        int dot = good.lastIndexOf('.');
        refused(gateway, good + '=');
        refused(gateway, good.substring(0, dot) + "=" + good.substring(dot));
        refused(gateway, good.replace('_', '/').replace('-', '+') + "A");
        refusedInAuth(gateway, good.substring(0, 20) + ' ' + good.substring(20));
        refusedInAuth(gateway, good.substring(0, 20) + "\n" + good.substring(20));
    }

    /** One character changed anywhere: another token, or not one at all. */
    @Test
    @Tag("T-J11")
    void noNeighbourOfAGoodTokenPasses() {
        String good = Jwts.hs256(Jwts.HS256, claims(""));
        Random random = new Random(11);
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
        for (int i = 0; i < 60; i++) {
            int at = random.nextInt(good.length());
            char other = alphabet.charAt(random.nextInt(alphabet.length()));
            if (other != good.charAt(at)) {
                refusedInHeader(gateway, good.substring(0, at) + other + good.substring(at + 1));
            }
        }
    }

    @Test
    @Tag("T-J12")
    void malformedTokensAreRefused() {
        String good = Jwts.hs256(Jwts.HS256, claims(""));
        refused(gateway, Jwts.hs256("{\"alg\":\"none\",\"alg\":\"HS256\"}", claims("")));
        refused(gateway, Jwts.hs256(Jwts.HS256, "{\"exp\":1," + claims("").substring(1)));
        refused(gateway, Jwts.hs256(Jwts.HS256, "[".repeat(3_000) + "]".repeat(3_000)));
        refused(gateway, good + '.');
        refused(gateway, good + ".a.b");
        refused(gateway, "." + good);
        refused(gateway, "..");
        refusedInAuth(gateway, "a".repeat(60_000));
    }

    @Test
    @Tag("T-J14")
    void aTokenOfAnotherKindIsRefused() {
        refused(gateway, Jwts.hs256(Jwts.HS256, claims(",\"typ\":\"refresh\"")));
        refused(gateway, Jwts.hs256("{\"alg\":\"HS256\",\"crit\":[\"b64\"]}", claims("")));
    }

    @Test
    @Tag("T-J15")
    void bothKeysOfARotationPassAndAnIssuerThatIsAwayOpensNothing() {
        AtomicReference<String> keys = new AtomicReference<>("{\"keys\":[" + jwk("old") + "]}");
        AtomicInteger fetches = new AtomicInteger();
        HttpServer issuer = TestVertx.await(gateway.vertx()
                .createHttpServer()
                .requestHandler(request -> {
                    fetches.incrementAndGet();
                    request.response().end(Buffer.buffer(keys.get()));
                })
                .listen(0, "127.0.0.1"));
        String url = "http://127.0.0.1:" + issuer.actualPort() + "/jwks";
        try (Gateway rotating = Gateway.start("JWT_SECRET", "", "JWT_JWKS_URL", url)) {
            passes(rotating, rs256("{\"alg\":\"RS256\",\"kid\":\"old\"}", Jwts.CLAIMS));
            refusedInHeader(rotating, rs256("{\"alg\":\"RS256\",\"kid\":\"new\"}", Jwts.CLAIMS));
            int before = fetches.get();
            TestVertx.await(issuer.close());
            for (int i = 0; i < 20; i++) {
                refusedInHeader(rotating, rs256("{\"alg\":\"RS256\",\"kid\":\"k" + i + "\"}", Jwts.CLAIMS));
            }
            passes(rotating, rs256("{\"alg\":\"RS256\",\"kid\":\"old\"}", Jwts.CLAIMS));
            assertThat(fetches.get()).isEqualTo(before);
        }
    }

    @Test
    @Tag("T-J16")
    void aRevokedUserIsClosedWithEverySocketAndOthersAreNot() {
        XyTestClient one = authenticated(Jwts.hs256(Jwts.HS256, claims("")));
        XyTestClient two = authenticated(Jwts.hs256(Jwts.HS256, claims(",\"sessionId\":\"s2\"")));
        XyTestClient other = authenticated(Jwts.hs256(Jwts.HS256, claims("").replace("t07", "t070")));
        gateway.control(Control.Kind.REVOKE, "t07");
        assertThat(one.awaitClose()).isEqualTo(4201);
        assertThat(two.awaitClose()).isEqualTo(4201);
        other.subscribe(1, "xy.md.a");
    }

    /** The end of the token and the grace of 25 s that a refresh has. */
    @Test
    @Tag("T-J16")
    @Tag("nightly")
    void aTokenThatEndsClosesItsSocket() {
        long soon = System.currentTimeMillis() / 1_000 + 2;
        XyTestClient client =
                authenticated(Jwts.hs256(Jwts.HS256, claims("").replace("99999999999", String.valueOf(soon))));
        client.await("auth");
        io.xy.gateway.testkit.Await.until("the socket is closed", java.time.Duration.ofSeconds(40), client::isClosed);
        assertThat(client.awaitClose()).isEqualTo(4200);
    }

    private XyTestClient authenticated(String token) {
        XyTestClient client = gateway.client();
        client.authenticate(token);
        return client;
    }

    private static void refused(Gateway at, String token) {
        refusedInHeader(at, token);
        refusedInAuth(at, token);
        if (!token.contains(" ") && !token.contains("\"") && !token.contains("=")) {
            assertThat(RawSocket.upgrade(at.port(), "/ws", "Sec-WebSocket-Protocol: xy.v1.json, bearer, " + token))
                    .startsWith("HTTP/1.1 401 ");
        }
    }

    private static void refusedInHeader(Gateway at, String token) {
        assertThat(RawSocket.upgrade(at.port(), "/ws", "Authorization: Bearer " + token))
                .startsWith("HTTP/1.1 401 ")
                .doesNotContain(token);
    }

    private static void refusedInAuth(Gateway at, String token) {
        XyTestClient client = at.client();
        client.send(new JsonObject().put("op", "auth").put("id", 1).put("token", token));
        assertThat(client.awaitClose()).isIn(4200, 4203);
        assertThat(client.await("err", r -> r.getLong(1) == 1).encode()).doesNotContain(token);
    }

    private static void passes(Gateway at, String token) {
        assertThat(RawSocket.upgrade(at.port(), "/ws", "Authorization: Bearer " + token))
                .startsWith("HTTP/1.1 101 ");
        assertThat(RawSocket.upgrade(at.port(), "/ws", "Sec-WebSocket-Protocol: xy.v1.json, bearer, " + token))
                .startsWith("HTTP/1.1 101 ");
        XyTestClient client = at.client();
        client.authenticate(token);
        client.close();
    }

    private static String claims(String more) {
        return "{\"sub\":\"t07\",\"exp\":99999999999,\"iss\":\"desk\",\"aud\":\"xy\"" + more + '}';
    }

    private static KeyPair rsa() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String rs256(String header, String claims) {
        String text = Jwts.part(header) + '.' + Jwts.part(claims);
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(RSA.getPrivate());
            signature.update(text.getBytes(StandardCharsets.US_ASCII));
            return text + '.' + Jwts.encode(signature.sign());
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder()
                        .encodeToString(RSA.getPublic().getEncoded())
                        .replace("\r", "")
                + "\n-----END PUBLIC KEY-----\n";
    }

    private static String jwk(String kid) {
        RSAPublicKey key = (RSAPublicKey) RSA.getPublic();
        byte[] n = key.getModulus().toByteArray();
        byte[] modulus = n[0] == 0 ? Arrays.copyOfRange(n, 1, n.length) : n;
        return "{\"kty\":\"RSA\",\"use\":\"sig\",\"alg\":\"RS256\",\"kid\":\"" + kid + "\",\"n\":\""
                + Jwts.encode(modulus) + "\",\"e\":\"AQAB\"}";
    }
}
