package io.xy.gateway.shared.config;

import java.util.List;

/**
 * CURVE, the encryption and authentication of ZeroMQ. Keys are Z85 texts of 40 characters.
 *
 * @param publicKey of this process, as client, worker and broker; empty together with the secret one
 * @param serverKeys public keys of the brokers: one for all, or one for each in their order; empty for plain text
 * @param clients public keys that the broker of this process lets in; empty for every client that knows its key
 */
public record CurveConfig(String publicKey, String secretKey, List<String> serverKeys, List<String> clients) {
    /** A Z85 key. */
    static final String KEY = "[0-9a-zA-Z.:+=^!/*?&<>()\\[\\]{}@%$#-]{40}";

    public CurveConfig {
        serverKeys = List.copyOf(serverKeys);
        clients = List.copyOf(clients);
    }

    static CurveConfig read(Section s, ZmqConfig.Mode mode, int brokers) {
        CurveConfig config = new CurveConfig(
                s.text("public-key", "")
                        .env("ZMQ_CURVE_PUBLIC_KEY")
                        .form("(" + KEY + ")?", "a Z85 key of 40 characters")
                        .read("Public key of this process"),
                s.secret("secret-key")
                        .env("ZMQ_CURVE_SECRET_KEY")
                        .form("(" + KEY + ")?", "a Z85 key of 40 characters")
                        .read("Secret key of this process"),
                s.texts("server-keys", List.of())
                        .env("ZMQ_CURVE_SERVER_KEYS")
                        .form(KEY, "Z85 keys of 40 characters")
                        .read("Public keys of the brokers, one for all or one for each; then they must speak CURVE"),
                s.texts("clients", List.of())
                        .env("ZMQ_CURVE_CLIENTS")
                        .form(KEY, "Z85 keys of 40 characters")
                        .read("Public keys that the broker of this process lets in; empty: all that know its own"));
        config.check(s, mode, brokers);
        s.done();
        return config;
    }

    private void check(Section s, ZmqConfig.Mode mode, int brokers) {
        if (publicKey.isEmpty() != secretKey.isEmpty()) {
            s.problem("secret-key", "and public-key belong together");
        }
        if (!serverKeys.isEmpty() && publicKey.isEmpty()) {
            s.problem("server-keys", "needs public-key and secret-key of this process");
        }
        if (serverKeys.size() > 1 && serverKeys.size() != brokers) {
            s.problem("server-keys", "must be one key, or as many as there are brokers");
        }
        if (mode == ZmqConfig.Mode.BROKER && !serverKeys.isEmpty()) {
            s.problem("server-keys", "is for brokers elsewhere; the broker of this process has public-key");
        }
    }

    /** Whether this process has keys. */
    public boolean enabled() {
        return !secretKey.isEmpty();
    }
}
