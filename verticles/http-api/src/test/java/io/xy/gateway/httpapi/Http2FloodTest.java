package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames of HTTP/2 that cost the server more than the client, written by hand. */
@Tag("B14")
@Tag("T-23")
class Http2FloodTest {
    private static final String PATH = "/api/v1/none";
    private static final byte[] CANCEL = {0, 0, 0, 8};

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static RawUpstream upstream;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static Gateway gateway;

    private static final CountDownLatch RELEASED = new CountDownLatch(1);

    @BeforeAll
    static void start() throws IOException {
        new Authority(directory, "good").issue("server", "DNS:localhost,IP:127.0.0.1");
        upstream = new RawUpstream(connection -> {
            for (String request = connection.request(); !request.isEmpty(); request = connection.request()) {
                if (request.contains("/u/open?hold")) {
                    release();
                    connection.send(RawUpstream.ok("held"));
                } else if (request.contains("/u/open?silent")) {
                    connection.send(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                } else {
                    connection.send(RawUpstream.ok("x".repeat(200_000)));
                }
            }
        });
        gateway = UpstreamStage.startSecured(directory, upstream.port());
    }

    private static void release() {
        try {
            RELEASED.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterAll
    static void stop() {
        RELEASED.countDown();
        gateway.close();
        upstream.close();
    }

    private static RawHttp2 connect() throws IOException {
        return new RawHttp2(gateway.port, 65_535);
    }

    @Test
    @Tag("T-H33")
    void streamsTakenBackOneAfterTheOtherEndTheConnection() throws Exception {
        try (RawHttp2 raw = connect()) {
            for (int i = 0; i < 1_000; i++) {
                raw.get(2 * i + 1, PATH);
                raw.frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, CANCEL);
            }

            assertThat(raw.endsWith()).isEqualTo(RawHttp2.GOAWAY);
        }
    }

    @Test
    @Tag("T-H33")
    void aFewStreamsMayBeTakenBack() throws Exception {
        try (RawHttp2 raw = connect()) {
            for (int i = 0; i < 20; i++) {
                raw.get(2 * i + 1, PATH);
                raw.frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, CANCEL);
            }
            raw.get(101, PATH);

            assertThat(raw.outcome(101)).isEqualTo("404");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2_000})
    @Tag("T-H34")
    void aHeadThatDoesNotEndEndsTheConnection(int piece) throws Exception {
        byte[] more = RawHttp2.block("x-a", "b".repeat(piece));
        try (RawHttp2 raw = connect()) {
            raw.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, new byte[] {(byte) 0x82});
            for (int i = 0; i < 200; i++) {
                raw.frame(RawHttp2.CONTINUATION, 0, 1, piece == 0 ? new byte[] {(byte) 0x87} : more);
            }

            assertThat(raw.endsWith()).isEqualTo(RawHttp2.GOAWAY);
        }
    }

