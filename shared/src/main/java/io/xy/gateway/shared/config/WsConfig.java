package io.xy.gateway.shared.config;

import java.util.List;

/**
 * The streaming side.
 *
 * @param maxFrameBytes of a client's message
 * @param queueMessages that may wait for one connection
 * @param queueBytes that may wait for one connection
 * @param upgradesPerSecond of one instance; as many again may come at once
 * @param tlsTerminated a proxy in front speaks TLS, so plain {@code ws} here is right
 */
public record WsConfig(
        String host,
        int port,
        String path,
        List<String> origins,
        List<String> whitelist,
        boolean queryToken,
        boolean tlsTerminated,
        int maxFrameBytes,
        int queueMessages,
        int queueBytes,
        int maxSubscriptions,
        int maxConnections,
        int maxPerAddress,
        int maxPerUser,
        int maxSubscriptionsPerUser,
        int upgradesPerSecond,
        long heartbeatMillis,
        long authMillis,
        int leaseMillis,
        int ringMessages) {
    private static final String SUBJECT = "[A-Za-z0-9_*>$-]+(\\.[A-Za-z0-9_*>$-]+)*";

    static WsConfig read(Section s) {
        WsConfig config = new WsConfig(
                s.text("host", "0.0.0.0").env("WS_HOST").read("Address that the streaming side binds"),
                s.integer("port", 3002).env("WS_PORT").range(0, 65_535).readInt("Port of /ws, /eventbus and /client"),
                s.text("path", "/ws")
                        .env("WS_PATH")
                        .form("/[A-Za-z0-9/_-]*", "an absolute path")
                        .read("Path of the WebSocket"),
                s.texts("origins", List.of())
                        .env("WS_ALLOWED_ORIGINS", "ALLOWED_ORIGINS", "CORS_ORIGINS")
                        .read("Origins that a browser may connect from. In dev every localhost origin counts"),
                s.texts("whitelist", List.of("xy.md.>"))
                        .env("WS_SUBJECT_WHITELIST")
                        .form(SUBJECT, "subjects and patterns with * and >")
                        .read("Subjects that may reach browsers at all"),
                s.flag("query-token", false)
                        .env("WS_QUERY_TOKEN")
                        .read("Accept the token as query parameter `token`; it then stands in proxies' logs"),
                s.flag("tls-terminated", false)
                        .env("WS_TLS_TERMINATED")
                        .read("A proxy in front speaks TLS; needed for plain ws in production"),
                s.size("max-frame", 65_536)
                        .env("WS_MAX_FRAME")
                        .range(1_024, 1 << 20)
                        .readInt("Largest message of a client"),
                s.integer("queue-messages", 1_000)
                        .env("WS_SEND_QUEUE_MAX")
                        .range(1, 1_000_000)
                        .readInt("Messages that may wait for one connection"),
                s.size("queue-bytes", 262_144)
                        .env("WS_SEND_QUEUE_BYTES")
                        .range(16_384, 1 << 26)
                        .readInt("Bytes that may wait for one connection"),
                s.integer("max-subscriptions", 2_000)
                        .env("WS_MAX_SUBSCRIPTIONS")
                        .range(1, 100_000)
                        .readInt("Subscriptions of one connection"),
                s.integer("max-connections", 10_000)
                        .env("WS_MAX_CONNECTIONS")
                        .range(1, 1_000_000)
                        .readInt("Connections of one instance"),
                s.integer("max-connections-per-address", 2_000)
                        .env("WS_MAX_CONNECTIONS_PER_ADDRESS")
                        .range(1, 1_000_000)
                        .readInt("Connections from one address to one node"),
                s.integer("max-connections-per-user", 200)
                        .env("WS_MAX_CONNECTIONS_PER_USER")
                        .range(1, 1_000_000)
                        .readInt("Connections of one user to one node"),
                s.integer("max-subscriptions-per-user", 20_000)
                        .env("WS_MAX_SUBSCRIPTIONS_PER_USER")
                        .range(1, 10_000_000)
                        .readInt("Subscriptions of one user over all its connections to one node"),
                s.integer("upgrades-per-second", 2_000)
                        .env("WS_UPGRADES_PER_SECOND")
                        .range(1, 1_000_000)
                        .readInt("New connections that one instance admits; more are told when to come again"),
                s.duration("heartbeat", 5_000)
                        .env("WS_HEARTBEAT")
                        .range(500, 60_000)
                        .read("Silence after which a `p` record is sent"),
                s.duration("auth-timeout", 5_000)
                        .env("WS_AUTH_TIMEOUT")
                        .range(500, 60_000)
                        .read("Time for the first `auth`"),
                s.duration("lease", 6_000)
                        .env("WS_LEASE")
                        .range(1_000, 60_000)
                        .readInt("A source forgets an instance that is silent for so long"),
                s.integer("ring", 64)
                        .env("WS_RING")
                        .range(1, 100_000)
                        .readInt("Recent values kept per subject, for resuming"));
        s.done();
        return config;
    }
}
