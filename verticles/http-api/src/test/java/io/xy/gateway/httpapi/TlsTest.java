package io.xy.gateway.httpapi;

import static io.xy.gateway.testkit.TestVertx.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.PemKeyCertOptions;
import io.xy.gateway.shared.config.TlsConfig;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.shared.security.ServerTls;
import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The API port over TLS: versions, renewed certificates, certificates of clients. */
@Tag("B14")
class TlsTest {
    private static final String ACCOUNTS = "/u/things";
    private static final String CLIENTS = """
            tls:
              clients:
                - {subject: "O=Desk,CN=by-subject", client: desk-subject, role: viewer, accounts: [a]}
                - {subject: "CN=by-subject", client: desk-1, role: viewer, accounts: [a]}
                - {name: desk.example, client: desk-2, role: admin, accounts: ["*"]}
                - {subject: "CN=both", name: "spiffe://desk/both", client: desk-3, role: operator}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before each test
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Authority authority;

    private @Nullable Gateway started;

    @BeforeEach
    void issue() throws IOException {
        authority = new Authority(directory, "good");
        authority.issue("server", "DNS:localhost,IP:127.0.0.1");
        use("server");
    }

    @AfterEach
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    private void use(String certificate) throws IOException {
        for (String kind : List.of(".pem", ".key")) {
            Files.copy(
                    directory.resolve(certificate + kind),
                    directory.resolve("used" + kind),
                    StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private Gateway start(String yaml, String... environment) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "TLS_ENABLE",
                "true",
                "TLS_CERT_PATH",
                directory.resolve("used.pem").toString(),
                "TLS_KEY_PATH",
                directory.resolve("used.key").toString(),
                "TLS_RELOAD_INTERVAL",
                "100ms"));
        for (int i = 0; i < environment.length; i += 2) {
            variables.put(environment[i], environment[i + 1]);
        }
        Gateway gateway = Gateway.start(Gateway.config(yaml, variables), UpstreamStage.routes("", 1));
        started = gateway;
        return gateway;
    }

    private record Seen(int status, String body, HttpVersion version, String hsts, String code) {}

    /**
     * @param certificate of the client; empty for none
     */
    private Seen call(Gateway gateway, String method, String path, String certificate, String token, boolean http2) {
        HttpClientOptions options = authority
                .client(certificate, new HttpClientOptions())
                .setUseAlpn(true)
                .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1);
        HttpClient client = gateway.vertx.createHttpClient(options);
        try {
            return await(client.request(HttpMethod.valueOf(method), gateway.port, "localhost", path)
                    .compose(request -> {
                        if (!token.isEmpty()) {
                            request.putHeader("Authorization", "Bearer " + token);
                        }
                        return request.send();
                    })
                    .compose(response -> response.body().map(body -> {
                        String hsts = response.getHeader("strict-transport-security");
                        boolean problem = String.valueOf(response.getHeader("content-type"))
                                .contains("problem");
                        return new Seen(
                                response.statusCode(),
                                body.toString(),
                                response.version(),
                                hsts == null ? "" : hsts,
                                problem ? body.toJsonObject().getString("code") : "");
                    })));
        } finally {
            await(client.close());
        }
    }

    @ParameterizedTest
    @CsvSource({"true,HTTP_2", "false,HTTP_1_1"})
    void bothProtocolsAreSpokenAsTheClientOffers(boolean http2, HttpVersion version) {
        Gateway gateway = start("");

        Seen seen = call(gateway, "GET", "/api/v1/none", "", "", http2);

        assertThat(seen.version()).isEqualTo(version);
        assertThat(seen.status()).isEqualTo(404);
        assertThat(seen.hsts()).startsWith("max-age=31536000");
    }

    @Test
    void withoutTlsThereIsNoWordOfIt() {
        try (Gateway plain = Gateway.start()) {
            assertThat(plain.get("/api/v1/none", "").header("strict-transport-security"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @Tag("T-E07")
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void currentVersionsAreSpoken(String version) throws Exception {
        Gateway gateway = start("");

        assertThat(handshake(gateway.port, version)).isEqualTo(version);
    }

    @ParameterizedTest
    @Tag("T-E07")
    @ValueSource(strings = {"TLSv1.1", "TLSv1", "SSLv3"})
    void oldVersionsAreRefused(String version) {
        Gateway gateway = start("");
        int code = "SSLv3".equals(version) ? 0x00 : "TLSv1".equals(version) ? 0x01 : 0x02;
        try (RawHttp raw = gateway.raw()) {
            raw.send(clientHello(code));

            byte[] answer = raw.bytes(7);

            assertThat(answer).hasSize(7);
            assertThat(answer[0]).as("an alert").isEqualTo((byte) 21);
            assertThat(answer[6]).as("protocol_version, or handshake_failure").isIn((byte) 70, (byte) 40);
        }
    }

    /** The smallest hello of an old version: TLS_RSA_WITH_AES_128_CBC_SHA and nothing else. */
    private static byte[] clientHello(int minor) {
        byte[] hello = new byte[5 + 4 + 2 + 32 + 1 + 4 + 2];
        int body = hello.length - 9;
        byte[] head = {22, 3, (byte) minor, 0, (byte) (body + 4), 1, 0, 0, (byte) body, 3, (byte) minor};
        System.arraycopy(head, 0, hello, 0, head.length);
        byte[] tail = {0, 0, 2, 0, 0x2f, 1, 0};
        System.arraycopy(tail, 0, hello, hello.length - tail.length, tail.length);
        return hello;
    }

    @Test
    @Tag("T-22")
    void aHandshakeThatDoesNotEndIsBrokenOffAndOthersAreServed() {
        Gateway gateway = start("", "TLS_HANDSHAKE_TIMEOUT", "300ms");
        try (RawHttp silent = gateway.raw();
                RawHttp half = gateway.raw();
                RawHttp plain = gateway.raw()) {
            half.send(new byte[] {22, 3, 1, 2, 0, 1, 0});
            plain.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");

            assertThat(call(gateway, "GET", "/api/v1/none", "", "", true).status())
                    .isEqualTo(404);
            assertThat(silent.isClosedByServer()).isTrue();
            assertThat(half.isClosedByServer()).isTrue();
            assertThat(plain.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 30_000, 16_777_215})
    @Tag("T-E08")
    @Tag("T-22")
    void aHelloThatAnnouncesMoreThanItNeedsIsNotWaitedFor(int announced) {
        Gateway gateway = start("", "TLS_HANDSHAKE_TIMEOUT", "300ms");
        try (RawHttp raw = gateway.raw()) {
            byte[] first = {22, 3, 1, 0x40, 0, 1, (byte) (announced >> 16), (byte) (announced >> 8), (byte) announced};
            raw.send(first);
            for (int sent = 0; sent < 4 << 20 && !raw.isRefused(); sent += 16_389) {
                byte[] record = new byte[16_389];
                System.arraycopy(new byte[] {22, 3, 1, 0x40, 0}, 0, record, 0, 5);
                raw.send(sent == 0 ? new byte[16_384 - 4] : record);
            }
            assertThat(raw.isClosedByServer()).isTrue();
        }
        assertThat(call(gateway, "GET", "/api/v1/none", "", "", true).status()).isEqualTo(404);
    }

    @Test
    @Tag("T-E08")
    void whateverServerIsNamedAndHoweverOftenTheCertificateIsTheSame() throws Exception {
        Gateway gateway = start("");
        String serial = serial(gateway.port);
        assertThat(named(gateway.port, "")).as("no name").isEqualTo(serial);
        Random random = new Random(8);
        for (int i = 0; i < 300; i++) {
            assertThat(named(gateway.port, name(random, i))).isEqualTo(serial);
        }
        assertThat(named(gateway.port, "localhost")).isEqualTo(serial);
    }

    @Test
    @Tag("T-E08")
    @Tag("nightly")
    void twentyThousandNamesLeaveNothingBehind() throws Exception {
        Gateway gateway = start("");
        Random random = new Random(20_000);
        for (int i = 0; i < 2_000; i++) {
            named(gateway.port, name(random, i));
        }
        long before = heap();
        for (int i = 2_000; i < 20_000; i++) {
            named(gateway.port, name(random, i));
        }
        assertThat(heap() - before).as("bytes that 18,000 names more have left").isLessThan(16 << 20);
    }

    private static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** Names of all lengths that are allowed, each another. */
    private static String name(Random random, int number) {
        StringBuilder name = new StringBuilder("n").append(number);
        for (int labels = random.nextInt(4); labels > 0; labels--) {
            name.append('.').append("x".repeat(1 + random.nextInt(60)));
        }
        return name.toString();
    }

    /** The serial number of the certificate that a client gets who names the server. */
    private static String named(int port, String name) throws Exception {
        try (SSLSocket socket = socket(port)) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(name.isEmpty() ? List.of() : List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        }
    }

    private static SSLSocket socket(int port) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    @Tag("T-28")
    void aRefusalReachesAClientThatReadsOnlyAfterItsWholeBody() throws Exception {
        byte[] body = new byte[16_000_000];
        try (SSLSocket socket = socket(start("").port)) {
            String head = "POST /u/take HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);

            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"too_large\"");
        }
    }

    @Test
    void aRenewedCertificateIsShownWithoutARestart() throws Exception {
        Gateway gateway = start("");
        String before = serial(gateway.port);

        authority.issue("renewed", "DNS:localhost,IP:127.0.0.1");
        use("renewed");

        Await.until("the new one is shown", () -> !serial(gateway.port).equals(before));
        assertThat(call(gateway, "GET", "/api/v1/none", "", "", true).status()).isEqualTo(404);
    }

    @Test
    void whatCannotBeUsedChangesNothing() throws Exception {
        try (Scrape scrape = new Scrape()) {
            Gateway gateway = start("");
            String before = serial(gateway.port);
            authority.issue("other", "DNS:localhost");

            // A key that is not that of the certificate, as between two steps of a renewal.
            Files.copy(
                    directory.resolve("other.pem"), directory.resolve("used.pem"), StandardCopyOption.REPLACE_EXISTING);
            Await.until("it is noticed", () -> scrape.sample("xy_tls_reload_failures_total", "") >= 1);
            assertThat(serial(gateway.port)).isEqualTo(before);

            Files.writeString(directory.resolve("used.pem"), "no certificate");
            Await.until("that too", () -> scrape.sample("xy_tls_reload_failures_total", "") >= 2);
            assertThat(serial(gateway.port)).isEqualTo(before);

            use("other");
            Await.until("the second step is taken", () -> !serial(gateway.port).equals(before));
            assertThat(scrape.sample("xy_tls_certificate_not_after_seconds", ""))
                    .isGreaterThan(System.currentTimeMillis() / 1_000.0);
        }
    }

    @Test
    void whatIsPassedOnGoesToTheStreamingSideOverTls() throws Exception {
        Vertx far = TestVertx.create();
        try {
            TlsConfig config = Gateway.config(
                            "",
                            Map.of(
                                    "TLS_ENABLE",
                                    "true",
                                    "TLS_CERT_PATH",
                                    directory.resolve("used.pem").toString(),
                                    "TLS_KEY_PATH",
                                    directory.resolve("used.key").toString(),
                                    "TLS_RELOAD_INTERVAL",
                                    "100ms"))
                    .tls();
            ServerTls tls = new ServerTls(far, config);
            HttpServer streaming = far.createHttpServer(await(tls.secure(
                            new HttpServerOptions().setHost("127.0.0.1").setPort(0))))
                    .requestHandler(request -> request.response().end("far").onFailure(e -> {}));
            int port = await(streaming.listen()).actualPort();
            tls.watch(streaming);
            Gateway gateway = start(
                    "",
                    "SERVICE_TYPE",
                    "http-api,ws-fanout",
                    "WS_HOST",
                    "127.0.0.1",
                    "WS_PORT",
                    Integer.toString(port));

            assertThat(call(gateway, "GET", "/client/x.js", "", "", true).body())
                    .isEqualTo("far");

            String before = serial(port);
            authority.issue("renewed", "DNS:localhost,IP:127.0.0.1");
            use("renewed");
            Await.until(
                    "both sides have renewed",
                    () -> !serial(port).equals(before) && !serial(gateway.port).equals(before));
            assertThat(call(gateway, "GET", "/client/x.js", "", "", false).body())
                    .isEqualTo("far");
        } finally {
            TestVertx.close(far);
        }
    }

    @Test
    void aStartWithFilesThatDoNotBelongTogetherFails() throws Exception {
        authority.issue("other", "DNS:localhost");
        Files.copy(directory.resolve("other.key"), directory.resolve("used.key"), StandardCopyOption.REPLACE_EXISTING);

        TlsConfig config = Gateway.config(
                        "",
                        Map.of(
                                "TLS_ENABLE", "true",
                                "TLS_CERT_PATH", directory.resolve("used.pem").toString(),
                                "TLS_KEY_PATH", directory.resolve("used.key").toString()))
                .tls();
        Vertx vertx = TestVertx.create();
        try {
            assertThatThrownBy(() -> await(new ServerTls(vertx, config).secure(new HttpServerOptions())))
                    .hasMessageContaining("the key is not that of the certificate");
        } finally {
            TestVertx.close(vertx);
        }
    }

    @ParameterizedTest
    @Tag("B2")
    @CsvSource({
        "by-subject,DNS:x.example,GET,503",
        "by-name,DNS:desk.example,GET,503",
        "both,URI:spiffe://desk/both,GET,503",
        "both,URI:spiffe://desk/other,GET,401",
        "elsewhere,DNS:not.desk.example,GET,401",
        "by-subject.evil,DNS:x.example,GET,401",
    })
    void aCertificateIsWhomTheConfigurationSays(String subject, String names, String method, int status)
            throws Exception {
        authority.issue(subject, names);
        Gateway gateway =
                start(CLIENTS, "TLS_CA_PATH", directory.resolve("good-ca.pem").toString());

        assertThat(call(gateway, method, ACCOUNTS, subject, "", true).status()).isEqualTo(status);
    }

    @Test
    @Tag("B2")
    void rolesAndTokensRuleOverCertificates() throws Exception {
        authority.issue("by-subject", "DNS:x.example");
        Gateway gateway =
                start(CLIENTS, "TLS_CA_PATH", directory.resolve("good-ca.pem").toString());

        assertThat(call(gateway, "POST", "/api/v1/accounts/a/algorithms/pause", "by-subject", "", true)
                        .status())
                .as("a viewer may not command")
                .isIn(403, 404, 405);
        assertThat(call(gateway, "GET", ACCOUNTS, "by-subject", "x.y.z", true).status())
                .as("a bad token is final")
                .isEqualTo(401);
        assertThat(call(gateway, "GET", ACCOUNTS, "by-subject", gateway.token(Principal.ADMIN, "*"), false)
                        .status())
                .as("a token decides")
                .isEqualTo(503);
        assertThat(call(gateway, "GET", ACCOUNTS, "", "", true).status())
                .as("no certificate, no token")
                .isEqualTo(401);
    }

    @Test
    @Tag("B2")
    void aCertificateOfAnotherAuthorityIsNoneAtAll() throws Exception {
        Authority evil = new Authority(directory, "evil");
        evil.issue("by-subject", "DNS:desk.example");
        Gateway gateway =
                start(CLIENTS, "TLS_CA_PATH", directory.resolve("good-ca.pem").toString());

        assertThat(call(gateway, "GET", ACCOUNTS, "by-subject", "", false).status())
                .as("a client that keeps to the list of authorities does not show it")
                .isEqualTo(401);
        assertThatThrownBy(() -> insist(gateway, "by-subject"))
                .as("one that shows it nevertheless")
                .isInstanceOfAny(SSLException.class, SocketException.class);
        Authority good = new Authority(directory, "good2");
        good.issue("fresh", "DNS:desk.example");
        assertThatThrownBy(() -> insist(gateway, "fresh")).isInstanceOfAny(SSLException.class, SocketException.class);
    }

    /** Shows a certificate whatever the server asks for. */
    private void insist(Gateway gateway, String certificate) throws Exception {
        X509KeyManager own = (X509KeyManager) new PemKeyCertOptions()
                .addCertPath(directory.resolve(certificate + ".pem").toString())
                .addKeyPath(directory.resolve(certificate + ".key").toString())
                .getKeyManagerFactory(gateway.vertx)
                .getKeyManagers()[0];
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Insisting(own)}, new TrustManager[] {new Trusting()}, null);
        try (SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gateway.port)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
        }
    }

    @Test
    @Tag("B2")
    void withoutACertificateNobodyGetsInWhereOneIsRequired() throws Exception {
        authority.issue("by-subject", "DNS:x.example");
        Gateway gateway = start(
                CLIENTS, "TLS_CA_PATH", directory.resolve("good-ca.pem").toString(), "TLS_CLIENT_REQUIRED", "true");

        assertThatThrownBy(() -> call(gateway, "GET", ACCOUNTS, "", "", false)).isInstanceOf(Exception.class);
        assertThat(call(gateway, "GET", ACCOUNTS, "by-subject", "", false).status())
                .isEqualTo(503);
    }

    private static SSLSocket socket(int port, String version) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(10_000);
        if (!version.isEmpty()) {
            socket.setEnabledProtocols(new String[] {version});
        }
        socket.startHandshake();
        return socket;
    }

    private static String handshake(int port, String version) throws Exception {
        try (SSLSocket socket = socket(port, version)) {
            return socket.getSession().getProtocol();
        }
    }

    private static String serial(int port) {
        try (SSLSocket socket = socket(port, "")) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .toString(16);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The test looks at what is shown, not at whether it is right. */
    static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static final class Insisting extends X509ExtendedKeyManager {
        private final X509KeyManager own;

        private Insisting(X509KeyManager own) {
            this.own = own;
        }

        @Override
        public String chooseClientAlias(
                String[] kinds, java.security.Principal @Nullable [] issuers, @Nullable Socket socket) {
            return own.getServerAliases("EC", null)[0];
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return own.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return own.getPrivateKey(alias);
        }

        @Override
        public String[] getClientAliases(String kind, java.security.Principal @Nullable [] issuers) {
            return own.getServerAliases("EC", null);
        }

        @Override
        public String[] getServerAliases(String kind, java.security.Principal @Nullable [] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String kind, java.security.Principal @Nullable [] issuers, Socket socket) {
            throw new UnsupportedOperationException("a client");
        }
    }
}
