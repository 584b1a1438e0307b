package io.xy.gateway.shared.config.upstream;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP service and how it is treated. Limits count per instance of the REST side, which is one event loop.
 *
 * @param name label in metrics, health checks and messages
 * @param urls where its instances listen; at least one
 * @param unset the variable that would name them, if it were set; null when somebody chose the URLs
 */
public record UpstreamConfig(
        String name,
        List<Url> urls,
        @Nullable String unset,
        Balance balance,
        Protocol protocol,
        Tls tls,
        Limits limits,
        Health health,
        Retry retry,
        Breaker breaker) {

    public UpstreamConfig {
        urls = List.copyOf(urls);
    }

    /** Where one instance listens. */
    public record Url(boolean tls, String host, int port) {
        /** Whether it is on this host. */
        public boolean isLoopback() {
            return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]{1,3}){3}");
        }

        @Override
        public String toString() {
            return (tls ? "https://" : "http://") + host + ':' + port;
        }
    }

    /** What is spoken; HTTP/2 without TLS is spoken from the first byte. */
    public enum Protocol {
        HTTP1,
        HTTP2
    }

    /** How an instance is chosen among those that are well. */
    public enum Choice {
        ROUND_ROBIN,
        /** The one with the fewest requests in flight. */
        LEAST_REQUESTS,
        /** The better of two at random. */
        POWER_OF_TWO,
        /** The same key goes to the same instance while it is well. */
        CONSISTENT_HASH
    }

    /**
     * @param key of a consistent hash: {@code header.NAME}, {@code path.NAME} or {@code principal}
     */
    public record Balance(Choice choice, String key) {}

    /**
     * @param verify whether certificate and host name are checked
     * @param ca file with trusted certificates; empty takes those of the platform
     * @param certificate of the gateway, for mutual TLS; empty when there is none
     * @param key of that certificate
     */
    public record Tls(boolean verify, String ca, String certificate, String key) {}

    /**
     * @param requestMillis longest time to the head of the answer
     * @param idleMillis longest time without a byte of a body in either direction
     * @param connections to each instance
     * @param concurrency requests in flight; more is {@code overloaded} at once
     */
    public record Limits(
            int connectMillis,
            long requestMillis,
            long idleMillis,
            int keepAliveSeconds,
            int connections,
            int concurrency) {}

    /**
     * @param path that is asked; empty asks nothing
     * @param unhealthyAfter failed questions in a row until an instance is left out
     * @param healthyAfter answered ones until it is taken in again
     * @param failures in a row of real requests until an instance is ejected; 0 never ejects
     * @param ejectMillis how long it then stays out
     * @param ejectPercent greatest share of instances that may be out for this reason
     */
    public record Health(
            String path,
            long intervalMillis,
            int unhealthyAfter,
            int healthyAfter,
            int failures,
            long ejectMillis,
            int ejectPercent) {}

    /**
     * @param attempts of a request that may be repeated, the first included
     * @param budgetPercent how many repeats there may be per hundred requests
     * @param backoffMillis longest wait before the first repeat; doubles each time, and the wait is random below it
     */
    public record Retry(int attempts, int budgetPercent, long backoffMillis) {}

    /**
     * @param failures within the window that open it; 0 never opens
     * @param openMillis until one request is let through on trial
     */
    public record Breaker(int failures, long windowMillis, long openMillis) {}
}
