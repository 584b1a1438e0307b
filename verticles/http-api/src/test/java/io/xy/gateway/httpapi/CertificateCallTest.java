package io.xy.gateway.httpapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import io.xy.gateway.shared.message.RouteCall;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls by the bus of sockets that were opened with a client certificate. */
@Tag("B2")
@Tag("Z13")
class CertificateCallTest {
    private static final String OWN = "/api/v1/accounts/account1";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set before the tests
    private static Path directory;

    @SuppressWarnings("NullAway.Init") // set before the tests
    private static Authority authority;

    @SuppressWarnings("NullAway.Init") // set before the tests
    private static Gateway gateway;

    @BeforeAll
    static void start() throws IOException {
        authority = new Authority(directory, "good");
        for (String subject : new String[] {"desk-1", "gone", "stranger"}) {
            authority.issue(subject, "DNS:" + subject + ".example");
        }
        String yaml = """
                tls:
                  clients:
                    - {subject: "CN=desk-1", client: desk-1, role: admin, accounts: [account1]}
                    - {name: gone.example, client: gone, role: admin, accounts: [account1]}
                """;
        gateway = Gateway.start(Gateway.config(
                yaml, Map.of("TLS_CA_PATH", directory.resolve("good-ca.pem").toString())));
        gateway.bridge().answers("{}");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void theCertificateThatOpenedTheSocketIsWhomTheConfigurationSays() throws Exception {
        String credential = credential("desk-1");
        assertThat(byBus(OWN, credential)).isEqualTo(200);
        assertThat(byBus("/api/v1/accounts/account2", credential)).isEqualTo(403);
        assertThat(byBus(OWN, credential("stranger"))).isEqualTo(401);
    }

    @Test
    void oneThatHasEndedIsNobodys() throws Exception {
        authority.issueUntil("desk-1", "DNS:x.example", java.time.Instant.now().minusSeconds(5));
        String ended = credential("desk-1");
        authority.issue("desk-1", "DNS:x.example");
        assertThat(byBus(OWN, ended)).isEqualTo(401);
        assertThat(byBus(OWN, credential("desk-1"))).isEqualTo(200);
    }

    @Test
    @Tag("T-J16")
    void oneThatIsRevokedLetsNobodyIn() throws Exception {
        String credential = credential("gone");
        assertThat(byBus(OWN, credential)).isEqualTo(200);
        gateway.bus.publish(
                Contract.CONTROL, new Control(Control.Kind.REVOKE, "", ClientCertificates.SESSION + "gone"));
        Await.until("the client is refused", () -> byBus(OWN, credential) == 401);
        assertThat(byBus(OWN, credential("desk-1"))).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cert:", "cert:!", "cert:AAAA", "cert:MIIB", "cert", "cert:cert:", "Cert:AAAA"})
    void whatIsNoCertificateIsRefused(String credential) {
        assertThat(byBus(OWN, credential)).isEqualTo(401);
    }

    @Test
    void aRequestMayNotSayWhatOnlyASocketKnows() throws Exception {
        String credential = credential("desk-1");
        for (String header : new String[] {"Bearer " + credential, credential, "bearer " + credential}) {
            assertThat(gateway.call("GET", OWN, "", null, "Authorization", header)
                            .status())
                    .isEqualTo(401);
        }
    }

    private static String credential(String subject) throws IOException, CertificateException {
        try (InputStream pem = Files.newInputStream(directory.resolve(subject + ".pem"))) {
            return ClientCertificates.credential(
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
    }

    private static int byBus(String target, String credential) {
        RouteCall call =
                new RouteCall("request-1", "GET", target, Payload.EMPTY, credential, "1.2.3.4", "", Deadline.in(5_000));
        return TestVertx.await(gateway.bus.request(Contract.API_CALL, Gateway.NODE, call, 6_000))
                .status();
    }
}
