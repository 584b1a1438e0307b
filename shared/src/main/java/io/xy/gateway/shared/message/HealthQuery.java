package io.xy.gateway.shared.message;

/** Asks for one health page. */
public record HealthQuery(View view) {
    public enum View {
        /** {@code /health}: ok, or one boolean per database. */
        HEALTH,
        /** {@code /health/detailed} and {@code /api/v1/health}: everything. */
        DETAILED,
        LIVENESS,
        READINESS,
        /** {@code /healthz}: the form of the first NATS gateway. */
        HEALTHZ,
        METRICS,
        VERSION
    }
}
