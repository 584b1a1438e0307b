package io.xy.gateway.shared.config;

import java.util.List;

/**
 * Neo4j, for health and readiness.
 *
 * @param uri empty: not configured
 * @param requiredConstraints as {@code Label.property}
 */
public record Neo4jConfig(String uri, String user, String password, List<String> requiredConstraints) {
    static Neo4jConfig read(Section s) {
        String uri = s.text("uri", "")
                .env("NEO4J_URI", "DATABASE__NEO4J_URI", "NEO4J_URL")
                .form("((neo4j|bolt)(\\+s|\\+ssc)?://.+)?", "a neo4j or bolt URI")
                .read("URI; empty: not configured, unless a host is given");
        String host =
                s.text("host", "").env("NEO4J_HOST", "DATABASE__NEO4J_HOST").read("Host, when no URI is given");
        int port = s.integer("port", 7687)
                .env("NEO4J_PORT", "DATABASE__NEO4J_PORT")
                .range(1, 65_535)
                .readInt("Port, when no URI is given");
        Neo4jConfig config = new Neo4jConfig(
                uri.isEmpty() && !host.isEmpty() ? "bolt://" + host + ":" + port : uri,
                s.text("user", "neo4j")
                        .env("NEO4J_USER", "DATABASE__NEO4J_USER")
                        .read("User"),
                s.secret("password")
                        .env("NEO4J_PASSWORD", "DATABASE__NEO4J_PASSWORD")
                        .read("Password"),
                s.texts("required-constraints", List.of())
                        .env("NEO4J_REQUIRED_CONSTRAINTS")
                        .form("[A-Za-z0-9_]+\\.[A-Za-z0-9_]+", "Label.property")
                        .read("Constraints without which the node is not ready"));
        s.done();
        return config;
    }

    public boolean configured() {
        return !uri.isEmpty();
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "Neo4jConfig";
    }
}
