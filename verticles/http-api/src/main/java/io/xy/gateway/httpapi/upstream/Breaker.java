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

    /** What a request that was let in says when it has ended. */
    interface Entry {
        void end(boolean succeeded);
    }

    private static final Entry UNCOUNTED = succeeded -> {};

    private final @Nullable CircuitBreaker circuit;
    private final Entry counted;
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
        counted = succeeded -> {
            if (!succeeded && circuit != null) {
                count(circuit);
            }
        };
    }

    /** Lets a request in. Null when it must not be made. */
    @Nullable
    Entry enter() {
        if (circuit == null) {
            return UNCOUNTED;
        }
        if (circuit.state() == CircuitBreakerState.CLOSED) {
            return counted;
        }
        Trial trial = new Trial();
        circuit.<Void>execute(promise -> trial.promise = promise)
                .onFailure(e -> LOG.debug("{}: failed or refused: {}", circuit.name(), e.getMessage()));
        return trial.promise == null ? null : trial;
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

    /** While it is closed only failures matter: a success changes nothing within a rolling window. */
    private void count(CircuitBreaker breaker) {
        if (breaker.state() == CircuitBreakerState.CLOSED) {
            breaker.<Void>execute(promise -> promise.fail("failed"))
                    .onFailure(e -> LOG.debug("{}: a failure is counted", breaker.name()));
        }
    }

    /** The breaker runs the operation before it returns, when it runs it at all. */
    private static final class Trial implements Entry {
        private @Nullable Promise<Void> promise;

        @Override
        public void end(boolean succeeded) {
            Promise<Void> trial = promise;
            if (trial == null) {
                return;
            }
            if (succeeded) {
                trial.tryComplete();
            } else {
                trial.tryFail("failed");
            }
        }
    }
}
