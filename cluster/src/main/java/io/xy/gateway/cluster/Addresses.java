package io.xy.gateway.cluster;

import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.shared.message.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a node listens, for people. */
final class Addresses {
    private static final Pattern PORT = Pattern.compile(":([0-9]+)$");

    private final GatewayConfig config;
    private final Readiness readiness;

    Addresses(GatewayConfig config, Readiness readiness) {
        this.config = config;
        this.readiness = readiness;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        if (config.node().runs(Role.HTTP_API)) {
            String base = "http://" + shown(config.http().host()) + ":" + readiness.port(Role.HTTP_API);
            lines.add("console and REST   " + base + "/");
        }
        if (config.node().runs(Role.WS_FANOUT)) {
            lines.add("streams            ws://" + shown(config.ws().host()) + ":" + readiness.port(Role.WS_FANOUT)
                    + config.ws().path());
        }
        lines.add("management         http://" + shown(config.management().host()) + ":"
                + readiness.figure(Role.HEALTH, "managementPort") + "/health/detailed");
        if (config.node().runs(Role.ZMQ_BRIDGE)) {
            lines.add(
                    config.zmq().mode() == ZmqConfig.Mode.BROKER
                            ? "Majordomo broker   " + config.zmq().bind() + "  (in this process)"
                            : "Majordomo broker   "
                                    + String.join(", ", config.zmq().brokers()));
        }
        if (config.node().runs(Role.NATS_BRIDGE)) {
            long child = readiness.figure(Role.NATS_BRIDGE, "natsPort");
            lines.add(
                    child > 0
                            ? "NATS               nats://127.0.0.1:" + child + "  (child process)"
                            : "NATS               "
                                    + (config.nats().urls().isEmpty()
                                            ? "none"
                                            : String.join(
                                                    ", ",
                                                    withoutUserInfo(
                                                            config.nats().urls()))));
        }
        if (config.cluster().enabled()) {
            lines.add("cluster            " + config.cluster().host() + ":"
                    + config.cluster().port());
        }
        return lines;
    }

    static PortInUse inUse(GatewayConfig config, Role role) {
        return switch (role) {
            case HTTP_API -> new PortInUse("REST", config.http().port(), "HTTP_PORT");
            case WS_FANOUT -> new PortInUse("streams", config.ws().port(), "WS_PORT");
            case HEALTH -> new PortInUse("management", config.management().port(), "MANAGEMENT_PORT");
            default -> new PortInUse("Majordomo broker", portOf(config.zmq().bind()), "ZMQ_BIND");
        };
    }

    private static int portOf(String endpoint) {
        Matcher matcher = PORT.matcher(endpoint);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static String shown(String host) {
        return host.equals("0.0.0.0") ? "localhost" : host;
    }

    private static List<String> withoutUserInfo(List<String> urls) {
        return urls.stream().map(url -> url.replaceFirst("//[^/@]*@", "//")).toList();
    }
}
