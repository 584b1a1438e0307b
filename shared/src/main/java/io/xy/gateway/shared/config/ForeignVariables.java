package io.xy.gateway.shared.config;

import java.util.List;
import java.util.Map;

/**
 * Variables of the gateways that this one takes the place of which mean nothing here, because they are about things that
 * a gateway does not have. They may stay where they are set; {@code check} says so.
 */
public final class ForeignVariables {
    /**
     * Some of them.
     *
     * @param pattern regular expression of the names
     * @param names as people write them
     */
    public record Group(String pattern, String names, String reason) {
        boolean contains(String variable) {
            return variable.matches(pattern);
        }
    }

    public static final List<Group> GROUPS = List.of(
            new Group(
                    "DB_(HOST|PORT|USERNAME|PASSWORD|DATABASE)",
                    "DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD, DB_DATABASE",
                    "the desk's own store; services own it, and the desk gateway never opened it"),
            new Group("MILVUS_(HOST|PORT)", "MILVUS_HOST, MILVUS_PORT", "a business store: services own it"),
            new Group(
                    "KAFKA_(BOOTSTRAP_SERVERS|HOST|PORT)",
                    "KAFKA_BOOTSTRAP_SERVERS, KAFKA_HOST, KAFKA_PORT",
                    "streams come from NATS and ZeroMQ"),
            new Group(
                    "MINIO_(ENDPOINT|ACCESS_KEY|SECRET_KEY)",
                    "MINIO_ENDPOINT, MINIO_ACCESS_KEY, MINIO_SECRET_KEY",
                    "a business store: services own it"),
            new Group("PREFECT_API_URL", "PREFECT_API_URL", "workflows run behind the gateway"),
            new Group(
                    "OPENAI_API_KEY|ANTHROPIC_API_KEY|EMBEDDING_API.*|LITELLM_.*",
                    "OPENAI_API_KEY, ANTHROPIC_API_KEY, EMBEDDING_API…, LITELLM_…",
                    "models are called by services"),
            new Group(
                    "AUTH__.*|LAUNCHER__.*|FRONTEND_URL",
                    "AUTH__…, LAUNCHER__…, FRONTEND_URL",
                    "accounts, mails and local start-up of another program; who may call is said by JWT_… and API keys"),
            new Group("SERVICE_NAME", "SERVICE_NAME", "a node is told apart by XY_NODE_ID"),
            new Group(
                    "CONFIG_PATH", "CONFIG_PATH", "the file has another form; the directory is named to run and check"),
            new Group(
                    "DIAGNOSTIC_METRICS",
                    "DIAGNOSTIC_METRICS",
                    "a gauge for each connection has no bound; xy_ws_send_queue_size shows the longest queue"));

    private ForeignVariables() {}

    /** One line for each of these variables that is set, by name. */
    public static List<String> notices(Map<String, String> environment) {
        return environment.keySet().stream()
                .sorted()
                .flatMap(variable -> GROUPS.stream()
                        .filter(group -> group.contains(variable))
                        .map(group -> variable + " is known and has no effect here: " + group.reason))
                .toList();
    }
}
