package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.testkit.Await;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Several instances of one upstream over real sockets: which of them gets a request, and when one is left out. */
@Tag("B4")
class UpstreamHealthTest {
    private static final String NO_BREAKER = "    breaker: {failures: 0}\n    retry: {attempts: 1}\n";

    /** What each instance answers to requests and to health questions: a status, or {@code reset}. */
    private final AtomicReferenceArray<String> mode = new AtomicReferenceArray<>(4);

    private final AtomicReferenceArray<String> health = new AtomicReferenceArray<>(4);
    private final AtomicInteger questions = new AtomicInteger();
    private final List<RawUpstream> upstreams = new ArrayList<>();

    private int[] instances(int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            mode.set(i, "200 OK");
            health.set(i, "200 OK");
            upstreams.add(new RawUpstream(connection -> {
                String request = connection.request();
                while (!request.isEmpty()) {
                    boolean question = request.startsWith("GET /healthy ");
                    if (question) {
                        questions.incrementAndGet();
                    }
                    String answer = question ? health.get(number) : mode.get(number);
                    if (answer.equals("reset")) {
                        connection.reset();
                        return;
                    }
                    connection.send("HTTP/1.1 " + answer + "\r\nContent-Length: 1\r\n\r\n" + number);
                    request = connection.request();
                }
            }));
        }
        return upstreams.stream().mapToInt(RawUpstream::port).toArray();
    }

    @AfterEach
    void stop() {
        upstreams.forEach(RawUpstream::close);
    }

    private static Gateway.Reply get(Gateway gateway, String id) {
        return gateway.get("/u/things/" + id, gateway.token("viewer"));
    }

    /** Who answers twenty requests in a row. */
    private static Set<String> answering(Gateway gateway) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 20; i++) {
            seen.add(get(gateway, "x" + i).body());
        }
        return seen;
    }

    @Test
    void whoFailsItsHealthQuestionsIsLeftOutUntilItAnswersThemAgain() {
        try (Gateway gateway = UpstreamStage.start(
                NO_BREAKER + "    balance: round-robin\n"
                        + "    health: {path: /healthy, interval: 50ms, unhealthy-after: 2, healthy-after: 3, failures: 0}\n",
                instances(3))) {
            assertThat(answering(gateway)).containsExactlyInAnyOrder("0", "1", "2");
            health.set(1, "503 Service Unavailable");
            Await.until("1 is left out", () -> answering(gateway).equals(Set.of("0", "2")));
            health.set(2, "reset");
            Await.until("2 is left out as well", () -> answering(gateway).equals(Set.of("0")));
            health.set(0, "500 Oops");
            Await.until(
                    "when none is well all are tried", () -> answering(gateway).equals(Set.of("0", "1", "2")));
            health.set(1, "201 Created");
            Await.until("1 is taken in again", () -> answering(gateway).equals(Set.of("1")));
        }
        assertThat(questions.get()).isGreaterThan(6);
    }

    @Test
    void whoFailsRequestsIsEjectedForAWhileButNeverAll() {
        try (Gateway gateway = UpstreamStage.start(
                NO_BREAKER + "    balance: round-robin\n    health: {failures: 2, eject: 1s, max-ejected: 100}\n",
                instances(3))) {
            mode.set(0, "reset");
            mode.set(1, "500 Oops");
            Await.until("0 and 1 are out", () -> answering(gateway).equals(Set.of("2")));
            mode.set(2, "502 Bad");
            for (int i = 0; i < 10; i++) {
                assertThat(get(gateway, "7").status()).isNotEqualTo(200);
            }
            for (int i = 0; i < 3; i++) {
                mode.set(i, "200 OK");
            }
            Await.until("all are in again", () -> answering(gateway).equals(Set.of("0", "1", "2")));
        }
    }

    @Test
    void theSameKeyGoesToTheSameInstance() {
        try (Gateway gateway = UpstreamStage.start(
                NO_BREAKER
                        + "    balance: consistent-hash\n    balance-key: path.id\n    health: {failures: 1, eject: 60s}\n",
                instances(4))) {
            List<String> first = IntStream.range(0, 60)
                    .mapToObj(i -> get(gateway, "k" + i).body())
                    .toList();
            assertThat(new HashSet<>(first)).hasSize(4);
            List<String> again = IntStream.range(0, 60)
                    .mapToObj(i -> get(gateway, "k" + i).body())
                    .toList();
            assertThat(again).isEqualTo(first);

            int gone = Integer.parseInt(first.get(0));
            mode.set(gone, "500 Oops");
            get(gateway, "k0");
            for (int i = 0; i < 60; i++) {
                String now = get(gateway, "k" + i).body();
                if (first.get(i).equals(String.valueOf(gone))) {
                    assertThat(now).isNotEqualTo(first.get(i));
                } else {
                    assertThat(now).isEqualTo(first.get(i));
                }
            }
        }
    }

    @Test
    @Tag("B7")
    @Tag("T-25")
    void anUpstreamThatSlowsDownKeepsNobodyFromTheOthers() {
        Semaphore release = new Semaphore(0);
        try (RawUpstream slow = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        release.acquireUninterruptibly();
                        connection.send(RawUpstream.ok("slow"));
                    }
                });
                RawUpstream quick = new RawUpstream(connection -> {
                    while (!connection.request().isEmpty()) {
                        connection.send(RawUpstream.ok("quick"));
                    }
                });
                Gateway gateway = UpstreamStage.startTwo(
                        "    concurrency: 8\n    max-connections: 4\n", slow.port(), quick.port())) {
            String token = gateway.token("viewer");
            AtomicLong inflight = new AtomicLong();
            await(gateway.bus.listen(Contract.HEALTH_REPORT, report -> inflight.set(report.figure("upstreamCalls"))));
            List<RawHttp> stuck = IntStream.range(0, 8)
                    .mapToObj(i -> gateway.raw()
                            .send("GET /u/things/1 HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + token + "\r\n\r\n"))
                    .toList();
            Await.until("the slow one has all it can take", () -> inflight.get() == 8);
            Gateway.Reply more = gateway.get("/u/things/2", token);
            assertThat(more.json().getString("code")).isEqualTo("overloaded");
            assertThat(slow.requests).hasSize(4);
            for (int i = 0; i < 20; i++) {
                assertThat(gateway.get("/other", token).body()).isEqualTo("quick");
            }
            release.release(1_000);
            stuck.forEach(each -> assertThat(each.head()).startsWith("HTTP/1.1 "));
            stuck.forEach(RawHttp::close);
        }
    }
}
