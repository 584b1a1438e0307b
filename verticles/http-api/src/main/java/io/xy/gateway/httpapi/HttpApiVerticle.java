package io.xy.gateway.httpapi;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.xy.gateway.httpapi.calls.ServiceCalls;
import io.xy.gateway.httpapi.explain.Trace;
import io.xy.gateway.httpapi.front.ApiServer;
import io.xy.gateway.httpapi.front.BusCalls;
import io.xy.gateway.httpapi.front.Routing;
import io.xy.gateway.httpapi.identity.Authentication;
import io.xy.gateway.httpapi.identity.LoginLimits;
import io.xy.gateway.httpapi.identity.NodeSessions;
import io.xy.gateway.httpapi.identity.Revocations;
import io.xy.gateway.httpapi.identity.SessionDesk;
import io.xy.gateway.httpapi.identity.Sessions;
import io.xy.gateway.httpapi.limits.Limits;
import io.xy.gateway.httpapi.limits.OpenConnections;
import io.xy.gateway.httpapi.limits.RateTable;
import io.xy.gateway.httpapi.logging.AccessDesk;
import io.xy.gateway.httpapi.logging.AccessLog;
import io.xy.gateway.httpapi.metrics.Exposition;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.outcome.LateMappings;
import io.xy.gateway.httpapi.outcome.MemoryLedger;
import io.xy.gateway.httpapi.outcome.Outcomes;
import io.xy.gateway.httpapi.streams.StreamDesk;
import io.xy.gateway.httpapi.upstream.UpstreamPool;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.route.RouteConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.shared.runtime.HealthReporter;
import io.xy.gateway.shared.runtime.RevokedSessions;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.shared.security.StreamEntitlement;
import io.xy.gateway.shared.security.TokenIssuer;
import io.xy.gateway.shared.security.TokenVerifier;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * REST, console and pass-through on one port. Only wires: routing, identity and calls are behind it. One instance per
 * event loop; instances share the {@link NodeStores} and nothing else.
 */
