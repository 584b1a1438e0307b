package io.xy.gateway.zmqbridge.client;

import io.xy.gateway.shared.config.ZmqConfig;
import java.util.concurrent.TimeUnit;

/**
 * When a service counts as failing, and for how long it is spared.
 *
 * @param failures that open the circuit when they fall into one window
 */
record BreakerSettings(int failures, long windowNanos, long openNanos) {
    static BreakerSettings of(ZmqConfig.Breaker config) {
        return new BreakerSettings(
                config.failures(),
                TimeUnit.MILLISECONDS.toNanos(config.windowMillis()),
                TimeUnit.MILLISECONDS.toNanos(config.openMillis()));
    }
}
