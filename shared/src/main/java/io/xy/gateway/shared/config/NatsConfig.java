package io.xy.gateway.shared.config;

import java.util.List;

/**
 * The way to NATS.
 *
 * @param urls empty: none is configured
 * @param child in dev, start a server found on the PATH when no URL is given
 */
public record NatsConfig(
        List<String> urls,
        boolean child,
        String user,
        String password,
        String token,
        String nkeyFile,
        String credentialsFile,
        boolean tls,
        String tlsCa,
        String tlsCert,
        String tlsKey,
        long callTimeoutMillis,
        int inboxMessages,
        int window) {
    static NatsConfig read(Section s, Profile profile, boolean clustered) {
        NatsConfig config = new NatsConfig(
                s.texts("urls", List.of())
                        .env("NATS_URLS", "NATS_URL")
                        .form("(nats|tls|ws|wss)://.+", "NATS URLS such as nats://host:4222; opentls is refused")
                        .read("Servers; empty in dev starts a child server, if there is one on the PATH"),
                s.flag("child", profile == Profile.DEV && !clustered)
                        .env("NATS_CHILD")
                        .read("Start a nats-server found on the PATH when no URL is given; never in production"),
                s.text("user", "").env("NATS_USER").read("User name"),
                s.secret("password").env("NATS_PASSWORD").read("Password"),
                s.secret("token").env("NATS_TOKEN").read("Token"),
                s.text("nkey-file", "").env("NATS_NKEY_FILE", "NATS_NKEY").read("File with the seed of an NKey"),
                s.text("credentials-file", "")
                        .env("NATS_CREDS", "NATS_CREDENTIALS")
                        .read("Credentials file"),
                s.flag("tls", false).env("NATS_TLS_ENABLE").read("Speak TLS"),
                s.text("tls-ca", "").env("NATS_TLS_CA").read("PEM file of the authority that signed the servers"),
                s.text("tls-cert", "").env("NATS_TLS_CERT").read("PEM file of the client certificate"),
                s.text("tls-key", "").env("NATS_TLS_KEY").read("PEM file of the client key"),
                s.duration("call-timeout", 5_000)
                        .env("NATS_CALL_TIMEOUT")
                        .range(100, 30_000)
                        .read("Deadline of a request whose route names none"),
                s.integer("inbox", 65_536)
                        .env("NATS_INBOX")
                        .range(1_024, 1 << 20)
                        .readInt("Messages that may wait between the NATS thread and the event loop"),
                s.integer("window", 256)
                        .env("NATS_WINDOW")
                        .range(1, 65_536)
                        .readInt("Batches that may be on the way to one fan-out instance of another node"));
        s.done();
        return config;
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "NatsConfig";
    }
}
