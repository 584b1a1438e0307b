package io.xy.gateway.wsfanout;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.bus.Contract;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.message.Control;
import io.xy.gateway.shared.message.HealthReport;
import io.xy.gateway.shared.message.HealthReport.Figure;
import io.xy.gateway.shared.message.Role;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.shared.runtime.HealthReporter;
import io.xy.gateway.shared.runtime.Leftovers;
import io.xy.gateway.shared.runtime.RevokedSessions;
import io.xy.gateway.shared.security.ApiKeys;
import io.xy.gateway.shared.security.ClientAddress;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.shared.security.ServerTls;
import io.xy.gateway.shared.security.StreamEntitlement;
import io.xy.gateway.shared.security.TokenVerifier;
import io.xy.gateway.shared.security.TrustedProxies;
import io.xy.gateway.wsfanout.connection.Calls;
import io.xy.gateway.wsfanout.connection.Census;
import io.xy.gateway.wsfanout.connection.Connections;
import io.xy.gateway.wsfanout.connection.Frames;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.connection.Meters;
import io.xy.gateway.wsfanout.edge.Edge;
import io.xy.gateway.wsfanout.hub.Figures;
import io.xy.gateway.wsfanout.hub.Hub;
import io.xy.gateway.wsfanout.hub.InterestBook;
import io.xy.gateway.wsfanout.hub.Limits;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import io.xy.gateway.wsfanout.sockjs.BridgeDoor;
import io.xy.gateway.wsfanout.source.Sources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams to browsers: {@code /ws}, the event-bus bridge and the browser client, one instance per event loop. Only wires;
 * everything that it makes belongs to its event loop.
 */
