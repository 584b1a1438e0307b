package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How many connections clients may hold on the API port. */
@Tag("B14")
@Tag("T-E14")
class ConnectionLimitTest {
    private static final String ASK = "GET /api/v1/none HTTP/1.1\r\nHost: h\r\n\r\n";
    private static final String REFUSED = "api_gateway_connections_refused_total";

    private static final byte[] PREFACE =
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII);

    private final List<RawHttp> open = new ArrayList<>();

    private RawHttp open(Gateway gateway, String source) {
        RawHttp raw = new RawHttp(gateway.port, source);
        open.add(raw);
        return raw;
    }

    private RawHttp served(Gateway gateway, String source) {
        RawHttp raw = open(gateway, source).send(ASK);
        assertThat(raw.head()).startsWith("HTTP/1.1 404 ");
        return raw;
    }

    private void close(RawHttp raw) {
        raw.close();
        open.remove(raw);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100})
    void oneConnectionTooManyIsToldSoAndClosedAndTheOthersAreServed(int limit) {
        try (Scrape scrape = new Scrape();
                Gateway gateway =
                        Gateway.start(Map.of("HTTP_MAX_CONNECTIONS", Integer.toString(limit)), 2, List.of())) {
            for (int i = 0; i < limit; i++) {
                served(gateway, "127.0.0." + (1 + i % 9));
            }

            String told = open(gateway, "127.0.0.77").all();
            assertThat(told)
                    .startsWith("HTTP/1.1 503 ")
                    .contains("retry-after: 1\r\n", "\"code\":\"overloaded\"", "connection: close");
            assertThat(scrape.sample(REFUSED, "limiter_type=\"global\"")).isEqualTo(1);
            for (RawHttp admitted : open.subList(0, limit)) {
                assertThat(admitted.send(ASK).head()).startsWith("HTTP/1.1 404 ");
            }
            assertThat(scrape.sample("api_gateway_active_connections", "")).isEqualTo(limit);

            close(open.get(0));
            Await.until(
                    "the place is free",
                    () -> open(gateway, "127.0.0.77").send(ASK).head().startsWith("HTTP/1.1 404 "));
        } finally {
            open.forEach(RawHttp::close);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 20})
    void anAddressThatHoldsItsShareGetsNoMoreAndOthersDo(int limit) {
        try (Scrape scrape = new Scrape();
                Gateway gateway = Gateway.start(
                        Map.of("HTTP_MAX_CONNECTIONS_PER_ADDRESS", Integer.toString(limit)), 2, List.of())) {
            for (String source : List.of("127.0.0.2", "127.0.0.3")) {
                for (int i = 0; i < limit; i++) {
                    served(gateway, source);
                }
            }

            assertThat(open(gateway, "127.0.0.2").all())
                    .startsWith("HTTP/1.1 503 ")
                    .contains("from this address");
            served(gateway, "127.0.0.4");
            assertThat(scrape.sample(REFUSED, "limiter_type=\"ip\"")).isEqualTo(1);

            close(open.get(0));
            Await.until(
                    "the address has a place again",
                    () -> open(gateway, "127.0.0.2").send(ASK).head().startsWith("HTTP/1.1 404 "));
            assertThat(open(gateway, "127.0.0.3").all()).startsWith("HTTP/1.1 503 ");
        } finally {
            open.forEach(RawHttp::close);
        }
    }

    @Test
    void aTrustedProxyHoldsAsManyAsItNeeds() {
        try (Gateway gateway =
                Gateway.start(Map.of("HTTP_MAX_CONNECTIONS_PER_ADDRESS", "1", "HTTP_TRUSTED_PROXIES", "127.0.0.2"))) {
            for (int i = 0; i < 20; i++) {
                served(gateway, "127.0.0.2");
            }
            served(gateway, "127.0.0.3");
            assertThat(open(gateway, "127.0.0.3").all()).startsWith("HTTP/1.1 503 ");
        } finally {
            open.forEach(RawHttp::close);
        }
    }

    @Test
    void aStormOfThoseWhoAreRefusedHoldsNobodyUp() {
        try (Scrape scrape = new Scrape();
                Gateway gateway = Gateway.start(Map.of("HTTP_MAX_CONNECTIONS_PER_ADDRESS", "5"))) {
            RawHttp patient = served(gateway, "127.0.0.2");
            for (int i = 0; i < 5; i++) {
                served(gateway, "127.0.0.3");
            }
            for (int i = 0; i < 1_000; i++) {
                try (RawHttp refused = new RawHttp(gateway.port, "127.0.0.3")) {
                    assertThat(refused.isClosedByServer()).isTrue();
                }
                if (i % 100 == 0) {
                    assertThat(patient.send(ASK).head()).startsWith("HTTP/1.1 404 ");
                }
            }
            assertThat(scrape.sample(REFUSED, "limiter_type=\"ip\"")).isEqualTo(1_000);
            assertThat(scrape.sample("api_gateway_active_connections", "")).isEqualTo(6);
        } finally {
            open.forEach(RawHttp::close);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/1.1", "h2"})
    void behindTlsItIsTheSame(String protocol, @TempDir Path directory) throws Exception {
        new Authority(directory, "good").issue("server", "DNS:localhost,IP:127.0.0.1");
        try (Scrape scrape = new Scrape();
                Gateway gateway = Gateway.start(Map.of(
                        "HTTP_MAX_CONNECTIONS",
                        "2",
                        "TLS_ENABLE",
                        "true",
                        "TLS_CERT_PATH",
                        directory.resolve("server.pem").toString(),
                        "TLS_KEY_PATH",
                        directory.resolve("server.key").toString()));
                SSLSocket one = RawHttp2.tls(gateway.port, protocol);
                SSLSocket two = RawHttp2.tls(gateway.port, protocol);
                SSLSocket third = RawHttp2.tls(gateway.port, protocol)) {
            byte[] first = protocol.equals("h2") ? PREFACE : ASK.getBytes(StandardCharsets.US_ASCII);
            for (SSLSocket admitted : List.of(one, two)) {
                admitted.getOutputStream().write(first);
                assertThat(admitted.getInputStream().read()).isNotNegative();
            }
            Await.until("both are counted", () -> scrape.sample("api_gateway_active_connections", "") == 2);
            if (protocol.equals("h2")) {
                // Until it says that it is one, it is only a handshake.
                third.getOutputStream().write(first);
            }
            Await.until("the third is refused", () -> scrape.sample(REFUSED, "limiter_type=\"global\"") == 1);
            String told = new String(third.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(told.startsWith("HTTP/1.1 503 ")).isEqualTo(protocol.equals("http/1.1"));
        }
    }
}
