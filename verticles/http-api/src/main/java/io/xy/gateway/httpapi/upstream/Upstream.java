package io.xy.gateway.httpapi.upstream;

import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.message.HealthReport;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP service as this event loop sees it: its connections, instances, breaker and calls in flight. A single sweep
 * watches the times of all calls, so that a call costs no timer of its own.
 */
final class Upstream {
    private static final long SWEEP_MILLIS = 20;
    private static final long IDLE_SWEEP_MILLIS = 1_000;
    private static final int HTTP2_CONNECTIONS = 2;

    private final Vertx vertx;
    private final UpstreamConfig config;
    private final HttpClientAgent requests;
    private final HttpClientAgent upgrades;
    private final List<Instance> instances;
    private final Balancer balancer;
    private final Breaker breaker;
    private final RetryBudget budget;
    private final UpstreamMeters meters;
    private final Set<ProxyCall> calls = new LinkedHashSet<>();
    private final long sweep;
    private final long idleSweep;
    private final @Nullable HealthProbe probe;

    Upstream(Vertx vertx, UpstreamConfig config, int instance) {
        this.vertx = vertx;
        this.config = config;
        boolean http2 = config.protocol() == UpstreamConfig.Protocol.HTTP2;
        this.requests = client(http2);
        this.upgrades = client(false);
        this.instances = config.urls().stream()
                .map(url -> new Instance(url, config.health(), http2 ? null : connections(url)))
                .toList();
        this.balancer = new Balancer(config, instances);
        this.breaker = new Breaker(vertx, config);
        this.budget = new RetryBudget(config.retry().budgetPercent());
        this.meters = new UpstreamMeters(config.name(), instance, this::stateNumber);
        this.sweep = vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
        this.idleSweep = vertx.setPeriodic(IDLE_SWEEP_MILLIS, id -> sweepConnections());
        this.probe = config.health().path().isEmpty() ? null : new HealthProbe(vertx, requests, config, instances);
    }

    UpstreamConfig config() {
        return config;
    }

    Vertx vertx() {
        return vertx;
    }

    /** The connections for a request; upgraded ones stay away from the pool of the others. */
    HttpClient client(ProxyCall call) {
        return call.isUpgrade() ? upgrades : requests;
    }

    Balancer balancer() {
        return balancer;
    }

    Breaker breaker() {
        return breaker;
    }

    RetryBudget budget() {
        return budget;
    }

    UpstreamMeters meters() {
        return meters;
    }

    int inflight() {
        return calls.size();
    }

    /** Takes a call in; false when there are too many. */
    boolean enter(ProxyCall call) {
        return calls.size() < config.limits().concurrency() && calls.add(call);
    }

    void leave(ProxyCall call) {
        calls.remove(call);
    }

    /** What one attempt says about the instance. */
    void judge(Instance instance, boolean succeeded) {
        if (succeeded) {
            instance.succeeded();
        } else if (instance.failed()) {
            balancer.eject(instance, System.nanoTime());
        }
    }

    HealthReport.Check check() {
        CircuitBreakerState state = breaker.state();
        long now = System.nanoTime();
        long well = instances.stream().filter(each -> each.isWell(now)).count();
        return new HealthReport.Check(
                "breaker." + config.name(),
                state != CircuitBreakerState.OPEN,
                state.name().toLowerCase(Locale.ROOT).replace('_', '-') + ", " + well + " of " + instances.size()
                        + " instances well");
    }

    Future<Void> close() {
        vertx.cancelTimer(sweep);
        vertx.cancelTimer(idleSweep);
        if (probe != null) {
            probe.stop();
        }
        breaker.close();
        meters.close();
        return Future.join(requests.close(), upgrades.close()).mapEmpty();
    }

    private int stateNumber() {
        return switch (breaker.state()) {
            case CLOSED -> 0;
            case HALF_OPEN -> 1;
            case OPEN -> 2;
        };
    }

    private void sweepConnections() {
        int open = 0;
        int waiting = 0;
        for (Instance instance : instances) {
            KeptConnections connections = instance.connections();
            if (connections != null) {
                connections.sweep();
                open += connections.open();
                waiting += connections.waiting();
            }
        }
        meters.connections(open, waiting);
    }

    private void sweep() {
        if (!calls.isEmpty()) {
            long now = System.nanoTime();
            for (ProxyCall call : List.copyOf(calls)) {
                call.tick(now);
            }
        }
    }

    private KeptConnections connections(UpstreamConfig.Url url) {
        return new KeptConnections(requests, (ContextInternal) vertx.getOrCreateContext(), url, config.limits());
    }

    private HttpClientAgent client(boolean http2) {
        UpstreamConfig.Limits limits = config.limits();
        return vertx.createHttpClient(
                options(config, http2),
                new PoolOptions()
                        .setHttp1MaxSize(limits.connections())
                        .setHttp2MaxSize(Math.min(HTTP2_CONNECTIONS, limits.connections()))
                        .setMaxWaitQueueSize(limits.concurrency())
                        .setEventLoopSize(0));
    }

    /** How connections to the instances of a service are opened. */
    static HttpClientOptions options(UpstreamConfig config, boolean http2) {
        UpstreamConfig.Limits limits = config.limits();
        UpstreamConfig.Tls tls = config.tls();
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout(limits.connectMillis())
                .setKeepAliveTimeout(limits.keepAliveSeconds())
                .setHttp2KeepAliveTimeout(limits.keepAliveSeconds())
                .setDecompressionSupported(false)
                .setPipelining(false)
                .setProtocolVersion(http2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                .setHttp2ClearTextUpgrade(false)
                .setUseAlpn(http2)
                .setTrustAll(!tls.verify())
                .setVerifyHost(tls.verify());
        if (!tls.ca().isEmpty()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(tls.ca()));
        }
        if (!tls.certificate().isEmpty()) {
            options.setKeyCertOptions(
                    new PemKeyCertOptions().setCertPath(tls.certificate()).setKeyPath(tls.key()));
        }
        return options;
    }
}
