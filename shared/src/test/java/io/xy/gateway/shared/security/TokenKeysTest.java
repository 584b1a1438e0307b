package io.xy.gateway.shared.security;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.testkit.TestVertx;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of all kinds, what may be confused with them, and neighbours of good tokens that are good as well. */
@Tag("B2")
@Tag("N3")
class TokenKeysTest {
    private static final String SECRET = "a-secret-of-this-test-that-is-long-enough";
    private static final BigInteger ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
    private static final SigningKey RSA = SigningKey.of("RS256");
    private static final SigningKey EC = SigningKey.of("ES256");
    private static final SigningKey ED = SigningKey.of("EdDSA");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path empty;

    private static Vertx vertx;

    @BeforeAll
    static void start() {
        vertx = TestVertx.create();
    }

    @AfterAll
    static void stop() {
        TestVertx.close(vertx);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    void aPublicKeyInPemIsEnough(String algorithm) throws Exception {
        SigningKey key = SigningKey.of(algorithm);
        Path file = Files.writeString(empty.resolve(algorithm + ".pem"), key.pem());

        assertThat(isGood(key.token(""), "JWT_PUBLIC_KEY", key.pem())).isTrue();
        assertThat(isGood(key.token(""), "JWT_PUBLIC_KEY", key.pem().replace("\n", "\\n")))
                .isTrue();
        assertThat(isGood(key.token("2026-a_1"), "JWT_PUBLIC_KEY", file.toString()))
                .isTrue();
        assertThat(isGood(SigningKey.of(algorithm).token(""), "JWT_PUBLIC_KEY", key.pem()))
                .isFalse();
    }

    @Test
    @Tag("T-J15")
    void oldAndNewKeysCountTogether() {
        String both = RSA.pem() + "\n" + EC.pem();
        String old = SECRET + "-old";

        assertThat(isGood(RSA.token(""), "JWT_PUBLIC_KEY", both)).isTrue();
        assertThat(isGood(EC.token(""), "JWT_PUBLIC_KEY", both)).isTrue();
        assertThat(isGood(ED.token(""), "JWT_PUBLIC_KEY", both)).isFalse();
        assertThat(isGood(hs(old), "JWT_SECRET", SECRET, "JWT_PREVIOUS_SECRET", old))
                .isTrue();
        assertThat(isGood(hs(SECRET), "JWT_SECRET", SECRET, "JWT_PREVIOUS_SECRET", old))
                .isTrue();
        assertThat(isGood(hs(SECRET + "-older"), "JWT_SECRET", SECRET, "JWT_PREVIOUS_SECRET", old))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", ""})
    @Tag("T-J01")
    @Tag("T-10")
    void anUnsignedTokenIsRefused(String algorithm) {
        String two = SigningKey.part("{\"alg\":\"" + algorithm + "\"}") + '.' + SigningKey.part(SigningKey.GOOD);
        String signed = RSA.sign("{\"alg\":\"" + algorithm + "\"}", SigningKey.GOOD);

        for (String token : List.of(two, two + '.', two + ".e30", signed)) {
            assertThat(isGood(token, "JWT_SECRET", SECRET, "JWT_PUBLIC_KEY", RSA.pem()))
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "ES256", "EdDSA"})
    @Tag("T-J02")
    @Tag("T-10")
    void aPublicKeyIsNeverASecret(String algorithm) {
        SigningKey key = SigningKey.of(algorithm);
        byte[] der = key.key().getEncoded();
        List<byte[]> secrets = List.of(
                key.pem().getBytes(StandardCharsets.US_ASCII),
                key.pem().strip().getBytes(StandardCharsets.US_ASCII),
                der,
                Base64.getEncoder().encode(der),
                key.jwk("k", "").getBytes(StandardCharsets.US_ASCII));

        for (byte[] secret : secrets) {
            String token = SigningKey.mac(secret, "{\"alg\":\"HS256\"}", SigningKey.GOOD);
            assertThat(isGood(token, "JWT_PUBLIC_KEY", key.pem())).isFalse();
            assertThat(isGood(token, "JWT_PUBLIC_KEY", key.pem(), "JWT_SECRET", SECRET))
                    .isFalse();
        }
    }

    @Test
    @Tag("T-J02")
    @Tag("T-10")
    void theKeyDecidesTheAlgorithmNotTheHeader() {
        for (SigningKey key : List.of(RSA, EC, ED)) {
            for (String other :
                    List.of("HS256", "RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "ed25519")) {
                boolean same = other.equals(key.algorithm());
                String token = key.sign("{\"alg\":\"" + other + "\"}", SigningKey.GOOD);
                assertThat(isGood(token, "JWT_PUBLIC_KEY", key.pem()))
                        .as(key.algorithm() + " as " + other)
                        .isEqualTo(same);
            }
        }
    }

    @Test
    @Tag("T-J03")
    void anEmptyOrShortSecretIsRefusedAtStart() {
        assertThat(isGood(SigningKey.mac(new byte[1], "{\"alg\":\"HS256\"}", SigningKey.GOOD), "JWT_SECRET", SECRET))
                .isFalse();
        assertThatThrownBy(() -> ConfigLoader.load(empty, Map.of("JWT_SECRET", "short", "JWT_PREVIOUS_SECRET", "s")))
                .isInstanceOfSatisfying(
                        InvalidConfiguration.class, e -> assertThat(e.problems().toString())
                                .contains("jwt.secret: is shorter", "jwt.previous-secret: is shorter"));
    }

    @Test
    @Tag("T-J04")
    void withoutAUsableKeyNothingStarts() throws Exception {
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(1_024);
        KeyPairGenerator other = KeyPairGenerator.getInstance("EC");
        other.initialize(384);
        List<String> bad = List.of(
                new SigningKey("RS256", small.generateKeyPair()).pem(),
                new SigningKey("ES256", other.generateKeyPair()).pem(),
                new SigningKey("x", KeyPairGenerator.getInstance("Ed448").generateKeyPair()).pem(),
                new SigningKey("x", KeyPairGenerator.getInstance("X25519").generateKeyPair()).pem(),
                "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "/nowhere/key.pem");

        assertThatThrownBy(() -> new TokenVerifier(vertx, config())).isInstanceOf(IllegalArgumentException.class);
        for (String pem : bad) {
            JwtConfig config = config("JWT_PUBLIC_KEY", pem);
            assertThatThrownBy(() -> new TokenVerifier(vertx, config))
                    .as(pem)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"other\"",
                "\"../../etc/passwd\"",
                "\"/dev/null\"",
                "\"x' OR '1'='1\"",
                "\"a\\u0000b\"",
                "\"\"",
                "5",
                "[\"k1\"]",
                "{}",
                "null"
            })
    @Tag("T-J07")
    @Tag("T-10")
    void aSecretHasNoNameThatATokenCouldGive(String kid) {
        String header = "{\"alg\":\"HS256\",\"kid\":" + kid + "}";
        assertThat(isGood(
                        SigningKey.mac(SECRET.getBytes(StandardCharsets.UTF_8), header, SigningKey.GOOD),
                        "JWT_SECRET",
                        SECRET))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "x' OR '1'='1", "a b"})
    @Tag("T-J07")
    void aNameThatCouldBeAPathIsRefusedForPublicKeysToo(String kid) {
        assertThat(isGood(RSA.token(kid), "JWT_PUBLIC_KEY", RSA.pem())).isFalse();
        assertThat(isGood(RSA.token("k".repeat(4_000)), "JWT_PUBLIC_KEY", RSA.pem()))
                .isFalse();
    }

    @Test
    @Tag("T-J10")
    void onlyTheRawFormOfAnEllipticSignatureIsRead() throws Exception {
        String text = SigningKey.part("{\"alg\":\"ES256\"}") + '.' + SigningKey.part(SigningKey.GOOD);
        byte[] good = EC.signature(text);
        java.security.Signature der = java.security.Signature.getInstance("SHA256withECDSA");
        der.initSign(EC.pair().getPrivate());
        der.update(text.getBytes(StandardCharsets.US_ASCII));
        List<byte[]> bad = new ArrayList<>(List.of(
                new byte[64],
                der.sign(),
                Arrays.copyOf(good, 63),
                Arrays.copyOf(good, 65),
                new byte[1],
                new byte[128]));
        for (BigInteger each : List.of(BigInteger.ZERO, ORDER, ORDER.add(BigInteger.ONE), BigInteger.ONE)) {
            bad.add(with(good, each, 0));
            bad.add(with(good, each, 32));
        }

        assertThat(isGood(text + '.' + SigningKey.encode(good), "JWT_PUBLIC_KEY", EC.pem()))
                .isTrue();
        for (byte[] signature : bad) {
            assertThat(isGood(text + '.' + SigningKey.encode(signature), "JWT_PUBLIC_KEY", EC.pem()))
                    .isFalse();
        }
    }

    private static byte[] with(byte[] signature, BigInteger number, int at) {
        byte[] changed = signature.clone();
        byte[] bytes = number.toByteArray();
        Arrays.fill(changed, at, at + 32, (byte) 0);
        int length = Math.min(32, bytes.length);
        System.arraycopy(bytes, bytes.length - length, changed, at + 32 - length, length);
        return changed;
    }

    @Test
    @Tag("T-J10")
    @Tag("T-J11")
    void aChangeAnywhereInATokenIsSeen() {
        for (SigningKey key : List.of(RSA, EC, ED)) {
            JwtConfig config = config("JWT_PUBLIC_KEY", key.pem());
            TokenVerifier verifier = new TokenVerifier(vertx, config);
            String token = key.token("");
            for (int i = 0; i < token.length(); i += 7) {
                char other = token.charAt(i) == 'A' ? 'B' : 'A';
                assertThat(isGood(verifier, token.substring(0, i) + other + token.substring(i + 1)))
                        .isFalse();
            }
            assertThat(isGood(verifier, token)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"refresh+jwt", "JWE", "dpop+jwt", "logout+jwt", "secevent+jwt", ""})
    @Tag("T-J14")
    void aTokenOfAnotherTypeIsRefused(String type) {
        assertThat(isGood(
                        RSA.sign("{\"alg\":\"RS256\",\"typ\":\"" + type + "\"}", SigningKey.GOOD),
                        "JWT_PUBLIC_KEY",
                        RSA.pem()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"RS256\"}",
                "{\"typ\":\"JWT\",\"alg\":\"RS256\"}",
                "{\"typ\":\"at+jwt\",\"alg\":\"RS256\"}",
                "{\"typ\":\"application/at+JWT\",\"alg\":\"RS256\"}",
                " { \"alg\" : \"RS256\" , \"kid\" : \"a-b_c.d:e@f=\" } ",
                "{\"alg\":\"RS256\",\"unknown\":{\"a\":[1,2]}}",
                "{\"alg\":\"RS256\",\"cty\":\"JWT\"}",
                "{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/\",\"x5u\":\"http://127.0.0.1:1/\",\"jwk\":{},\"x5c\":[]}"
            })
    @Tag("T-J08")
    void neighboursOfAGoodHeaderAreGoodAndKeysInItAreNotLookedAt(String header) {
        assertThat(isGood(RSA.sign(header, SigningKey.GOOD), "JWT_PUBLIC_KEY", RSA.pem()))
                .isTrue();
    }

    @Test
    @Tag("T-J08")
    @Tag("T-10")
    void aKeyThatATokenBringsAlongIsNotUsed() {
        SigningKey foreign = SigningKey.of("RS256");
        String header = "{\"alg\":\"RS256\",\"jwk\":" + foreign.jwk("k1", "") + "}";
        assertThat(isGood(foreign.sign(header, SigningKey.GOOD), "JWT_PUBLIC_KEY", RSA.pem()))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"u1\",\"exp\":99999999999.5}",
                "{\"sub\":\"u1\",\"exp\":9.9e10}",
                "{\"sub\":\"u1\",\"exp\":99999999999,\"nbf\":0,\"iat\":1}",
                "{\"sub\":\"u1\",\"exp\":99999999999,\"use\":\"access\",\"typ\":\"Bearer\"}",
                "{\"sub\":\"\\u00fc\\ud83d\\ude00\",\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"exp\":99999999999,\"a\":[[[[[[]]]]]]}",
                "{\"sub\":\"u1\",\"exp\":99999999999,\"\":null}"
            })
    @Tag("T-13")
    void neighboursOfGoodClaimsAreGood(String claims) {
        assertThat(isGood(RSA.sign("{\"alg\":\"RS256\"}", claims), "JWT_PUBLIC_KEY", RSA.pem()))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"u1\",\"exp\":99999999999,\"iat\":99999999998}",
                "{\"sub\":\"u1\",\"exp\":99999999999,\"iat\":\"1\"}",
                "{\"sub\":\"u1\",\"exp\":99999999999} {}",
                "{\"sub\":\"u1\",\"exp\":99999999999,}",
                "{\"sub\":\"u1\",\"exp\":NaN}",
                "{\"sub\":\"u1\",\"exp\":true}",
                "{\"sub\":\"u1\",\"exp\":null}",
                "{\"sub\":\"u1\",\"exp\":99999999999,\"a\":[[[[[[[[[]]]]]]]]]}",
                "\ufeff{\"sub\":\"u1\",\"exp\":99999999999}",
                "\"{}\""
            })
    @Tag("T-J12")
    @Tag("T-13")
    void neighboursThatAreNotGoodAreRefused(String claims) {
        assertThat(isGood(RSA.sign("{\"alg\":\"RS256\"}", claims), "JWT_PUBLIC_KEY", RSA.pem()))
                .isFalse();
    }

    @Test
    @Tag("T-J12")
    void hostileShapesAreRefusedBeforeAnyKeyIsTried() {
        String header = SigningKey.part("{\"alg\":\"RS256\"}");
        byte[] utf16 = SigningKey.GOOD.getBytes(StandardCharsets.UTF_16BE);
        for (String token : List.of(
                header + '.' + SigningKey.part("[".repeat(5_000)) + ".AAAA",
                header + '.' + SigningKey.part("x".repeat(1 << 20)) + ".AAAA",
                header + '.' + SigningKey.encode(utf16) + ".AAAA",
                header + '.' + SigningKey.encode(new byte[] {(byte) 0xc0, (byte) 0x80}) + ".AAAA",
                RSA.token("") + ".a.b",
                RSA.token("") + '.')) {
            assertThat(isGood(token, "JWT_PUBLIC_KEY", RSA.pem())).isFalse();
        }
    }

    @Test
    void expiryIsToldOnlyToThoseWhoseTokenWasGood() {
        String expired = "{\"sub\":\"u1\",\"exp\":1}";
        TokenVerifier verifier = new TokenVerifier(vertx, config("JWT_PUBLIC_KEY", RSA.pem()));

        assertThat(refusal(verifier, RSA.sign("{\"alg\":\"RS256\"}", expired))).isEqualTo(GatewayError.TOKEN_EXPIRED);
        assertThat(refusal(verifier, SigningKey.of("RS256").sign("{\"alg\":\"RS256\"}", expired)))
                .isEqualTo(GatewayError.UNAUTHORIZED);
    }

    private static String hs(String secret) {
        return SigningKey.mac(secret.getBytes(StandardCharsets.UTF_8), "{\"alg\":\"HS256\"}", SigningKey.GOOD);
    }

    private static JwtConfig config(String... environment) {
        Map<String, String> variables = new HashMap<>();
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        try {
            return ConfigLoader.load(empty, variables).jwt();
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isGood(String token, String... environment) {
        return isGood(new TokenVerifier(vertx, config(environment)), token);
    }

    private static boolean isGood(TokenVerifier verifier, String token) {
        try {
            return await(verifier.verify(token)).id().length() > 0;
        } catch (GatewayException e) {
            assertThat(e.failure().error()).isEqualTo(GatewayError.UNAUTHORIZED);
            return false;
        }
    }

    private static GatewayError refusal(TokenVerifier verifier, String token) {
        try {
            throw new AssertionError("let in as " + await(verifier.verify(token)));
        } catch (GatewayException e) {
            return e.failure().error();
        }
    }
}
