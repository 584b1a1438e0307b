package io.xy.gateway.shared.config;

import java.util.List;

/**
 * PostgreSQL, for health, readiness and audit.
 *
 * @param host empty: not configured
 * @param requiredTables that readiness looks for
 */
public record PostgresConfig(
        String host,
        int port,
        String user,
        String password,
        String database,
        int poolSize,
        boolean tls,
        List<String> requiredTables) {
    static PostgresConfig read(Section s) {
        PostgresConfig config = new PostgresConfig(
                s.text("host", "")
                        .env("POSTGRES_HOST", "DATABASE__POSTGRES_HOST")
                        .read("Host; empty: not configured"),
                s.integer("port", 5432)
                        .env("POSTGRES_PORT", "DATABASE__POSTGRES_PORT")
                        .range(1, 65_535)
                        .readInt("Port"),
                s.text("user", "postgres")
                        .env("POSTGRES_USER", "DATABASE__POSTGRES_USER")
                        .read("User"),
                s.secret("password")
                        .env("POSTGRES_PASSWORD", "DATABASE__POSTGRES_PASSWORD")
                        .read("Password"),
                s.text("database", "postgres")
                        .env("POSTGRES_DB", "DATABASE__POSTGRES_DB")
                        .read("Database"),
                s.integer("pool", 5).env("POSTGRES_POOL").range(1, 100).readInt("Connections at most"),
                s.flag("tls", false).env("POSTGRES_TLS").read("Speak TLS"),
                s.texts("required-tables", List.of())
                        .env("POSTGRES_REQUIRED_TABLES")
                        .form("[A-Za-z_][A-Za-z0-9_.]*", "table names")
                        .read("Tables without which the node is not ready"));
        s.done();
        return config;
    }

    public boolean configured() {
        return !host.isEmpty();
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "PostgresConfig";
    }
}