public final class HttpApiVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(HttpApiVerticle.class);
    private static final int SESSIONS = 100_000;
    private static final int LOGIN_KEYS = 10_000;
    private static final int REVOCATIONS = 100_000;

    /** What the instances of one node share; safe on any thread. */
    public record NodeStores(
            NodeSessions sessions,
            LoginLimits logins,
            Revocations revocations,
            RateTable rates,
            OpenConnections connections,
            @Nullable MemoryLedger ledger,
            LateMappings late,
            AccessLog access) {
        public static NodeStores create(GatewayConfig config) {
            return new NodeStores(
                    new NodeSessions(SESSIONS),
                    new LoginLimits(LOGIN_KEYS),
                    new Revocations(REVOCATIONS, config.jwt().expiresInMillis()),
                    new RateTable(config.limits().keys()),
                    new OpenConnections(config.http()),
                    // In a cluster a repeat may come to another node, which would know nothing of the claim.
                    config.cluster().enabled()
                            ? null
                            : new MemoryLedger(config.http().outcomes(), () -> System.nanoTime() / 1_000_000),
                    new LateMappings(),
                    new AccessLog());
        }
    }

    private final GatewayConfig config;
    private final List<RouteConfig> routes;
    private final int instance;
    private final NodeStores stores;
    private final @Nullable Trace trace;
    private final HttpMeters meters = new HttpMeters();
    private final long startedAt = System.currentTimeMillis();

    private @Nullable ApiServer server;
    private @Nullable AccessDesk access;
    private @Nullable ServiceCalls calls;
    private @Nullable UpstreamPool upstreams;
    private @Nullable HealthReporter reporter;
    /** Null for a node that is alone. */
    private @Nullable RevokedSessions revoked;

    private boolean draining;

    /**
     * @param routes without conflicts, as the loader gives them
     * @param instance number of the instance on its node, from 0
     */
    public HttpApiVerticle(GatewayConfig config, List<RouteConfig> routes, int instance, NodeStores stores) {
        this(config, routes, instance, stores, null);
    }

    private HttpApiVerticle(
            GatewayConfig config, List<RouteConfig> routes, int instance, NodeStores stores, @Nullable Trace trace) {
        this.config = config;
        this.routes = List.copyOf(routes);
        this.instance = instance;
        this.stores = stores;
        this.trace = trace;
    }

    /** One that serves nobody but explains: on a free port of the loopback address, and nothing leaves it. */
    public static HttpApiVerticle explaining(GatewayConfig config, List<RouteConfig> routes, Trace trace) {
        GatewayConfig own = config.onLoopback();
        return new HttpApiVerticle(own, routes, 0, NodeStores.create(own), trace);
    }

    /** The bound port; 0 when it does not listen. */
    public int port() {
        return server == null ? 0 : server.port();
    }

    @Override
    public Future<?> start() {
        Bus bus = new Bus(vertx, config.node().id());
        Directory directory = new Directory(vertx, bus);
        ServiceCalls bridges = new ServiceCalls(bus, directory, config.http().inflight());
        UpstreamPool pool = new UpstreamPool(vertx, config.http(), instance);
        upstreams = pool;
        Outcomes outcomes = new Outcomes(stores.ledger(), stores.late());
        if (config.cluster().enabled()) {
            revoked = new RevokedSessions(vertx, stores.revocations()::add);
        }
        Routing routing = routing(bus, streams(bus, directory), bridges, pool, outcomes);
        if (config.http().accessLog()) {
            stores.access().join();
            access = new AccessDesk(vertx, stores.access());
        }
        ApiServer api = new ApiServer(vertx, config, bus, directory, routing, stores.connections(), meters, access);
        HealthReporter health = new HealthReporter(vertx, bus, this::report);
        calls = bridges;
        server = api;
        reporter = health;
        BusCalls busCalls = new BusCalls(routing);
        if (config.http().metrics()) {
            Exposition.join(meters);
        }
        return directory
                .start()
                .compose(heard -> bus.listen(Contract.CONTROL, this::onControl))
                .compose(heard -> revoked == null ? Future.succeededFuture() : revoked.start())
                .compose(heard -> bus.listen(Contract.OUTCOME_LATE, outcomes::onLate))
                .compose(heard -> bus.serve(Contract.API_CALL, busCalls::serve))
                .compose(serving -> api.listen())
                .compose(listening -> health.start());
    }

    @Override
    public Future<?> stop() {
        drain();
        ApiServer running = server;
        UpstreamPool pool = upstreams;
        if (pool != null) {
            pool.closeTunnels();
        }
        Future<Void> stopped = running == null
                ? Future.succeededFuture()
                : running.stop(config.node().drainMillis());
        Future<Void> released = stopped.eventually(() -> pool == null ? Future.succeededFuture() : pool.close());
        return released.onComplete(done -> {
                    if (reporter != null) {
                        reporter.stop();
                    }
                    Exposition.leave(meters);
                })
                .eventually(this::closeAccessLog);
    }

    /** Waits for the last lines, but not for an output that takes none. */
    private Future<?> closeAccessLog() {
        AccessDesk desk = access;
        if (desk == null) {
            return Future.succeededFuture();
        }
        access = null;
        desk.close();
        return Future.fromCompletionStage(stores.access().leave(), context)
                .timeout(1, TimeUnit.SECONDS)
                .otherwiseEmpty();
    }

    private StreamDesk streams(Bus bus, Directory directory) {
        return new StreamDesk(
                bus,
                directory,
                config.streams(),
                new StreamEntitlement(config.ws().whitelist()));
    }

    private Routing routing(Bus bus, StreamDesk streams, ServiceCalls bridges, UpstreamPool pool, Outcomes outcomes) {
        TokenVerifier verifier = new TokenVerifier(vertx, config.jwt());
        TokenIssuer issuer = config.jwt().secret().isEmpty() ? null : new TokenIssuer(vertx, config.jwt());
        ApiKeys keys = config.apiKeys().keys().isEmpty() ? null : new ApiKeys(config.apiKeys(), config.jwt());
        Limits limits = new Limits(config.limits(), stores.rates());
        ClientCertificates certificates = new ClientCertificates(config.tls().clients());
        Authentication authentication = new Authentication(
                verifier, keys, certificates, stores.revocations(), config.jwt().optional(), meters);
        SessionDesk sessions =
                new SessionDesk(config.jwt(), issuer, bus, sessions(), stores.logins(), stores.revocations(), revoked);
        return new Routing(
                vertx,
                config.http(),
                meters,
                routes,
                limits,
                authentication,
                sessions,
                bridges,
                streams,
                pool,
                outcomes,
                trace);
    }

    private Sessions sessions() {
        long life = config.jwt().refreshExpiresInMillis();
        return config.cluster().enabled() ? Sessions.ofCluster(vertx, life) : Sessions.of(stores.sessions(), life);
    }

    private void onControl(Control control) {
        boolean ours =
                control.node().isEmpty() || control.node().equals(config.node().id());
        if (control.kind() == Control.Kind.DRAIN && ours) {
            drain();
        } else if (control.kind() == Control.Kind.REVOKE && ours) {
            revoke(control.argument());
        }
    }

    /** The cluster hears it from one instance of each node, whoever said it. */
    private void revoke(String session) {
        long until = stores.revocations().add(session);
        if (upstreams != null) {
            upstreams.revoke(session);
        }
        RevokedSessions everywhere = revoked;
        if (everywhere == null) {
            stores.sessions().remove(session);
        } else if (instance == 0) {
            everywhere
                    .add(session, until)
                    .onFailure(e -> LOG.warn("the cluster did not take a revocation: {}", e.toString()));
        }
    }

    /** Goes on serving, but says that others should be preferred from now on. */
    private void drain() {
        if (!draining) {
            draining = true;
            if (reporter != null) {
                reporter.now();
            }
        }
    }

    private HealthReport report() {
        ApiServer running = server;
        ServiceCalls bridges = calls;
        UpstreamPool pool = upstreams;
        return new HealthReport(
                config.node().id(),
                Role.HTTP_API,
                instance,
                draining ? HealthReport.State.DRAINING : HealthReport.State.UP,
                startedAt,
                pool == null ? List.of() : pool.checks(),
                List.of(
                        new Figure("port", running == null ? 0 : running.port()),
                        new Figure("requests", running == null ? 0 : running.inflight()),
                        new Figure("calls", bridges == null ? 0 : bridges.inflight()),
                        new Figure("upstreamCalls", pool == null ? 0 : pool.inflight()),
                        new Figure(
                                "tunnels",
                                (running == null ? 0 : running.tunnels()) + (pool == null ? 0 : pool.tunnels())),
                        new Figure("routes", routes.size()),
                        new Figure(
                                "outcomes",
                                stores.ledger() == null ? 0 : stores.ledger().size()),
                        new Figure("revoked", stores.revocations().size())));
    }
}
