package io.xy.gateway.shared.config;

import io.xy.gateway.shared.security.Principal;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * TLS of the public listeners, REST and streaming. The files are read again while the gateway runs, so that a renewed
 * certificate needs no restart.
 *
 * @param enabled whether both listeners speak TLS, and nothing else
 * @param certificate PEM file of the certificate and those between it and its authority
 * @param key PEM file of the private key (PKCS#8, not encrypted)
 * @param clientCa PEM file of the authorities of client certificates; empty: none are asked for
 * @param clientRequired whether a client without a certificate is refused during the handshake
 * @param handshakeMillis within which a handshake must be done
 * @param reloadMillis how often the files are looked at
 * @param clients who may call with which certificate; all others are nobody
 */
public record TlsConfig(
        boolean enabled,
        String certificate,
        String key,
        String clientCa,
        boolean clientRequired,
        long handshakeMillis,
        long reloadMillis,
        List<ClientCertificate> clients) {
    /**
     * Who shows a certificate. Both names must fit where both are given.
     *
     * @param subject distinguished name as RFC 2253 writes it; empty for any
     * @param name a DNS name, URI or mail address among the certificate's alternative names; empty for any
     */
    public record ClientCertificate(String subject, String name, String client, String role, List<String> accounts) {
        public ClientCertificate {
            accounts = List.copyOf(accounts);
        }
    }

    public TlsConfig {
        clients = List.copyOf(clients);
    }

    static TlsConfig read(Section s) {
        TlsConfig config = new TlsConfig(
                s.flag("enabled", false)
                        .env("TLS_ENABLE", "TLS_ENABLED")
                        .read("Speak TLS (1.2 and 1.3) on the ports of REST and of streaming, and nothing else"),
                s.text("certificate", "")
                        .env("TLS_CERT_PATH", "TLS_CERT_FILE")
                        .read("PEM file of the certificate chain; read again when it changes"),
                s.text("key", "").env("TLS_KEY_PATH", "TLS_KEY_FILE").read("PEM file of the private key (PKCS#8)"),
                s.text("client-ca", "")
                        .env("TLS_CA_PATH", "TLS_CA_FILE")
                        .read("PEM file of the authorities of client certificates; empty asks for none"),
                s.flag("client-required", false)
                        .env("TLS_CLIENT_REQUIRED")
                        .read("Refuse clients without a certificate of one of these authorities"),
                s.duration("handshake-timeout", 5_000)
                        .env("TLS_HANDSHAKE_TIMEOUT")
                        .range(100, 60_000)
                        .read("A handshake that takes longer is broken off"),
                s.duration("reload-interval", 5_000)
                        .env("TLS_RELOAD_INTERVAL")
                        .range(100, 3_600_000)
                        .read("How often the files are looked at"),
                s.sections("clients").stream().map(TlsConfig::client).toList());
        config.check(s);
        s.done();
        return config;
    }

    private static ClientCertificate client(Section s) {
        ClientCertificate client = new ClientCertificate(
                s.text("subject", "").read("Subject of the certificate, such as CN=desk-1,O=Desk"),
                s.text("name", "").read("DNS name, URI or mail address among its alternative names"),
                s.text("client", "")
                        .required()
                        .form("[A-Za-z0-9._@-]{1,64}", "letters, digits, dots, dashes")
                        .read("Who shows it"),
                s.text("role", "")
                        .required()
                        .form(
                                Principal.ADMIN + '|' + Principal.OPERATOR + '|' + Principal.VIEWER,
                                "admin, operator, viewer")
                        .read("What its holder may do"),
                s.texts("accounts", List.of()).read("Accounts of its holder; `*` for all"));
        if (client.subject.isEmpty() && client.name.isEmpty()) {
            s.problem("subject", "or name is required: a certificate must be told from others");
        }
        if (!client.subject.isEmpty() && !isName(client.subject)) {
            s.problem("subject", "is '" + client.subject + "'; allowed: a distinguished name such as CN=desk-1,O=Desk");
        }
        s.done();
        return client;
    }

    private static boolean isName(String subject) {
        try {
            return !new X500Principal(subject).getName().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void check(Section s) {
        if (enabled && certificate.isEmpty()) {
            s.problem("certificate", "is required with tls.enabled (TLS_CERT_PATH)");
        }
        if (enabled && key.isEmpty()) {
            s.problem("key", "is required with tls.enabled (TLS_KEY_PATH)");
        }
        if (clientRequired && clientCa.isEmpty()) {
            s.problem("client-ca", "is required with tls.client-required (TLS_CA_PATH)");
        }
        if (!clients.isEmpty() && clientCa.isEmpty()) {
            s.problem("client-ca", "is required with tls.clients (TLS_CA_PATH)");
        }
    }

    TlsConfig off() {
        return new TlsConfig(false, certificate, key, clientCa, clientRequired, handshakeMillis, reloadMillis, clients);
    }
}