public final class WsFanoutVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(WsFanoutVerticle.class);
    private static final long SWEEP_MILLIS = 500;
    private static final long CLOSE_SECONDS = 4;
    private static final String CLIENT = "client/xy-client.js";

    private final GatewayConfig config;
    private final int instance;
    private final long startedAt = System.currentTimeMillis();
    private final Connections connections;
    private final InterestBook interest;
    private @Nullable Meters meters;
    private @Nullable Hub hub;
    private @Nullable Sources sources;
    private @Nullable HealthReporter reporter;
    private @Nullable ServerTls tls;
    private @Nullable HttpServer server;

    /**
     * @param instance number of this instance on its node, from 0
     */
    public WsFanoutVerticle(GatewayConfig config, int instance) {
        this.config = config;
        this.instance = instance;
        this.connections = new Connections(config.ws().maxConnections());
        this.interest = new InterestBook(Limits.of(config.ws()).patterns());
    }

    @Override
    public Future<?> start() {
        Bus bus = new Bus(vertx, config.node().id());
        Directory directory = new Directory(vertx, bus);
        Hub newHub = new Hub(vertx, Limits.of(config.ws()), config.streams(), interest);
        Loop loop = loop(bus, directory, newHub);
        Sources newSources = new Sources(
                vertx,
                bus,
                directory,
                newHub,
                interest,
                consumer(bus),
                config.ws().leaseMillis());
        HealthReporter newReporter = new HealthReporter(vertx, bus, () -> report(newHub, newSources));
        hub = newHub;
        sources = newSources;
        reporter = newReporter;
        newHub.onFlushed(nanos -> {
            loop.frames().endOfFlush();
            loop.meters().flushed(nanos, newHub.figures());
        });
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep(loop));
        return newSources
                .start()
                .compose(serving -> directory.start())
                .compose(heard -> bus.serve(
                        Contract.STREAM_RECENT, consumer(bus), query -> Future.succeededFuture(newHub.recent(query))))
                .compose(serving -> bus.serve(
                        Contract.STREAM_SLOW,
                        consumer(bus),
                        query -> Future.succeededFuture(connections.slowest(query, System.currentTimeMillis()))))
                .compose(serving -> bus.listen(Contract.CONTROL, control -> onControl(control, loop)))
                .compose(listening -> learnRevoked())
                .compose(learned -> listen(loop))
                .compose(open -> {
                    if (tls != null) {
                        tls.watch(open);
                    }
                    return newReporter.start();
                });
    }

    @Override
    public Future<?> stop() {
        if (reporter != null) {
            reporter.stop();
        }
        if (sources != null) {
            sources.stop();
        }
        connections.closeAll(CloseCode.DRAINED);
        if (hub != null) {
            hub.stop();
        }
        if (tls != null) {
            tls.stop();
        }
        if (meters != null) {
            meters.stop();
        }
        return server == null ? Future.succeededFuture() : server.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    /** A node that joins must not let in whom the others have shown out. */
    private Future<Void> learnRevoked() {
        return config.cluster().enabled()
                ? new RevokedSessions(vertx, (session, until) -> connections.revoke(session)).start()
                : Future.succeededFuture();
    }

    /** This instance on the bus: batches are sent to it, and it tells what it keeps. */
    private String consumer(Bus bus) {
        return bus.node() + "/ws-" + instance;
    }

    private Loop loop(Bus bus, Directory directory, Hub newHub) {
        Meters newMeters = new Meters();
        meters = newMeters;
        return new Loop(
                context,
                config,
                Long.toString(startedAt % 60_466_176, 36) + instance,
                newHub,
                new Frames(),
                new StreamEntitlement(config.ws().whitelist()),
                connections,
                Census.of(vertx),
                new Calls(bus, directory),
                new TokenVerifier(vertx, config.jwt()),
                config.apiKeys().keys().isEmpty() ? null : new ApiKeys(config.apiKeys(), config.jwt()),
                new ClientCertificates(config.tls().clients()),
                newMeters,
                new ClientAddress(new TrustedProxies(proxies())::contains));
    }

    /** The API port of this machine passes sockets on; on a developer's machine its word counts without being named. */
    private List<String> proxies() {
        List<String> proxies = new ArrayList<>(config.http().trustedProxies());
        if (!config.node().production()) {
            proxies.addAll(List.of("127.0.0.1", "::1"));
        }
        return proxies;
    }

    private Future<HttpServer> listen(Loop loop) {
        return vertx.fileSystem().readFile(CLIENT).compose(client -> {
            Edge edge = new Edge(loop, BridgeDoor.router(vertx, loop, Edge.BRIDGE)::handle, client);
            return options().compose(options -> {
                HttpServer newServer = vertx.createHttpServer(options);
                server = newServer;
                newServer.exceptionHandler(e -> LOG.debug("a connection broke before its request", e));
                newServer.connectionHandler(Leftovers::watch);
                return newServer.requestHandler(edge::handle).listen();
            });
        });
    }

    /** WebSockets are spoken over HTTP/1.1 only. */
    private Future<HttpServerOptions> options() {
        HttpServerOptions options =
                Edge.serverOptions(config.ws(), config.node().id());
        if (!config.tls().enabled()) {
            return Future.succeededFuture(options);
        }
        ServerTls secured = new ServerTls(vertx, config.tls());
        tls = secured;
        return secured.secure(options).map(secure -> secure.setUseAlpn(false));
    }

    private void onControl(Control control, Loop loop) {
        boolean ours =
                control.node().isEmpty() || control.node().equals(config.node().id());
        switch (control.kind()) {
            case REVOKE -> {
                loop.verifier().forget();
                connections.revoke(control.argument());
            }
            case KICK -> connections.kick(control.argument());
            case DRAIN -> {
                if (ours) {
                    connections.drain(config.node().drainMillis(), System.currentTimeMillis());
                    reportNow();
                }
            }
            default -> {
                // Not for connections.
            }
        }
    }

    private void sweep(Loop loop) {
        long now = System.currentTimeMillis();
        connections.sweep(now);
        loop.hub().sweep(now);
        loop.meters().update(loop.frames());
        loop.meters().update(loop.hub(), interest.storms(), connections.size(), connections.longestQueue(), now);
    }

    private void reportNow() {
        if (reporter != null) {
            reporter.now();
        }
    }

    private HealthReport report(Hub from, Sources streams) {
        Figures figures = from.figures();
        HealthReport.State state = connections.isDraining() ? HealthReport.State.DRAINING : HealthReport.State.UP;
        return new HealthReport(
                config.node().id(),
                Role.WS_FANOUT,
                instance,
                state,
                startedAt,
                streams.checks(),
                List.of(
                        new Figure("port", server == null ? 0 : server.actualPort()),
                        new Figure("clients", connections.size()),
                        new Figure("subscriptions", from.subscriptions()),
                        new Figure("subsPerConn", connections.mostSubscriptions()),
                        new Figure("subjects", from.subjects()),
                        new Figure("forwarded", figures.forwarded),
                        new Figure("dropped", figures.droppedFull + figures.droppedSubject),
                        new Figure("conflated", figures.conflated),
                        new Figure("encodes", figures.encodes),
                        new Figure("slow", figures.slow)));
    }
}
