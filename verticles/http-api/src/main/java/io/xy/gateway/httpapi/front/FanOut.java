package io.xy.gateway.httpapi.front;

import io.vertx.core.net.SocketAddress;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import org.jspecify.annotations.Nullable;

/**
 * Where a fan-out listens, as health reports say: the own node's first. Another node's counts only when its report says
 * under which host it is reached (the detail of its check {@code host}).
 */
final class FanOut {
    private static final String EVERYWHERE = "0.0.0.0";

    private final GatewayConfig config;
    private final Directory directory;

    FanOut(GatewayConfig config, Directory directory) {
        this.config = config;
        this.directory = directory;
    }

    /** The address; null when no fan-out is known. */
    @Nullable
    SocketAddress address() {
        SocketAddress elsewhere = null;
        for (HealthReport report : directory.reports()) {
            long port = report.figure("port");
            if (report.role() != Role.WS_FANOUT || port == 0 || report.state() == HealthReport.State.DRAINING) {
                continue;
            }
            if (report.node().equals(config.node().id())) {
                return SocketAddress.inetSocketAddress((int) port, ownHost());
            }
            String host = host(report);
            if (host != null) {
                elsewhere = SocketAddress.inetSocketAddress((int) port, host);
            }
        }
        boolean expected = config.node().runs(Role.WS_FANOUT) && config.ws().port() != 0;
        return elsewhere == null && expected
                ? SocketAddress.inetSocketAddress(config.ws().port(), ownHost())
                : elsewhere;
    }

    private String ownHost() {
        String host = config.ws().host();
        return host.equals(EVERYWHERE) ? "127.0.0.1" : host;
    }

    private static @Nullable String host(HealthReport report) {
        for (HealthReport.Check check : report.checks()) {
            if (check.name().equals("host") && !check.detail().isEmpty()) {
                return check.detail();
            }
        }
        return null;
    }
}
