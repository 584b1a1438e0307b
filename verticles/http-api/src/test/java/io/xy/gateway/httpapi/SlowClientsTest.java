package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Clients that hold connections as long as they can. Others are served all the time. */
@Tag("B8")
class SlowClientsTest {
    private static final String OPEN = "GET /u/open HTTP/1.1\r\nHost: h\r\n\r\n";

    @Test
    @Tag("T-22")
    void whoDripsAHeadOrSaysNothingIsDisconnected() {
        try (RawUpstream upstream = answering();
                Gateway gateway = UpstreamStage.start(Map.of("HTTP_IDLE_TIMEOUT", "2s"), "", upstream.port());
                RawHttp silent = gateway.raw();
                RawHttp patient = gateway.raw()) {
            List<RawHttp> dripping = new ArrayList<>();
            for (String start :
                    List.of("G", "GET /u/open HTTP/1.1\r\n", "GET /u/open HTTP/1.1\r\nHost: h\r\nX-A: ", OPEN + "G")) {
                dripping.add(gateway.raw().send(start));
            }
            Await.until("all who drip are cut off", Duration.ofSeconds(30), () -> {
                dripping.forEach(raw -> raw.send(raw == dripping.get(1) ? "a: b\r\n" : "x"));
                patient.send(OPEN);
                assertThat(patient.head()).startsWith("HTTP/1.1 200 ");
                return dripping.stream().allMatch(RawHttp::isRefused);
            });
            assertThat(silent.isClosedByServer()).isTrue();
            dripping.forEach(RawHttp::close);
        }
    }

    @Test
    @Tag("T-22")
    @Tag("T-H28")
    void aSlowBodyIsTheFaultOfItsSenderAndNotOfTheUpstream() {
        try (RawUpstream upstream = answering();
                Gateway gateway = UpstreamStage.start(
                        Map.of("HTTP_CALL_TIMEOUT", "1s"),
                        "    breaker: {failures: 1}\n    health: {failures: 1}\n",
                        upstream.port());
                RawHttp patient = gateway.raw()) {
            List<RawHttp> slow = List.of(gateway.raw(), gateway.raw(), gateway.raw());
            slow.get(0).send("POST /u/take HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
            slow.get(1).send("POST /u/take HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1000\r\n");
            slow.get(2).send("POST /u/take HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n");
            assertThat(slow.get(2).head()).startsWith("HTTP/1.1 100 ");
            Await.until("the slow ones are cut off", () -> {
                slow.get(0).send("x");
                slow.get(1).send("x");
                patient.send(OPEN);
                assertThat(patient.head()).startsWith("HTTP/1.1 200 ");
                return slow.get(0).isRefused() && slow.get(1).isRefused();
            });
            assertThat(slow.get(2).all()).startsWith("HTTP/1.1 408 ").contains("body_timeout");
            slow.forEach(RawHttp::close);
        }
    }

    @Test
    @Tag("T-22")
    void aReaderThatStopsIsCutOffAndItsUpstreamWithIt() {
        CountDownLatch gone = new CountDownLatch(1);
        try (RawUpstream upstream = new RawUpstream(connection -> {
                    if (!connection.head().contains("/u/open?all")) {
                        connection.send(RawUpstream.ok("ok"));
                        return;
                    }
                    try {
                        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                        String chunk = "10000\r\n" + "x".repeat(65_536) + "\r\n";
                        while (gone.getCount() > 0) {
                            connection.send(chunk);
                        }
                    } finally {
                        gone.countDown();
                    }
                });
                Gateway gateway = UpstreamStage.start("    idle-timeout: 1s\n", upstream.port());
                RawHttp stuck = gateway.raw()) {
            stuck.send("GET /u/open?all HTTP/1.1\r\nHost: h\r\n\r\n");
            Await.until("the upstream is let go", () -> {
                assertThat(RawHttp.exchange(gateway.port, OPEN)).startsWith("HTTP/1.1 200 ");
                return gone.getCount() == 0;
            });
            assertThat(stuck.isClosedByServer()).isTrue();
        }
    }

    private static RawUpstream answering() {
        return new RawUpstream(connection -> {
            while (!connection.request().isEmpty()) {
                connection.send(RawUpstream.ok("ok"));
            }
        });
    }
}
