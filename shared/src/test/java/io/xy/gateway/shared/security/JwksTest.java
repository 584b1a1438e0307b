package io.xy.gateway.shared.security;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.xy.gateway.shared.config.ConfigLoader;
import io.xy.gateway.shared.config.InvalidConfiguration;
import io.xy.gateway.shared.config.JwtConfig;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys that an issuer publishes: fetched, changed by turns, kept while it is away. */
@Tag("B2")
@Tag("N3")
class JwksTest {
    private static final SigningKey RSA = SigningKey.of("RS256");
    private static final SigningKey EC = SigningKey.of("ES256");
    private static final SigningKey ED = SigningKey.of("EdDSA");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path empty;

    private final Vertx vertx = TestVertx.create();
    private final AtomicInteger fetches = new AtomicInteger();
    private volatile Consumer<HttpServerResponse> issuer = HttpServerResponse::reset;
    private HttpServer server;

    @BeforeEach
    void startIssuer() {
        server = await(vertx.createHttpServer()
                .requestHandler(request -> {
                    fetches.incrementAndGet();
                    issuer.accept(request.response());
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() {
        TestVertx.close(vertx);
    }

    @Test
    void keysOfAllKindsAreTakenFromTheirIssuer() {
        publish(
                RSA.jwk("r", ",\"alg\":\"RS256\",\"use\":\"sig\""),
                EC.jwk("e", ",\"key_ops\":[\"verify\"]"),
                ED.jwk("d", ""));
        TokenVerifier verifier = verifier();

        assertThat(isGood(verifier, RSA.token("r"))).isTrue();
        assertThat(isGood(verifier, EC.token("e"))).isTrue();
        assertThat(isGood(verifier, ED.token("d"))).isTrue();
        assertThat(isGood(verifier, ED.token(""))).isTrue();
        assertThat(isGood(verifier, RSA.token("e"))).isFalse();
        assertThat(isGood(verifier, SigningKey.of("RS256").token("r"))).isFalse();
        assertThat(fetches).hasValue(1);
    }

    @Test
    @Tag("T-J02")
    @Tag("T-J08")
    void keysForSomethingElseAreNotTaken() {
        String ec = EC.jwk("e", "");
        publish(
                RSA.jwk("r", ",\"alg\":\"HS256\""),
                RSA.jwk("r", ",\"alg\":\"PS256\""),
                RSA.jwk("r", ",\"use\":\"enc\""),
                RSA.jwk("r", ",\"key_ops\":[\"sign\"]"),
                RSA.jwk("r", ",\"d\":\"AAAA\""),
                ec.replace("P-256", "P-384"),
                ec.replace("\"x\":\"", "\"x\":\"AAAA"),
                EC.jwk("e", "").replaceAll("\"y\":\"[^\"]*\"", "\"y\":\"" + SigningKey.encode(new byte[32]) + '"'),
                ED.jwk("d", "").replace("Ed25519", "X25519"),
                "{\"kty\":\"oct\",\"kid\":\"o\",\"k\":\"" + SigningKey.encode(new byte[32]) + "\"}",
                "{\"kty\":\"RSA\",\"kid\":\"s\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
                "{\"kty\":\"RSA\",\"kid\":\"t\",\"n\":5}",
                "5",
                ED.jwk("good", ""));
        TokenVerifier verifier = verifier();

        assertThat(isGood(verifier, ED.token("good"))).isTrue();
        for (String token : List.of(RSA.token("r"), EC.token("e"), ED.token("d"))) {
            assertThat(isGood(verifier, token)).isFalse();
        }
        assertThat(isGood(verifier, SigningKey.mac(new byte[32], "{\"alg\":\"HS256\",\"kid\":\"o\"}", SigningKey.GOOD)))
                .isFalse();
    }

    @Test
    @Tag("T-J15")
    @Tag("T-11")
    void aNewKeyIsFetchedOnceWhenATokenNamesItAndTheOldOneGoesOn() {
        publish(RSA.jwk("old", ""));
        TokenVerifier verifier = verifier("JWT_JWKS_COOLDOWN", "100ms");
        assertThat(isGood(verifier, RSA.token("old"))).isTrue();

        publish(RSA.jwk("old", ""), EC.jwk("new", ""));
        Await.until("the new key is known", () -> isGood(verifier, EC.token("new")));

        assertThat(isGood(verifier, RSA.token("old"))).isTrue();
        publish(EC.jwk("new", ""));
        Await.until("the old key is gone", () -> {
            isGood(verifier, EC.token("newer"));
            return !isGood(verifier, RSA.token("old"));
        });
        assertThat(isGood(verifier, EC.token("new"))).isTrue();
    }

    @Test
    @Tag("T-J15")
    @Tag("T-11")
    void aStormOfUnknownNamesCausesOneFetchPerCooldownForAllInstances() {
        publish(RSA.jwk("k", ""));
        TokenVerifier first = verifier();
        TokenVerifier second = verifier();
        assertThat(isGood(first, RSA.token("k"))).isTrue();
        List<Future<?>> storm = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            storm.add((i % 2 == 0 ? first : second)
                    .verify(RSA.token("unknown-" + i % 20))
                    .otherwiseEmpty());
        }
        await(Future.all(storm));

        assertThat(fetches).hasValue(1);
        assertThat(isGood(second, RSA.token("k"))).isTrue();
    }

    @Test
    @Tag("T-J15")
    void whoComesBeforeTheFirstKeysWaitsForThem() {
        List<HttpServerResponse> held = new ArrayList<>();
        issuer = response -> {
            synchronized (held) {
                held.add(response);
            }
        };
        TokenVerifier verifier = verifier();
        Future<Principal> waiting = verifier.verify(RSA.token("k"));
        Await.until("the issuer is asked", () -> {
            synchronized (held) {
                return !held.isEmpty();
            }
        });
        assertThat(waiting.isComplete()).isFalse();

        answer(held.get(0), SigningKey.jwks(RSA.jwk("k", "")));

        assertThat(await(waiting).id()).isEqualTo("u1");
    }

    /** Else a good token would be refused that comes while another event loop takes the keys in. */
    @Test
    @Tag("T-J15")
    void whoHasLookedAtOlderKeysLooksAgainAlthoughTheCooldownRuns() {
        publish(RSA.jwk("k", ""));
        JwksSource source = JwksSource.of(vertx, config());
        int before = source.generation();
        assertThat(isGood(verifier(), RSA.token("k"))).isTrue();

        Future<Void> news = Objects.requireNonNull(source.news(vertx, before));

        assertThat(news.isComplete()).isTrue();
        assertThat(source.news(vertx, source.generation())).isNull();
        assertThat(fetches).hasValue(1);
    }

    @Test
    @Tag("T-J15")
    @Tag("T-12")
    void lastGoodKeysGoOnWhateverTheIssuerAnswers() {
        publish(RSA.jwk("k", ""));
        TokenVerifier verifier = verifier("JWT_JWKS_COOLDOWN", "100ms");
        assertThat(isGood(verifier, RSA.token("k"))).isTrue();
        List<Consumer<HttpServerResponse>> outages = List.of(
                HttpServerResponse::reset,
                response -> response.setStatusCode(404).end("{}").onFailure(e -> {}),
                response -> response.setStatusCode(302)
                        .putHeader("location", "http://127.0.0.1:1/")
                        .end()
                        .onFailure(e -> {}),
                response -> answer(response, "no keys"),
                response -> answer(response, "{\"keys\":[]}"),
                response -> answer(response, "{\"keys\":[{}]," + "\"keys\":[]}"),
                response -> answer(response, " ".repeat(1 << 20)),
                response -> answer(response, "[".repeat(10_000)));

        for (Consumer<HttpServerResponse> outage : outages) {
            issuer = outage;
            int before = fetches.get();
            Await.until("another fetch", () -> {
                assertThat(isGood(verifier, RSA.token("unknown"))).isFalse();
                return fetches.get() > before;
            });
            verifier.forget();
            assertThat(isGood(verifier, RSA.token("k"))).isTrue();
        }
    }

    @Test
    @Tag("T-J15")
    @Tag("T-12")
    void anIssuerThatIsAwayFromTheBeginningLetsNobodyIn() {
        TokenVerifier verifier = verifier("JWT_SECRET", "a-secret-of-this-test-that-is-long-enough");

        assertThat(isGood(verifier, RSA.token("k"))).isFalse();
        assertThat(isGood(verifier, RSA.token(""))).isFalse();
        assertThat(isGood(
                        verifier,
                        SigningKey.mac(
                                "a-secret-of-this-test-that-is-long-enough".getBytes(StandardCharsets.UTF_8),
                                "{\"alg\":\"HS256\"}",
                                SigningKey.GOOD)))
                .isTrue();
        assertThat(fetches).hasValue(1);
    }

    @Test
    void anAuthorityThatCannotBeReadIsNoReasonToTrustOthers() {
        publish(RSA.jwk("k", ""));
        assertThat(isGood(
                        verifier(
                                "JWT_JWKS_CA",
                                "/nowhere/ca.pem",
                                "JWT_JWKS_URL",
                                "https://127.0.0.1:" + server.actualPort()),
                        RSA.token("k")))
                .isFalse();
        assertThat(fetches).hasValue(0);
    }

    private void publish(String... keys) {
        String set = SigningKey.jwks(keys);
        issuer = response -> answer(response, set);
    }

    private static void answer(HttpServerResponse response, String body) {
        response.end(body).onFailure(e -> {});
    }

    private TokenVerifier verifier(String... environment) {
        return new TokenVerifier(vertx, config(environment));
    }

    private JwtConfig config(String... environment) {
        Map<String, String> variables = new HashMap<>();
        variables.put("JWT_JWKS_URL", "http://127.0.0.1:" + server.actualPort() + "/keys");
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        try {
            return ConfigLoader.load(empty, variables).jwt();
        } catch (InvalidConfiguration e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isGood(TokenVerifier verifier, String token) {
        try {
            return !await(verifier.verify(token)).id().isEmpty();
        } catch (GatewayException e) {
            return false;
        }
    }
}
