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
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are good, and the many that only look so. */
@Tag("B2")
@Tag("N3")
class TokenVerifierTest {
    private static final String SECRET = "a-secret-of-this-test-that-is-long-enough";
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    private static final String GOOD = "{\"sub\":\"u1\",\"exp\":99999999999}";

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

    private static JwtConfig config(String... environment) {
        Map<String, String> variables = new HashMap<>(Map.of("JWT_SECRET", SECRET));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        try {
            return ConfigLoader.load(empty, variables).jwt();
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    private static Principal verify(String token, String... environment) {
        return await(new TokenVerifier(vertx, config(environment)).verify(token));
    }

    private static GatewayError refusal(String token, String... environment) {
        try {
            Principal principal = verify(token, environment);
            throw new AssertionError("let in as " + principal);
        } catch (GatewayException e) {
            return e.failure().error();
        }
    }

    private static String sign(String header, String claims) {
        return sign(header, claims, SECRET);
    }

    private static String sign(String header, String claims, String secret) {
        String text = part(header) + '.' + part(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return text
                    + '.'
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String part(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatTheIssuerMakesTheVerifierReads() {
        JwtConfig config = config("JWT_ALLOWED_ISS", "xy", "JWT_ALLOWED_AUD", "desk", "JWT_ROLE_CLAIM", "grp");
        Principal principal = new Principal(
                "u1", "trader1", "operator", List.of("trade"), List.of("account1"), List.of("xy.md.>"), "s1", 0);

        Principal read =
                await(new TokenVerifier(vertx, config).verify(new TokenIssuer(vertx, config).issue(principal, 60_000)));

        assertThat(read.id()).isEqualTo("u1");
        assertThat(read.name()).isEqualTo("trader1");
        assertThat(read.role()).isEqualTo("operator");
        assertThat(read.permissions()).containsExactly("trade");
        assertThat(read.accounts()).containsExactly("account1");
        assertThat(read.subjects()).containsExactly("xy.md.>");
        assertThat(read.session()).isEqualTo("s1");
        assertThat(read.expiresAt()).isGreaterThan(System.currentTimeMillis());
    }

    @Test
    void claimsOfOtherIssuersAreUnderstood() {
        Principal old = verify(sign(HEADER, "{\"userId\":\"u7\",\"exp\":99999999999}"));
        Principal nested = verify(
                sign(
                        HEADER,
                        "{\"user_id\":\"u8\",\"realm\":{\"role\":\"admin\"},\"permissions\":\"p\",\"accounts\":[1],"
                                + "\"exp\":99999999999}"),
                "JWT_ROLE_CLAIM",
                "realm.role");

        assertThat(old.id()).isEqualTo("u7");
        assertThat(old.name()).isEqualTo("u7");
        assertThat(old.role()).isEqualTo("viewer");
        assertThat(old.mayUseAllAccounts()).isTrue();
        assertThat(nested.role()).isEqualTo("admin");
        assertThat(nested.permissions()).containsExactly("p");
        assertThat(nested.accounts()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"alg\":\"none\"}",
                "{\"alg\":\"None\"}",
                "{\"alg\":\"HS512\"}",
                "{\"alg\":\"RS256\"}",
                "{\"alg\":\"hs256\"}",
                "{}",
                "{\"alg\":\"HS256\",\"crit\":[\"exp\"]}",
                "{\"alg\":\"HS256\",\"b64\":false}",
                "{\"alg\":\"HS256\",\"alg\":\"HS256\"}",
                "[]",
                "no json"
            })
    @Tag("T-10")
    void anotherHeaderIsRefusedWhateverTheSignature(String header) {
        assertThat(refusal(sign(header, GOOD))).isEqualTo(GatewayError.UNAUTHORIZED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"sub\":\"u1\"}",
                "{\"sub\":\"u1\",\"exp\":\"99999999999\"}",
                "{\"sub\":\"u1\",\"exp\":1e300}",
                "{\"sub\":\"u1\",\"exp\":-5}",
                "{\"exp\":99999999999}",
                "{\"sub\":5,\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"sub\":\"u2\",\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"nbf\":99999999998,\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"nbf\":\"x\",\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"typ\":\"refresh\",\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"typ\":\"ID\",\"exp\":99999999999}",
                "{\"sub\":\"u1\",\"use\":\"refresh\",\"exp\":99999999999}"
            })
    @Tag("T-13")
    void claimsThatDoNotMakeAnAccessTokenAreRefused(String claims) {
        assertThat(refusal(sign(HEADER, claims))).isEqualTo(GatewayError.UNAUTHORIZED);
    }

    @Test
    void anotherFormIsRefused() {
        String good = sign(HEADER, GOOD);
        List<String> bad = new ArrayList<>(List.of(
                "",
                ".",
                "..",
                "a.b.c",
                good + '.',
                good + ".x",
                good + '=',
                good.substring(0, good.lastIndexOf('.')),
                good.substring(0, good.lastIndexOf('.') + 1),
                good.replace('.', ','),
                ' ' + good,
                good + '\n',
                good.substring(0, good.length() - 1) + '+',
                "x".repeat(9_000)));
        // The last character has bits that are not part of the signature: they must be zero.
        char last = good.charAt(good.length() - 1);
        bad.add(good.substring(0, good.length() - 1) + (char) (last + 1));

        for (String token : bad) {
            assertThat(refusal(token)).as(token).isEqualTo(GatewayError.UNAUTHORIZED);
        }
        assertThat(refusal(sign("[".repeat(3_000), GOOD))).isEqualTo(GatewayError.UNAUTHORIZED);
    }

    @Test
    void anotherKeyIsRefused() {
        assertThat(refusal(sign(HEADER, GOOD, SECRET + "x"))).isEqualTo(GatewayError.UNAUTHORIZED);
    }

    @Test
    @Tag("T-13")
    void anExpiredTokenIsToldApartAndTheToleranceCounts() {
        long now = System.currentTimeMillis() / 1_000;
        String expired = sign(HEADER, "{\"sub\":\"u1\",\"exp\":" + (now - 20) + "}");

        assertThat(refusal(expired)).isEqualTo(GatewayError.TOKEN_EXPIRED);
        assertThat(verify(expired, "JWT_CLOCK_TOLERANCE_SEC", "120").id()).isEqualTo("u1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"sub\":\"u\",\"exp\":99999999999}",
                "{\"sub\":\"u\",\"iss\":\"other\",\"aud\":\"desk\",\"exp\":99999999999}",
                "{\"sub\":\"u\",\"iss\":\"xy\",\"exp\":99999999999}",
                "{\"sub\":\"u\",\"iss\":\"xy\",\"aud\":5,\"exp\":99999999999}",
                "{\"sub\":\"u\",\"iss\":\"xy\",\"aud\":[\"other\"],\"exp\":99999999999}",
            })
    @Tag("T-13")
    @Tag("T-J06")
    void anotherIssuerOrAudienceIsRefused(String claims) {
        assertThat(refusal(sign(HEADER, claims), "JWT_ALLOWED_ISS", "xy", "JWT_ALLOWED_AUD", "desk"))
                .isEqualTo(GatewayError.UNAUTHORIZED);
    }

    @Test
    @Tag("T-13")
    @Tag("T-J06")
    void oneOfSeveralAudiencesIsEnough() {
        String token = sign(HEADER, "{\"sub\":\"u\",\"iss\":\"xy\",\"aud\":[\"other\",\"desk\"],\"exp\":99999999999}");

        assertThat(verify(token, "JWT_ALLOWED_ISS", "xy", "JWT_ALLOWED_AUD", "desk")
                        .id())
                .isEqualTo("u");
    }

    @Test
    void aVerifiedTokenIsRememberedUntilTheVerifierIsToldToForget() {
        TokenVerifier verifier = new TokenVerifier(vertx, config());
        String token = sign(HEADER, GOOD);

        Principal first = await(verifier.verify(token));
        Principal second = await(verifier.verify(token));
        verifier.forget();
        Principal third = await(verifier.verify(token));

        assertThat(second).isSameAs(first);
        assertThat(third).isNotSameAs(first).isEqualTo(first);
    }

    @Test
    void aCredentialIsRememberedWithThePlaceOfItsToken() {
        TokenVerifier verifier = new TokenVerifier(vertx, config());
        String token = sign(HEADER, GOOD);
        String credential = "Bearer " + token;

        Principal first = await(verifier.verify(credential, 7));

        assertThat(await(verifier.verify(credential, 7))).isSameAs(first);
        assertThat(await(verifier.verify(token))).isEqualTo(first);
        assertThatThrownBy(() -> await(verifier.verify(credential))).hasMessageContaining("Invalid token");
        assertThatThrownBy(() -> await(verifier.verify(credential, 6))).hasMessageContaining("Invalid token");
        assertThatThrownBy(() -> await(verifier.verify(credential, 8))).hasMessageContaining("Invalid token");
    }

    @Test
    void withoutAKeyNothingIsIssuedOrVerified() {
        JwtConfig none = config().withSecret("");

        assertThatThrownBy(() -> new TokenVerifier(vertx, none)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenIssuer(vertx, none)).isInstanceOf(IllegalArgumentException.class);
    }
}
