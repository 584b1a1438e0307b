package io.xy.gateway.shared.config;

import io.xy.gateway.shared.message.Role;

/** Everything that an operator can set, except routes. Immutable; made once per start or reload. */
public record GatewayConfig(
        NodeConfig node,
        HttpConfig http,
        WsConfig ws,
        TlsConfig tls,
        ManagementConfig management,
        JwtConfig jwt,
        ApiKeysConfig apiKeys,
        LimitsConfig limits,
        ZmqConfig zmq,
        PickleConfig pickle,
        NatsConfig nats,
        SimulatorConfig simulator,
        ClusterConfig cluster,
        PostgresConfig postgres,
        Neo4jConfig neo4j,
        RedisConfig redis,
        LogConfig log,
        StreamsConfig streams) {

    static GatewayConfig read(Section root, Section streams) {
        NodeConfig node = NodeConfig.read(root.section("node"));
        ClusterConfig cluster = ClusterConfig.read(root.section("cluster"));
        GatewayConfig config = new GatewayConfig(
                node,
                HttpConfig.read(root.section("http"), node.profile()),
                WsConfig.read(root.section("ws")),
                TlsConfig.read(root.section("tls")),
                ManagementConfig.read(root.section("management")),
                JwtConfig.read(root.section("jwt")),
                ApiKeysConfig.read(root.section("api-keys")),
                LimitsConfig.read(root.section("limits"), node.profile()),
                ZmqConfig.read(root.section("zmq"), node.profile()),
                PickleConfig.read(root.section("pickle")),
                NatsConfig.read(root.section("nats"), node.profile(), cluster.enabled()),
                SimulatorConfig.read(root.section("simulator")),
                cluster,
                PostgresConfig.read(root.section("postgres")),
                Neo4jConfig.read(root.section("neo4j")),
                RedisConfig.read(root.section("redis")),
                LogConfig.read(root.section("log"), node.profile()),
                StreamsConfig.read(streams));
        root.done();
        config.check(root.reading());
        return config;
    }

    /** What single settings cannot see: combinations, and what production forbids. */
    private void check(Reading reading) {
        boolean needsKey = node.runs(Role.HTTP_API) || node.runs(Role.WS_FANOUT);
        boolean hasKey = !jwt.secret().isEmpty()
                || !jwt.jwksUrl().isEmpty()
                || !jwt.publicKey().isEmpty();
        if (!node.production()) {
            return;
        }
        if (needsKey && !hasKey) {
            reading.problem("profile production", "jwt", "needs a key: JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL");
        }
        if (KnownSecrets.contains(jwt.secret())) {
            reading.problem("profile production", "jwt.secret", "is a published default; choose another");
        }
        if (KnownSecrets.contains(jwt.previousSecret())) {
            reading.problem("profile production", "jwt.previous-secret", "is a published default");
        }
        if (jwt.jwksUrl().startsWith("http:")) {
            reading.problem("profile production", "jwt.jwks-url", "must be https: whoever is on the way is the issuer");
        }
        if (!apiKeys.keys().isEmpty() && (apiKeys.pepper().isEmpty() || KnownSecrets.contains(apiKeys.pepper()))) {
            reading.problem("profile production", "api-keys.pepper", "must be set and secret (API_KEY_PEPPER)");
        }
        if (jwt.optional()) {
            reading.problem("profile production", "jwt.optional", "must be false (JWT_OPTIONAL)");
        }
        if (!zmq.exposed().isEmpty()) {
            reading.problem(
                    "profile production",
                    "zmq.curve",
                    "is needed for " + zmq.exposed() + ": whoever reaches a broker without CURVE owns its workers"
                            + " (ZMQ_CURVE_..., or ZMQ_PLAINTEXT=true where the network is private)");
        }
        if (zmq.mock()) {
            reading.problem("profile production", "zmq.mock", "must be false (USE_MOCK_ZMQ)");
        }
        if (node.runs(Role.SIMULATOR)) {
            reading.problem("profile production", "node.roles", "must not contain simulator (SERVICE_TYPE)");
        }
        if (nats.child()) {
            reading.problem("profile production", "nats.child", "must be false (NATS_CHILD)");
        }
        if (http.corsOrigins().contains("*")) {
            reading.problem("profile production", "http.cors-origins", "must not be * : credentials are allowed");
        }
        if (ws.origins().contains("*")) {
            reading.problem("profile production", "ws.origins", "must not be * (XYW010)");
        }
        if (node.runs(Role.HTTP_API) && !tls.enabled() && !http.tlsTerminated() && !isLoopback(http.host())) {
            reading.problem(
                    "profile production",
                    "http.tls-terminated",
                    "must be true, or TLS_ENABLE: plain HTTP beyond loopback is only right behind a proxy that speaks"
                            + " TLS (HTTP_TLS_TERMINATED)");
        }
        if (node.runs(Role.WS_FANOUT) && !ws.tlsTerminated() && !tls.enabled()) {
            reading.problem(
                    "profile production",
                    "ws.tls-terminated",
                    "must be true, or tls.enabled: plain ws is only right behind a proxy that speaks TLS"
                            + " (WS_TLS_TERMINATED, TLS_ENABLE)");
        }
    }

    private static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.matches("127(\\.[0-9]{1,3}){3}");
    }

    /** This configuration with a generated token secret, for development. */
    public GatewayConfig withJwtSecret(String secret) {
        return new GatewayConfig(
                node,
                http,
                ws,
                tls,
                management,
                jwt.withSecret(secret),
                apiKeys,
                limits,
                zmq,
                pickle,
                nats,
                simulator,
                cluster,
                postgres,
                neo4j,
                redis,
                log,
                streams);
    }

    /** This configuration for a REST side that only this machine reaches: on a free port, without TLS and metrics. */
    public GatewayConfig onLoopback() {
        return new GatewayConfig(
                node,
                http.onLoopback(),
                ws,
                tls.off(),
                management,
                jwt,
                apiKeys,
                limits,
                zmq,
                pickle,
                nats,
                simulator,
                cluster,
                postgres,
                neo4j,
                redis,
                log,
                streams);
    }
}
