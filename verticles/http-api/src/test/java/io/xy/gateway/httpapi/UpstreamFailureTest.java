package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.Ports;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Upstreams that die at each moment of a request: what may run once is sent at most once, and the answer says so. */
@Tag("B4")
@Tag("Z12")
@Tag("T-29")
class UpstreamFailureTest {
    private static final String NO_BREAKER = "    breaker: {failures: 0}\n";
    private static final String ORDER = "{\"symbol\":\"A\",\"quantity\":\"1\"}";

    private static void assertFailure(Gateway.Reply reply, int status, String code, String outcome) {
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.json().getString("code")).isEqualTo(code);
        assertThat(reply.json().getString("outcome")).isEqualTo(outcome);
    }

    @Test
    void nobodyListensSoNothingWasExecuted() {
        try (Gateway gateway = UpstreamStage.start(NO_BREAKER, Ports.free())) {
            Gateway.Reply reply = gateway.post("/u/things", gateway.token("operator"), ORDER);

            assertFailure(reply, 503, "upstream_down", "not-executed");
            assertThat(reply.json().getBoolean("retry")).isTrue();
        }
    }

    @Test
    void anInstanceThatDoesNotListenIsPassedByEvenForWhatMayRunOnce() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        connection.send(RawUpstream.ok("done"));
                    }
                });
                Gateway gateway = UpstreamStage.start(
                        NO_BREAKER + "    balance: round-robin\n    retry: {budget: 100}\n",
                        Ports.free(),
                        upstream.port())) {
            for (int i = 0; i < 6; i++) {
                assertThat(gateway.post("/u/things", gateway.token("operator"), ORDER)
                                .status())
                        .isEqualTo(200);
            }
            assertThat(upstream.requests).hasSize(6);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"close", "reset"})
    void aConnectionThatEndsBeforeTheAnswerLeavesTheOutcomeUnknown(String how) {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    if (how.equals("reset")) {
                        connection.reset();
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port())) {
            Gateway.Reply reply = gateway.post("/u/things", gateway.token("operator"), ORDER);

            assertFailure(reply, 504, "timeout", "unknown");
            assertThat(reply.json().getBoolean("retry")).isFalse();
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @Test
    void anUpstreamThatDiesInTheMiddleOfTheBodyLeavesTheOutcomeUnknown() {
        AtomicInteger heads = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.head();
                    heads.incrementAndGet();
                    connection.reset();
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port())) {
            Gateway.Reply reply =
                    gateway.post("/u/things", gateway.token("operator"), "[\"" + "x".repeat(500_000) + "\"]");

            assertFailure(reply, 504, "timeout", "unknown");
            assertThat(heads).hasValue(1);
        }
    }

    @Test
    void anUpstreamThatDiesInTheMiddleOfItsHeadLeavesTheOutcomeUnknown() {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\nContent-Le");
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port())) {
            assertFailure(gateway.post("/u/things", gateway.token("operator"), ORDER), 504, "timeout", "unknown");
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"})
    void anAnswerThatBreaksOffIsBrokenOffTowardsTheCaller(String half) {
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send("HTTP/1.1 200 OK\r\n" + half);
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port());
                RawHttp raw = gateway.raw()) {
            raw.send("POST /u/things HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + gateway.token("operator")
                    + "\r\nContent-Length: 2\r\n\r\n{}");
            String all = new String(raw.bytes(100_000), java.nio.charset.StandardCharsets.ISO_8859_1);

            assertThat(all).startsWith("HTTP/1.1 200 ").contains("half").doesNotContain("\r\n0\r\n");
            assertThat(upstream.requests).hasSize(1);
        }
    }

    @Test
    void anAnswerThatNeverComesIsATimeoutWithAnUnknownOutcome() {
        CountDownLatch hungUp = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.request();
                    hungUp.countDown();
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port())) {
            assertFailure(gateway.post("/u/short", gateway.token("operator"), ORDER), 504, "timeout", "unknown");
            assertThat(upstream.requests).hasSize(1);
            Await.until("the gateway gives the connection up", () -> hungUp.getCount() == 0);
        }
    }

    @Test
    @Tag("B7")
    void whatMayBeRepeatedIsRepeated() {
        AtomicInteger connections = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    if (connections.incrementAndGet() == 1) {
                        connection.request();
                        return;
                    }
                    while (!connection.request().isEmpty()) {
                        connection.send(RawUpstream.ok("second"));
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port())) {
            Gateway.Reply reply = gateway.get("/u/things/1", gateway.token("operator"));

            assertThat(reply.body()).isEqualTo("second");
            assertThat(upstream.requests.get(1)).containsIgnoringCase("x-request-attempt: 2");
        }
    }

    /** An upstream to which everything goes wrong in one way. */
    private static RawUpstream failing(String how, AtomicInteger seen) {
        return new RawUpstream(connection -> {
            for (String head = connection.head(); !head.isEmpty(); head = connection.head()) {
                seen.incrementAndGet();
                switch (how) {
                    case "close" -> {
                        return;
                    }
                    case "reset" -> {
                        connection.reset();
                        return;
                    }
                    case "half a head" -> {
                        connection.send("HTTP/1.1 200 OK\r\nContent-Le");
                        return;
                    }
                    case "503 for a while" ->
                        connection.send("HTTP/1.1 503 S\r\nRetry-After: 9\r\nContent-Length: 4\r\n\r\nbusy");
                    default -> connection.send("HTTP/1.1 " + how + " S\r\nContent-Length: 4\r\n\r\nbusy");
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"502", "503", "504", "close", "reset", "half a head"})
    @Tag("B7")
    @Tag("T-26")
    void repeatsStayWithinTheirBudget(String how) {
        AtomicInteger seen = new AtomicInteger();
        try (RawUpstream upstream = failing(how, seen);
                Gateway gateway = UpstreamStage.start(
                        NO_BREAKER + "    retry: {attempts: 3, budget: 20, backoff: 1ms}\n", upstream.port())) {
            String token = gateway.token("operator");
            for (int i = 0; i < 100; i++) {
                String method = List.of("GET", "GET", "DELETE").get(i % 3);
                Gateway.Reply reply = gateway.call(method, "/u/things/1", token, null);
                assertThat(reply.status()).isIn(502, 503, 504);
            }
            assertThat(seen.get()).isBetween(115, 121);

            seen.set(0);
            for (int i = 0; i < 10; i++) {
                gateway.post("/u/things", token, ORDER);
            }
            assertThat(seen).as("what must run at most once").hasValue(10);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"200", "404", "408", "425", "429", "500", "501", "505", "503 for a while"})
    @Tag("B7")
    @Tag("T-26")
    void whatIsAnAnswerIsNotRepeated(String how) {
        AtomicInteger seen = new AtomicInteger();
        try (RawUpstream upstream = failing(how, seen);
                Gateway gateway = UpstreamStage.start(
                        NO_BREAKER + "    retry: {attempts: 3, budget: 100, backoff: 1ms}\n", upstream.port())) {
            for (int i = 0; i < 20; i++) {
                Gateway.Reply reply = gateway.get("/u/things/1", gateway.token("operator"));
                assertThat(reply.status()).isEqualTo(Integer.parseInt(how.substring(0, 3)));
                assertThat(reply.body()).isEqualTo("busy");
            }
            assertThat(seen).hasValue(20);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10, 20})
    @Tag("B7")
    @Tag("T-26")
    void aStormOfCallersGetsNoBiggerByRepeats(int budget) {
        AtomicInteger seen = new AtomicInteger();
        int callers = 16;
        int calls = 50;
        try (RawUpstream upstream = failing("503", seen);
                Gateway gateway = UpstreamStage.start(
                        NO_BREAKER + "    retry: {attempts: 10, budget: " + budget + ", backoff: 1ms}\n",
                        upstream.port())) {
            String token = gateway.token("operator");
            CompletableFuture<?>[] all = IntStream.range(0, callers)
                    .mapToObj(i -> CompletableFuture.runAsync(
                            () -> {
                                for (int j = 0; j < calls; j++) {
                                    assertThat(gateway.get("/u/things/1", token).status())
                                            .isEqualTo(503);
                                }
                            },
                            task -> Thread.ofVirtual().start(task)))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(all).join();

            assertThat(seen.get()).isBetween(callers * calls, callers * calls * (100 + budget) / 100 + 1);
        }
    }

    @Test
    @Tag("B7")
    @Tag("T-26")
    void anOpenBreakerEndsTheStorm() {
        AtomicInteger seen = new AtomicInteger();
        try (RawUpstream upstream = failing("503", seen);
                Gateway gateway = UpstreamStage.start(
                        "    breaker: {failures: 5, window: 60s, open: 60s}\n"
                                + "    retry: {attempts: 3, budget: 20, backoff: 1ms}\n",
                        upstream.port())) {
            for (int i = 0; i < 100; i++) {
                assertThat(gateway.get("/u/things/1", gateway.token("operator")).status())
                        .isEqualTo(503);
            }
            assertThat(seen.get()).isBetween(5, 6);
        }
    }

    @Test
    void tooManyAtOnceAreRefusedAtOnce() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch arrived = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    arrived.countDown();
                    try {
                        release.await(20, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    connection.send(RawUpstream.ok("first"));
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER + "    concurrency: 1\n", upstream.port());
                RawHttp first = gateway.raw()) {
            String token = gateway.token("operator");
            first.send("GET /u/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n");
            assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();

            assertFailure(gateway.post("/u/things", token, ORDER), 503, "overloaded", "not-executed");

            release.countDown();
            assertThat(first.head()).endsWith("first");
        }
    }

    @Test
    @Tag("B7")
    void theBreakerOpensOnFailuresAndLetsOneRequestTry() {
        AtomicInteger status = new AtomicInteger(500);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        connection.send("HTTP/1.1 " + status.get() + " S\r\nContent-Length: 0\r\n\r\n");
                    }
                });
                Gateway gateway = UpstreamStage.start(
                        "    breaker: {failures: 3, window: 10s, open: 300ms}\n", upstream.port())) {
            String token = gateway.token("operator");
            for (int i = 0; i < 3; i++) {
                assertThat(gateway.post("/u/things", token, ORDER).status()).isEqualTo(500);
            }

            Gateway.Reply refused = gateway.post("/u/things", token, ORDER);

            assertFailure(refused, 503, "circuit_open", "not-executed");
            assertThat(refused.header("retry-after")).isEqualTo("1");
            assertThat(upstream.requests).hasSize(3);
            status.set(200);
            Await.until(
                    "the trial closes the breaker",
                    () -> gateway.post("/u/things", token, ORDER).status() == 200);
            assertThat(gateway.post("/u/things", token, ORDER).status()).isEqualTo(200);
        }
    }

    @Test
    void aCallerThatGoesAwayEndsTheRequest() throws InterruptedException {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    arrived.countDown();
                    try {
                        connection.request();
                    } finally {
                        ended.countDown();
                    }
                });
                Gateway gateway = UpstreamStage.start(NO_BREAKER, upstream.port())) {
            try (RawHttp raw = gateway.raw()) {
                raw.send("GET /u/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + gateway.token("viewer")
                        + "\r\n\r\n");
                assertThat(arrived.await(20, TimeUnit.SECONDS)).isTrue();
            }
            assertThat(ended.await(20, TimeUnit.SECONDS)).isTrue();
        }
    }
}
