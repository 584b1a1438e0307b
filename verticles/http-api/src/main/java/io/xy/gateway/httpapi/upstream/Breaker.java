package io.xy.gateway.httpapi.upstream;

import io.vertx.circuitbreaker.CircuitBreaker;
import io.vertx.circuitbreaker.CircuitBreakerOptions;
import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Spares an upstream that fails: opens after so many failures within a rolling window, and lets one request through on
 * trial when its time is over. Belongs to one event loop.
 */
final class Breaker {
    private static final Logger LOG = LoggerFactory.getLogger(Breaker.class);

    private final @Nullable CircuitBreaker circuit;
    private final long openMillis;

    Breaker(Vertx vertx, UpstreamConfig upstream) {
        UpstreamConfig.Breaker config = upstream.breaker();
        openMillis = config.openMillis();
        circuit = config.failures() == 0
                ? null
                : CircuitBreaker.create(
                        upstream.name(),
                        vertx,
                        new CircuitBreakerOptions()
                                .setMaxFailures(config.failures())
                                .setFailuresRollingWindow(config.windowMillis())
                                .setResetTimeout(openMillis)
                                .setTimeout(-1)
                                .setMaxRetries(0));
    }

    /** Lets a request in. The promise must be completed or failed; null when the request must not be made. */
    @Nullable
    Promise<Void> enter() {
        if (circuit == null) {
            return Promise.promise();
        }
        Entry entry = new Entry();
        circuit.<Void>execute(promise -> entry.promise = promise)
                .onFailure(e -> LOG.debug("{}: counted or refused: {}", circuit.name(), e.getMessage()));
        return entry.promise;
    }

    CircuitBreakerState state() {
        return circuit == null ? CircuitBreakerState.CLOSED : circuit.state();
    }

    /** Milliseconds after which an attempt makes sense, when it is not closed. */
    long retryAfterMillis() {
        return openMillis;
    }

    void close() {
        if (circuit != null) {
            circuit.close();
        }
    }

    /** The breaker runs the operation before it returns, when it runs it at all. */
    private static final class Entry {
        private @Nullable Promise<Void> promise;
    }
}
