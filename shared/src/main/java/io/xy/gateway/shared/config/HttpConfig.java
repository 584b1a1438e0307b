package io.xy.gateway.shared.config;

import java.util.List;

/**
 * The REST side.
 *
 * @param port 0 takes a free one
 * @param publishManagement whether all health pages are on this port too, not only {@code /health}
 * @param maxBodyBytes of a request
 * @param maxHeaderBytes of all request headers together
 * @param callTimeoutMillis for a route that names none
 * @param inflight calls in flight to bridges per instance; more is {@code overloaded}
 * @param maxConnections of clients to one node
 * @param maxPerAddress connections from one address, or IPv6 network of 64 bits, to one node
 * @param outcomes how long and how much is remembered of calls with an Idempotency-Key
 * @param trustedProxies addresses and networks (CIDR) that may say where a request came from
 * @param tlsTerminated a proxy in front speaks TLS, so plain HTTP here is right
 * @param metrics whether what happens on this port is shown among the metrics
 * @param accessLog whether every request leaves a line
 */
public record HttpConfig(
        String host,
        int port,
        boolean publishManagement,
        long maxBodyBytes,
        int maxHeaderBytes,
        long idleTimeoutMillis,
        long callTimeoutMillis,
        int inflight,
        int maxConnections,
        int maxPerAddress,
        List<String> corsOrigins,
        List<String> trustedProxies,
        boolean tlsTerminated,
        boolean metrics,
        boolean accessLog,
        OutcomesConfig outcomes) {
    static HttpConfig read(Section s, Profile profile) {
        HttpConfig config = new HttpConfig(
                s.text("host", "0.0.0.0").env("HTTP_HOST", "HOST", "API_HOST").read("Address that the REST side binds"),
                s.integer("port", 3001)
                        .env("HTTP_PORT", "PORT", "API_PORT")
                        .range(0, 65_535)
                        .readInt("Port of REST, console and documentation"),
                s.flag("publish-management", profile == Profile.DEV)
                        .env("HTTP_PUBLISH_MANAGEMENT")
                        .read("Serve every health page on this port too; otherwise only /health"),
                s.size("max-body", 1 << 20)
                        .env("HTTP_MAX_BODY")
                        .range(1_024, 1L << 30)
                        .read("Largest request body"),
                s.size("max-header", 8_192)
                        .env("HTTP_MAX_HEADER")
                        .range(1_024, 1 << 20)
                        .readInt("Largest request header section"),
                s.duration("idle-timeout", 60_000)
                        .env("HTTP_IDLE_TIMEOUT")
                        .range(1_000, 3_600_000)
                        .read("A connection without traffic is closed after this"),
                s.duration("call-timeout", 5_000)
                        .env("HTTP_CALL_TIMEOUT")
                        .range(100, 30_000)
                        .read("Deadline of a call whose route names none"),
                s.integer("inflight", 10_000)
                        .env("HTTP_INFLIGHT")
                        .range(1, 100_000)
                        .readInt("Calls in flight to bridges per instance"),
                s.integer("max-connections", 10_000)
                        .env("HTTP_MAX_CONNECTIONS")
                        .range(1, 1_000_000)
                        .readInt("Connections of clients to one node; one more is answered 503 and closed"),
                s.integer("max-connections-per-address", 2_000)
                        .env("HTTP_MAX_CONNECTIONS_PER_ADDRESS")
                        .range(1, 1_000_000)
                        .readInt("Connections from one address to one node; trusted proxies are not counted"),
                s.texts("cors-origins", List.of())
                        .env("CORS_ORIGINS", "CORS_ORIGIN", "ALLOWED_ORIGINS")
                        .read(
                                "Origins that a browser may call from; `*` for all. In dev every localhost origin counts"),
                s.texts("trusted-proxies", List.of())
                        .env("HTTP_TRUSTED_PROXIES")
                        .form("[0-9a-fA-F.:]+(/[0-9]{1,3})?", "an address or a network such as 10.0.0.0/8")
                        .read(
                                "Who may say, by X-Forwarded-For, where a request came from; the streaming port trusts them too,"
                                        + " and in dev the loopback address, from which this port passes sockets on"),
                s.flag("tls-terminated", false)
                        .env("HTTP_TLS_TERMINATED")
                        .read("A proxy in front speaks TLS; plain HTTP in production needs this, TLS, or loopback"),
                s.flag("metrics", true).env("HTTP_METRICS").read("Show requests among the metrics, by route"),
                s.flag("access-log", profile == Profile.PRODUCTION)
                        .env("HTTP_ACCESS_LOG")
                        .read("Write one line of JSON per request; in production true by default"),
                OutcomesConfig.read(s.section("outcomes")));
        s.done();
        return config;
    }

    HttpConfig onLoopback() {
        return new HttpConfig(
                "127.0.0.1",
                0,
                publishManagement,
                maxBodyBytes,
                maxHeaderBytes,
                idleTimeoutMillis,
                callTimeoutMillis,
                inflight,
                maxConnections,
                maxPerAddress,
                corsOrigins,
                trustedProxies,
                tlsTerminated,
                false,
                false,
                outcomes);
    }
}
