package io.xy.gateway.natsbridge.link;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.NatsConfig;
import java.util.List;

/** Finds out whether a NATS server takes the configured way in. */
public final class NatsKnock {
    private NatsKnock() {}

    /** What was reached, in words; fails when the server is not there or does not take the credentials. */
    public static Future<String> knock(Vertx vertx, NatsConfig config, String url) {
        return vertx.executeBlocking(
                () -> {
                    try (Connection connection =
                            Nats.connect(LinkOptions.of(vertx, "xy-gateway check", config, List.of(url))
                                    .build())) {
                        return "connected, server " + connection.getServerInfo().getVersion();
                    }
                },
                false);
    }
}
