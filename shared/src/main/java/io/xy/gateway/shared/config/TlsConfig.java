package io.xy.gateway.shared.config;

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
 */
public record TlsConfig(
        boolean enabled,
        String certificate,
        String key,
        String clientCa,
        boolean clientRequired,
        long handshakeMillis,
        long reloadMillis) {
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
                        .read("How often the files are looked at"));
        config.check(s);
        s.done();
        return config;
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
    }

    TlsConfig off() {
        return new TlsConfig(false, certificate, key, clientCa, clientRequired, handshakeMillis, reloadMillis);
    }
}
