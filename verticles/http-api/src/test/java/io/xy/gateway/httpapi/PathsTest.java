package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Targets that mean one place to the gateway and another one to whoever is behind it. */
@Tag("B8")
class PathsTest {
    private static RawUpstream upstream;
    private static Gateway gateway;

    @BeforeAll
    static void start() {
        upstream = new RawUpstream(connection -> {
            while (!connection.request().isEmpty()) {
                connection.send(RawUpstream.ok("ok"));
            }
        });
        gateway = UpstreamStage.start("", upstream.port());
    }

    @AfterAll
    static void stop() {
        gateway.close();
        upstream.close();
    }

    @AfterEach
    void forget() {
        upstream.requests.clear();
    }

    private static String get(String target) {
        return RawHttp.exchange(gateway.port, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/public/../admin",
                "/public/%2e%2e/admin",
                "/public/%2E./admin",
                "/public/..%2fadmin",
                "/public/..%5cadmin",
                "/public/..\\admin",
                "/public/%252e%252e/admin",
                "/public/..;a=b/admin",
                "/public/..;/admin",
                "/public/x/..",
                "/public/.",
                "/./admin",
                "//admin",
                "///admin",
                "/public//admin",
                "/admin;x=1",
                "/admin;x/1",
                "/admin%3bx",
                "/admin/.",
                "/admin%00",
                "/admin%00/x",
                "/admin%0a",
                "/admin%0d%0aX:%201",
                "/admin%7f",
                "/admin%c2%85",
                "/public/%c2%9b1m",
                "/admin#x",
                "/public/x#/../../admin",
                "/public/x?y#z",
                "http://h/admin",
                "http://h/public/x",
                "h:80",
                "h/admin",
                "*",
                "/public/%",
                "/public/%4",
                "/public/%u0041",
                "/public/%c0%ae%c0%ae/admin",
                "/public/%ff",
                "/public/%ed%a0%80",
                "/%ef%bd%81dmin",
                "/public/%ef%bc%8e%ef%bc%8e/admin",
                "/public/%ef%bc%8fadmin",
                "/public/%e2%80%aenimda",
                "/public/%e2%80%a8x",
                "/public/%c2%a0"
            })
    @Tag("T-1")
    @Tag("T-P02")
    @Tag("T-P03")
    void aTargetThatCouldBeReadAsAnotherIs400(String target) {
        assertThat(get(target)).startsWith("HTTP/1.1 400 ").contains("application/problem+json");
        assertThat(upstream.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/%61dmin", "/admin/x", "/adm%69n/%78", "/public/admin", "/public/%61%64min"})
    @Tag("T-1")
    @Tag("T-P01")
    void aPlaceIsGuardedHoweverItIsSpelled(String target) {
        assertThat(get(target)).startsWith("HTTP/1.1 401 ");
        assertThat(upstream.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/ADMIN", "/Admin/x", "/admin/", "/public/", "/admin%20/x", "/public/x/part/"})
    @Tag("T-1")
    @Tag("T-P03")
    void anotherCaseAndATrailingSlashAreOtherPlaces(String target) {
        assertThat(get(target)).startsWith("HTTP/1.1 404 ");
        assertThat(upstream.requests).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/public/x|/public/x",
                "/public/..x|/public/..x",
                "/public/x..|/public/x..",
                "/public/...|/public/...",
                "/public/.well-known|/public/.well-known",
                "/public/%78|/public/x",
                "/public/a%20b|/public/a%20b",
                "/public/a+b|/public/a%2Bb",
                "/public/a%3Fb%23c|/public/a%3Fb%23c",
                "/public/caf%c3%a9|/public/caf%C3%A9",
                "/public/%e6%b2%aa500|/public/%E6%B2%AA500",
                "/public/%f0%9f%93%88|/public/%F0%9F%93%88",
                "/public/a,b=c&d|/public/a%2Cb%3Dc%26d",
                "/public/x/part|/public/x/part",
                "/public/x?a=../admin|/public/x?a=../admin",
                "/public/x?a=%2e%2e%2fadmin;//|/public/x?a=%2e%2e%2fadmin;//",
                "/public/x?|/public/x",
            })
    @Tag("T-1")
    @Tag("T-P05")
    void whatIsPlainReachesTheUpstreamAsItWasDecidedOn(String target, String seen) {
        assertThat(get(target)).startsWith("HTTP/1.1 200 ");
        assertThat(upstream.requests).hasSize(1);
        assertThat(upstream.requests.get(0)).startsWith("GET " + seen + " HTTP/1.1\r\n");
    }

    @Test
    @Tag("T-P05")
    void aQueryHasAtMostAHundredParameters() {
        String hundred = IntStream.range(0, 100).mapToObj(i -> "a" + i).collect(Collectors.joining("&"));
        for (String more : new String[] {"&b", "&b".repeat(100), "&".repeat(1_900)}) {
            assertThat(get("/public/x?" + hundred + more)).startsWith("HTTP/1.1 400 ");
        }
        assertThat(upstream.requests).isEmpty();
        for (String query : new String[] {hundred, "a=1&a=2", "a=1;b=2", "a&amp;b", "a[]=1&__proto__=2"}) {
            upstream.requests.clear();
            assertThat(get("/public/x?" + query)).startsWith("HTTP/1.1 200 ");
            assertThat(upstream.requests.get(0)).startsWith("GET /public/x?" + query + " HTTP");
        }
    }
}
