package io.xy.gateway.shared.config;

/**
 * Health, metrics and admin calls, on every node.
 *
 * @param adminKey empty: admin calls from loopback only
 */
public record ManagementConfig(String host, int port, String adminKey) {
    static ManagementConfig read(Section s) {
        ManagementConfig config = new ManagementConfig(
                s.text("host", "127.0.0.1").env("MANAGEMENT_HOST").read("Address that the management side binds"),
                s.integer("port", 3003)
                        .env("MANAGEMENT_PORT")
                        .range(0, 65_535)
                        .readInt("Port of health, metrics and admin calls"),
                s.secret("admin-key").env("ADMIN_KEY").read("Key of admin calls from other hosts"));
        s.done();
        return config;
    }

    /** Without its values: there are secrets among them. */
    @Override
    public String toString() {
        return "ManagementConfig";
    }
}