    /** Frames that ask for nothing, by the type and the bytes in them. */
    private static void control(RawHttp2 raw, String kind) {
        switch (kind) {
            case "settings" -> raw.frame(RawHttp2.SETTINGS, 0, 0, new byte[0]);
            case "other settings" -> raw.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 1, 0});
            case "table size" -> raw.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 1, 0, 0, 0, 0});
            case "ping" -> raw.frame(RawHttp2.PING, 0, 0, new byte[8]);
            case "priority" -> raw.frame(2, 0, 1, new byte[] {0, 0, 0, 0, 1});
            case "a byte of window" -> raw.window(0, 1);
            default -> throw new IllegalArgumentException(kind);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"settings", "other settings", "table size", "ping", "priority", "a byte of window"})
    @Tag("T-H34")
    void aFloodOfFramesThatAskForNothingEndsTheConnection(String kind) throws Exception {
        try (RawHttp2 raw = connect()) {
            Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 20_000; i++) {
                    control(raw, kind);
                }
            });

            assertThat(raw.endsWith()).isEqualTo(RawHttp2.GOAWAY);
        }
    }

    @ParameterizedTest
    @CsvSource({"settings, 50", "other settings, 50", "ping, 800", "priority, 800", "a byte of window, 800"})
    @Tag("T-H34")
    void aLivelyClientIsServed(String kind, int times) throws Exception {
        try (RawHttp2 raw = connect()) {
            for (int i = 0; i < times; i++) {
                control(raw, kind);
            }
            raw.get(3, PATH);

            assertThat(raw.outcome(3)).isEqualTo("404");
        }
    }

    @Test
    @Tag("T-H34")
    void whoGivesALittleWindowForEachAnswerIsServedHoweverManyThereAre() throws Exception {
        try (RawHttp2 raw = connect()) {
            for (int i = 1; i < 3_000; i += 2) {
                raw.get(i, PATH);
                assertThat(raw.outcome(i)).isEqualTo("404");
                raw.window(0, 900);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 8_300, 200_000})
    @Tag("T-H34")
    void aListOfFieldsThatIsTooLongIsRefused(int bytes) throws Exception {
        try (RawHttp2 raw = connect()) {
            String[] fields = {
                ":method", "GET", ":scheme", "https", ":path", PATH, ":authority", "localhost", "x-a", "b"
            };
            fields[9] = "b".repeat(Math.min(bytes, 16_000));
            raw.head(1, fields);

            if (bytes < 8_000) {
                assertThat(raw.outcome(1)).isEqualTo("404");
            } else {
                assertThat(raw.outcome(1)).isIn("431", "reset", "closed");
            }
        }
    }

    @Test
    @Tag("T-H34")
    void aClientThatSaysItTakesNoFieldsHarmsNobody() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (RawHttp2 raw = connect()) {
                // CVE-2026-50560: the longest list of fields that it takes is one byte; that is advice (RFC 9113,
                // 6.5.2).
                raw.frame(RawHttp2.SETTINGS, 0, 0, new byte[] {0, 6, 0, 0, 0, 1});
                raw.get(1, PATH);

                assertThat(raw.outcome(1)).isIn("404", "reset", "closed");
            }
        }
        try (RawHttp2 next = connect()) {
            next.get(1, PATH);
            assertThat(next.outcome(1)).isEqualTo("404");
        }
    }

    @Test
    @Tag("T-H34")
    void aHundredStreamsMayBeOpenAtATimeAndNoMore() throws Exception {
        try (RawHttp2 raw = connect()) {
            for (int i = 1; i < 200; i += 2) {
                raw.get(i, "/u/open?hold");
            }
            raw.get(201, "/u/open?hold");
            assertThat(raw.outcome(201)).isIn("reset", "closed");

            RELEASED.countDown();
            try (RawHttp2 other = connect()) {
                for (int i = 1; i < 200; i += 2) {
                    other.get(i, "/u/open?hold");
                }
                int answered = 0;
                while (answered < 100) {
                    RawHttp2.Frame frame = other.next();
                    assertThat(frame.type()).isNotIn(RawHttp2.END, RawHttp2.GOAWAY, RawHttp2.RST_STREAM);
                    answered += frame.type() == RawHttp2.HEADERS ? 1 : 0;
                }
                other.get(201, "/u/open?hold");
                assertThat(other.outcome(201)).isEqualTo("200");
            }
        }
    }

    @Test
    @Tag("T-22")
    void whoAsksAndTakesNothingOfTheAnswerIsCutOffHoweverOftenItPingsAndOthersAreNot() throws Exception {
        List<CompletableFuture<Boolean>> cut = new ArrayList<>();
        for (String path : List.of(PATH, "/u/open", "/openapi.json", "/app.js", "/docs")) {
            cut.add(stalled(path, 0, raw -> {}));
            cut.add(stalled(path, 1, raw -> raw.window(1, 1)));
            cut.add(stalled(path, 0, raw -> raw.window(0, 2_000)));
        }
        try (RawHttp2 slow = new RawHttp2(gateway.port, 4_096);
                RawHttp2 silent = connect()) {
            slow.get(1, "/u/open");
            silent.get(1, "/u/open?silent");
            assertThat(silent.outcome(1)).isEqualTo("200");
            Await.until("all who stall are cut off", Duration.ofSeconds(40), () -> {
                slow.window(1, 400);
                slow.window(0, 400);
                try {
                    slow.until(RawHttp2.DATA, 1);
                    java.util.concurrent.locks.LockSupport.parkNanos(200_000_000);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return cut.stream().allMatch(CompletableFuture::isDone);
            });
            assertThat(cut).allSatisfy(each -> assertThat(each.join()).isTrue());
            for (RawHttp2 served : List.of(slow, silent)) {
                served.window(0, 60_000);
                served.get(3, PATH);
                assertThat(served.outcome(3)).isEqualTo("404");
            }
        }
    }

    private interface Doing {
        void on(RawHttp2 raw);
    }

    private static CompletableFuture<Boolean> stalled(String path, int window, Doing doing) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (RawHttp2 raw = new RawHttp2(gateway.port, window)) {
                        raw.get(1, path);
                        String status = raw.outcome(1);
                        assertThat(status).isIn("200", "404");
                        return raw.isCutWhilePinging(() -> doing.on(raw));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                task -> Thread.ofVirtual().start(task));
    }
}
