package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a connection to an upstream is used again, and when not. */
@Tag("B4")
class UpstreamConnectionsTest {
    private final AtomicInteger accepted = new AtomicInteger();

    /** Answers every request of a connection with the same text. */
    private RawUpstream answering(String answer) {
        return new RawUpstream(connection -> {
            accepted.incrementAndGet();
            while (!connection.request().isEmpty()) {
                connection.send(answer);
            }
        });
    }

    private static Gateway.Reply get(Gateway gateway) {
        return gateway.get("/u/things/1", gateway.token("admin"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                // what the upstream says of its connection | connections of three requests in a row
                "none                      | 1",
                "Keep-Alive: timeout=60    | 1",
                "Connection: keep-alive    | 1",
                "Connection: X-Other       | 1",
                "Connection: close         | 3",
                "Connection: x, Close      | 3",
                "Keep-Alive: timeout=1     | 3",
                "Keep-Alive: timeout=0     | 3",
            })
    void aConnectionIsUsedAgainUnlessTheUpstreamEndsIt(String header, int connections) {
        String answer = "HTTP/1.1 200 OK\r\n" + (header == null ? "" : header + "\r\n") + "Content-Length: 2\r\n\r\nok";
        try (RawUpstream upstream = answering(answer);
                Gateway gateway = UpstreamStage.start("", upstream.port())) {
            for (int i = 0; i < 3; i++) {
                assertThat(get(gateway).body()).isEqualTo("ok");
            }
            assertThat(accepted).hasValue(connections);
        }
    }

    @Test
    void anAnswerOfHttp10EndsItsConnection() {
        try (RawUpstream upstream = answering("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
                Gateway gateway = UpstreamStage.start("", upstream.port())) {
            assertThat(get(gateway).body()).isEqualTo("ok");
            assertThat(get(gateway).body()).isEqualTo("ok");
            assertThat(accepted).hasValue(2);
        }
    }

    @Test
    void whatTheUpstreamClosedWhileIdleIsNotUsed() {
        AtomicInteger closed = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    connection.request();
                    connection.send(RawUpstream.ok("ok"));
                    connection.finish();
                    // The gateway hangs up, too, once it has seen it.
                    connection.request();
                    closed.incrementAndGet();
                });
                Gateway gateway = UpstreamStage.start("    retry: {attempts: 1}\n", upstream.port())) {
            for (int i = 1; i <= 5; i++) {
                int seen = i;
                assertThat(get(gateway).status()).isEqualTo(200);
                Await.until("the idle connection is closed", () -> closed.get() == seen);
            }
        }
    }

    @Test
    void noMoreConnectionsThanAllowedAndWhoWaitsIsServed() {
        Semaphore go = new Semaphore(0);
        AtomicInteger open = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    most.accumulateAndGet(open.incrementAndGet(), Math::max);
                    while (!connection.request().isEmpty()) {
                        go.acquireUninterruptibly();
                        connection.send(RawUpstream.ok("ok"));
                    }
                    open.decrementAndGet();
                });
                Gateway gateway = UpstreamStage.start("    max-connections: 2\n", upstream.port())) {
            List<CompletableFuture<Gateway.Reply>> calls = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(() -> get(gateway)))
                    .toList();
            Await.until("both connections are in use", () -> upstream.requests.size() == 2);
            go.release(8);
            assertThat(calls).allSatisfy(call -> assertThat(call.join().body()).isEqualTo("ok"));
            assertThat(most).hasValue(2);
        }
    }

    @Test
    @Tag("B11")
    void connectionsAndThoseWhoWaitForOneAreShown() {
        Semaphore answers = new Semaphore(0);
        try (Scrape scrape = new Scrape();
                RawUpstream upstream = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        answers.acquireUninterruptibly();
                        connection.send(RawUpstream.ok("ok"));
                    }
                });
                Gateway gateway = UpstreamStage.start("    max-connections: 2\n", upstream.port())) {
            List<CompletableFuture<Gateway.Reply>> calls = IntStream.range(0, 5)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> get(gateway), task -> Thread.ofVirtual().start(task)))
                    .toList();
            String labels = "instance=\"0\",service=\"up\"";
            Await.until(
                    "both are shown",
                    () -> scrape.sample("api_gateway_upstream_connections", labels) == 2
                            && scrape.sample("api_gateway_upstream_waiting", labels) == 3);
            answers.release(100);
            calls.forEach(call -> assertThat(call.join().status()).isEqualTo(200));
            Await.until("nobody waits", () -> scrape.sample("api_gateway_upstream_waiting", labels) == 0);
            assertThat(scrape.sample("api_gateway_upstream_connections", labels))
                    .isEqualTo(2);
        }
    }
}
