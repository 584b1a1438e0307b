package io.xy.gateway.shared.config;

/**
 * Health, metrics and admin calls, on every node.
 *
 * @param healthzPath where the page of {@code /healthz} is also served
 * @param metricsPath where the page of {@code /metrics} is also served
 * @param adminKey empty: there are no admin calls
 */
public record ManagementConfig(String host, int port, String healthzPath, String metricsPath, String adminKey) {
    private static final String PATH = "(/[A-Za-z0-9_.-]+)+";

    static ManagementConfig read(Section s) {
        ManagementConfig config = new ManagementConfig(
                s.text("host", "127.0.0.1").env("MANAGEMENT_HOST").read("Address that the management side binds"),
                s.integer("port", 3003)
                        .env("MANAGEMENT_PORT")
                        .range(0, 65_535)
                        .readInt("Port of health, metrics and admin calls"),
                s.text("healthz-path", "/healthz")
                        .env("HEALTH_PATH")
                        .form(PATH, "an absolute path")
                        .read("Path of the short health page, besides /healthz"),
                s.text("metrics-path", "/metrics")
                        .env("METRICS_PATH")
                        .form(PATH, "an absolute path")
                        .read("Path of the metrics, besides /metrics"),
                s.secret("admin-key").env("ADMIN_KEY").read("Key of admin calls; without it there are none"));
        s.done();
        return config;
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "ManagementConfig";
    }
}
