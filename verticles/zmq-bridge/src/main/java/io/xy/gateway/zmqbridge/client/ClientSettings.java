package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.config.ZmqConfig;
import io.xy.gateway.shared.config.ZmqConfig.Correlation;
import io.xy.gateway.zmqbridge.socket.CurveRing;
import java.util.List;
import java.util.Map;

/**
 * What the calling side needs to know. Durations in milliseconds.
 *
 * @param name in logs
 * @param brokers the preferred one first
 * @param heartbeatMillis a broker that is silent for two of these is lost
 * @param retries repeats of a call that is safe to repeat
 * @param outstanding calls in flight to a service that has no entry of its own
 * @param queue calls that may wait per service
 */
public record ClientSettings(
        String name,
        List<String> brokers,
        long heartbeatMillis,
        int retries,
        int outstanding,
        int queue,
        int maxMessageBytes,
        ZmqConfig.Breaker breaker,
        Map<String, ZmqConfig.Service> services,
        CurveRing keys) {
    /** Services that callers may name; they come from routes, so this is far beyond what anybody configures. */
    static final int MAX_SERVICES = 1_000;

    public ClientSettings {
        brokers = List.copyOf(brokers);
        services = Map.copyOf(services);
    }

    public static ClientSettings of(ZmqConfig config, String name, List<String> brokers) {
        return new ClientSettings(
                name,
                brokers,
                config.heartbeatMillis(),
                config.retries(),
                config.outstanding(),
                config.queue(),
                config.maxMessageBytes(),
                config.breaker(),
                config.services(),
                CurveRing.of(config, brokers));
    }

    int concurrency(String service) {
        ZmqConfig.Service own = services.get(service);
        return own == null ? outstanding : own.concurrency();
    }

    boolean lane(String service) {
        ZmqConfig.Service own = services.get(service);
        return own != null && own.correlation() == Correlation.LANE;
    }
}
