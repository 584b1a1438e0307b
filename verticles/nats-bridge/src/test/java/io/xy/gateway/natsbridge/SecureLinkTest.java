package io.xy.gateway.natsbridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.NKey;
import io.xy.gateway.testkit.Authority;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.NatsServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecureLinkTest {
    private static Path certificates = Path.of("");

    @BeforeAll
    static void makeCertificates(@TempDir Path directory) throws Exception {
        certificates = directory;
        Authority ours = new Authority(certificates, "ours");
        ours.issue("server", "DNS:localhost");
        ours.issue("elsewhere", "DNS:elsewhere.example");
        ours.issue("client", "DNS:client");
        new Authority(certificates, "theirs").issue("stranger", "DNS:client");
    }

    @Test
    @Tag("N1")
    void mutualTlsWithCertificatesOfTheAuthorityConnects() {
        try (NatsServer server = tlsServer("server", true);
                BridgeNode node = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(),
                        "NATS_TLS_CA", file("ours-ca.pem"),
                        "NATS_TLS_CERT", file("client.pem"),
                        "NATS_TLS_KEY", file("client.key"))) {
            FanOut fanOut = new FanOut(node.connected(), BridgeNode.NODE + "/0");
            fanOut.want("xy.secure");
            node.publish("xy.secure", "v");
            fanOut.awaitValues(1);
        }
    }

    @ParameterizedTest
    @Tag("N1")
    @ValueSource(strings = {"tls", "nats"})
    void aServerOfTheAuthorityIsTrustedWhateverTheScheme(String scheme) {
        try (NatsServer server = tlsServer("server", false);
                BridgeNode node = new BridgeNode(
                        "NATS_URLS",
                        scheme + "://localhost:" + server.port(),
                        "NATS_TLS_ENABLE",
                        "true",
                        "NATS_TLS_CA",
                        file("ours-ca.pem"))) {
            node.connected().publish("xy.secure", "v");
        }
    }

    @Test
    @Tag("N1")
    void aCertificateOfAnotherAuthorityDoesNotOpenAServerThatAsksForOne() {
        try (NatsServer server = tlsServer("server", true);
                BridgeNode node = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(),
                        "NATS_TLS_CA", file("ours-ca.pem"),
                        "NATS_TLS_CERT", file("stranger.pem"),
                        "NATS_TLS_KEY", file("stranger.key"))) {
            Await.until("an attempt failed", () -> node.detail().contains("Unable to connect"));
            assertThat(node.last().up("nats")).isFalse();
        }
    }

    @Test
    @Tag("N1")
    void aRotatedCertificateIsTakenWithTheNextConnection(@TempDir Path own) throws Exception {
        Path certificate = Files.copy(certificates.resolve("stranger.pem"), own.resolve("c.pem"));
        Path key = Files.copy(certificates.resolve("stranger.key"), own.resolve("c.key"));
        try (NatsServer server = tlsServer("server", true);
                BridgeNode node = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(),
                        "NATS_TLS_CA", file("ours-ca.pem"),
                        "NATS_TLS_CERT", certificate.toString(),
                        "NATS_TLS_KEY", key.toString())) {
            Await.until("an attempt failed", () -> node.detail().contains("Unable to connect"));
            Files.copy(certificates.resolve("client.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(certificates.resolve("client.key"), key, StandardCopyOption.REPLACE_EXISTING);
            node.connected();
        }
    }

    @Test
    @Tag("N1")
    void aCredentialsFileConnectsAndOneOfAnotherAccountDoesNot(@TempDir Path directory) throws Exception {
        Credentials known = new Credentials();
        Credentials strange = new Credentials();
        Path configuration = Files.writeString(directory.resolve("nats.conf"), known.serverConfiguration());
        try (NatsServer server = NatsServer.start("-c", configuration.toString());
                BridgeNode good = new BridgeNode(
                        "NATS_URLS", server.url(), "NATS_CREDS", known.file(directory.resolve("known.creds")));
                BridgeNode bad = new BridgeNode(
                        "NATS_URLS", server.url(), "NATS_CREDS", strange.file(directory.resolve("strange.creds")))) {
            FanOut fanOut = new FanOut(good.connected(), BridgeNode.NODE + "/0");
            fanOut.want("xy.a");
            good.publish("xy.a", "v");
            fanOut.awaitValues(1);
            Await.until("the refusal is reported", () -> bad.detail().contains("Authorization Violation"));
        }
    }

    @Test
    @Tag("N1")
    void aMissingCredentialsFileIsReportedAndFoundWhenItIsThere(@TempDir Path directory) throws Exception {
        Credentials known = new Credentials();
        Path configuration = Files.writeString(directory.resolve("nats.conf"), known.serverConfiguration());
        Path file = directory.resolve("late.creds");
        try (NatsServer server = NatsServer.start("-c", configuration.toString());
                BridgeNode node = new BridgeNode("NATS_URLS", server.url(), "NATS_CREDS", file.toString())) {
            Await.until("the report says why", () -> node.detail().contains("late.creds"));
            known.file(file);
            node.connected();
        }
    }

    @Test
    @Tag("N1")
    void aClientWithoutACertificateIsNotLetInByAServerThatAsksForOne() {
        try (NatsServer server = tlsServer("server", true);
                BridgeNode without = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(), "NATS_TLS_CA", file("ours-ca.pem"));
                BridgeNode with = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(),
                        "NATS_TLS_CA", file("ours-ca.pem"),
                        "NATS_TLS_CERT", file("client.pem"),
                        "NATS_TLS_KEY", file("client.key"))) {
            with.connected();
            Await.until("an attempt failed", () -> without.detail().contains("Unable to connect"));
            assertThat(without.last().up("nats")).isFalse();
        }
    }

    @Test
    @Tag("N1")
    void aServerOfAnotherAuthorityIsNotTrusted() {
        try (NatsServer server = tlsServer("server", false);
                BridgeNode node = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(), "NATS_TLS_CA", file("theirs-ca.pem"))) {
            Await.until("the report says why", () -> node.detail().contains("PKIX path building failed"));
        }
    }

    @Test
    @Tag("N1")
    void aCertificateOfTheAuthorityForAnotherHostIsNotTrusted() {
        try (NatsServer server = tlsServer("elsewhere", false);
                BridgeNode node = new BridgeNode(
                        "NATS_URLS", "tls://localhost:" + server.port(), "NATS_TLS_CA", file("ours-ca.pem"))) {
            Await.until("the report says why", () -> node.detail().contains("matching localhost found"));
        }
    }

    @Test
    @Tag("N1")
    void aServerWithoutTlsIsRefusedWhenTlsIsWanted() {
        try (NatsServer server = NatsServer.start();
                BridgeNode node =
                        new BridgeNode("NATS_URLS", "nats://localhost:" + server.port(), "NATS_TLS_ENABLE", "true")) {
            Await.until("an attempt failed", () -> node.detail().contains("Unable to connect"));
            assertThat(node.last().up("nats")).isFalse();
        }
    }

    @Test
    @Tag("N1")
    void aMissingCertificateFileIsReportedAndNothingElseBreaks() {
        try (BridgeNode node = new BridgeNode("NATS_URLS", "tls://localhost:4", "NATS_TLS_CA", "/nowhere/ca.pem")) {
            Await.until("the report says why", () -> node.detail().contains("ca.pem"));
        }
    }

    @Test
    @Tag("N1")
    void userAndPasswordConnectAndARefusedPasswordIsTriedForEver() {
        try (NatsServer server = NatsServer.start("--user", "desk", "--pass", "s3cret-word");
                BridgeNode good =
                        new BridgeNode("NATS_URLS", server.url(), "NATS_USER", "desk", "NATS_PASSWORD", "s3cret-word");
                BridgeNode bad =
                        new BridgeNode("NATS_URLS", server.url(), "NATS_USER", "desk", "NATS_PASSWORD", "wrong-word")) {
            good.connected();
            Await.until("the refusal is reported", () -> bad.detail().contains("Authorization Violation"));
            assertThat(bad.detail()).doesNotContain("wrong-word");
        }
    }

    @Test
    @Tag("N1")
    void aTokenConnects() {
        try (NatsServer server = NatsServer.start("--auth", "t0ken-word");
                BridgeNode node = new BridgeNode("NATS_URLS", server.url(), "NATS_TOKEN", "t0ken-word")) {
            node.connected();
        }
    }

    @ParameterizedTest
    @Tag("N1")
    @ValueSource(strings = {"nats://desk:s3cret-word@127.0.0.1:1", "nats://desk:s3cret@word@127.0.0.1:1"})
    void userAndPasswordInTheUrlNeverShowInTheReport(String url) {
        try (BridgeNode node = new BridgeNode("NATS_URLS", url)) {
            Await.until("the report says why", () -> node.detail().contains("127.0.0.1:1"));
            assertThat(node.detail())
                    .doesNotContain("s3cret")
                    .doesNotContain("word")
                    .doesNotContain("desk:");
        }
    }

    @Test
    @Tag("N1")
    void anNkeyConnectsAndAnotherOneDoesNot(@TempDir Path directory) throws Exception {
        NKey known = NKey.createUser(new SecureRandom());
        NKey stranger = NKey.createUser(new SecureRandom());
        Path configuration = directory.resolve("nats.conf");
        Files.writeString(
                configuration, "authorization: { users: [ { nkey: " + new String(known.getPublicKey()) + " } ] }\n");
        try (NatsServer server = NatsServer.start("-c", configuration.toString());
                BridgeNode good =
                        new BridgeNode("NATS_URLS", server.url(), "NATS_NKEY_FILE", seed(directory, "known", known));
                BridgeNode bad = new BridgeNode(
                        "NATS_URLS", server.url(), "NATS_NKEY_FILE", seed(directory, "stranger", stranger))) {
            good.connected();
            Await.until("the refusal is reported", () -> bad.detail().contains("Authorization Violation"));
        }
    }

    @Test
    @Tag("N1")
    void anNkeyFileWithoutASeedIsReported(@TempDir Path directory) throws Exception {
        Path empty = Files.writeString(directory.resolve("empty"), "nothing here\n");
        try (BridgeNode node = new BridgeNode("NATS_URLS", "nats://127.0.0.1:1", "NATS_NKEY_FILE", empty.toString())) {
            Await.until("the report says why", () -> node.detail().contains("no seed"));
        }
    }

    private static String seed(Path directory, String name, NKey key) throws Exception {
        return Files.writeString(directory.resolve(name), new String(key.getSeed()) + "\n")
                .toString();
    }

    private static NatsServer tlsServer(String certificate, boolean verify) {
        return NatsServer.start(
                verify ? "--tlsverify" : "--tls",
                "--tlscert",
                file(certificate + ".pem"),
                "--tlskey",
                file(certificate + ".key"),
                "--tlscacert",
                file("ours-ca.pem"));
    }

    private static String file(String name) {
        return certificates.resolve(name).toString();
    }
}
