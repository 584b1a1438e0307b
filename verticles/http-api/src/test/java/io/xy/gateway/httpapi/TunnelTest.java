package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.TokenIssuer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How sockets end that are passed on to an upstream: with a code, between two frames, on both sides. */
@Tag("B15")
class TunnelTest {
    private static final String ACCEPT =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                    + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final String REVOKED = "\u0088\u0009\u0010\u0069revoked";
    private static final String REVOKED_MASKED = "\u0088\u0089\0\0\0\0\u0010\u0069revoked";
    private static final String FRAME = "\u0082\u0006abcdef";

    /** What the upstream's script gets of the test, and the test of it. */
    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

    @SuppressWarnings("NullAway.Init") // set by each test
    private RawUpstream upstream;

    @SuppressWarnings("NullAway.Init") // set by each test
    private Gateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private void start(RawUpstream.Script script) {
        upstream = new RawUpstream(connection -> {
            connection.head();
            connection.send(ACCEPT);
            script.play(connection);
        });
        gateway = UpstreamStage.start("", upstream.port());
    }

    private RawHttp open(String session, long lifeMillis) {
        Principal caller = new Principal("u1", "u1", "viewer", List.of(), List.of(), List.of(), session, 0);
        RawHttp raw = gateway.raw();
        raw.send("GET /u/ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer "
                + new TokenIssuer(gateway.vertx, gateway.config.jwt()).issue(caller, lifeMillis) + "\r\n\r\n");
        assertThat(raw.head()).startsWith("HTTP/1.1 101 ");
        return raw;
    }

    private void revoke(String session) {
        gateway.bus.publish(Contract.CONTROL, new Control(Control.Kind.REVOKE, "", session));
    }

    private static String text(RawHttp raw, int bytes) {
        return new String(raw.bytes(bytes), StandardCharsets.ISO_8859_1);
    }

    private String seen() throws InterruptedException {
        String next = seen.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("what the upstream saw").isNotNull();
        return next;
    }

    @Test
    @Tag("T-J16")
    @Tag("T-9")
    void aSocketWhoseTokenExpiresIsClosedWithItsCode() throws InterruptedException {
        start(connection -> seen.add(connection.rest()));
        try (RawHttp raw = open("", 2_000)) {
            assertThat(raw.all()).isEqualTo("\u0088\u000f\u0010\u0068token expired");
        }
        assertThat(seen()).isEqualTo("\u0088\u008f\0\0\0\0\u0010\u0068token expired");
    }

    @Test
    @Tag("T-J16")
    void aRevokedSessionsSocketsAreClosedWithTheirCodeAndOthersAreNot() throws InterruptedException {
        start(connection -> {
            connection.send(FRAME);
            seen.add(connection.rest());
        });
        try (RawHttp first = open("s1", 60_000);
                RawHttp second = open("s1", 60_000);
                RawHttp other = open("s2", 60_000);
                RawHttp nameless = open("", 60_000)) {
            for (RawHttp raw : List.of(first, second, other, nameless)) {
                assertThat(text(raw, FRAME.length())).isEqualTo(FRAME);
            }
            revoke("");
            revoke("s1");
            assertThat(first.all()).isEqualTo(REVOKED);
            assertThat(second.all()).isEqualTo(REVOKED);
            revoke("s2");
            assertThat(other.all()).isEqualTo(REVOKED);
            assertThat(List.of(seen(), seen(), seen())).containsOnly(REVOKED_MASKED);
            nameless.send(FRAME);
        }
        assertThat(seen()).as("of the one that nobody revoked").isEqualTo(FRAME);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    @Tag("T-J16")
    void aFrameIsBroughtToItsEndFirst(int part) throws InterruptedException {
        start(connection -> {
            connection.send(FRAME + FRAME.substring(0, part));
            seen.add(connection.bytes(REVOKED_MASKED.length()));
            connection.send(FRAME.substring(part) + FRAME + "late");
            seen.add(connection.rest());
        });
        try (RawHttp raw = open("s1", 60_000)) {
            assertThat(text(raw, FRAME.length() + part)).isEqualTo(FRAME + FRAME.substring(0, part));
            revoke("s1");
            assertThat(seen()).isEqualTo(REVOKED_MASKED);
            assertThat(raw.all()).isEqualTo(FRAME.substring(part) + REVOKED);
        }
        assertThat(seen()).isEmpty();
    }

    @Test
    @Tag("T-J16")
    void aFrameThatDoesNotEndEndsNevertheless() throws InterruptedException {
        start(connection -> {
            connection.send("\u0082\u007f\0\0\0\0\0\u0001\0\0half");
            seen.add(connection.rest());
        });
        try (RawHttp raw = open("s1", 60_000)) {
            assertThat(text(raw, 14)).endsWith("half");
            revoke("s1");
            assertThat(raw.all()).isEmpty();
        }
        assertThat(seen()).isEqualTo(REVOKED_MASKED);
    }

    @Test
    @Tag("T-J16")
    void theClientsOwnCloseEndsItAtOnceAndNothingElseOfItIsPassedOn() throws InterruptedException {
        start(connection -> {
            seen.add(connection.bytes(3));
            seen.add(connection.rest());
        });
        try (RawHttp raw = open("s1", 60_000)) {
            raw.send("\u0081\u0085\0");
            assertThat(seen()).isEqualTo("\u0081\u0085\0");
            revoke("s1");
            assertThat(text(raw, REVOKED.length())).isEqualTo(REVOKED);
            raw.send("\0\0\0hello" + "\u0081\u0085\0\0\0\0later" + "\u0088\u0082\0\0\0\0\u0010\u0069");
            assertThat(raw.all()).isEmpty();
        }
        assertThat(seen()).isEqualTo("\0\0\0hello" + REVOKED_MASKED);
    }

    @Test
    @Tag("B13")
    @Tag("T-40")
    void aNodeThatStopsSaysSo() {
        start(connection -> seen.add(connection.rest()));
        try (RawHttp raw = open("s1", 60_000)) {
            io.xy.gateway.testkit.TestVertx.await(gateway.vertx.undeploy(gateway.deployment));
            assertThat(raw.all()).isEqualTo("\u0088\u0009\u000f\u00a1drained");
        }
    }
}
