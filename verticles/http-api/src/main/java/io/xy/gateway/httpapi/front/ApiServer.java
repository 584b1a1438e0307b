package io.xy.gateway.httpapi.front;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.impl.VertxConnection;
import io.xy.gateway.httpapi.exchange.HeaderNames;
import io.xy.gateway.httpapi.exchange.TurnFlush;
import io.xy.gateway.httpapi.limits.OpenConnections;
import io.xy.gateway.httpapi.logging.AccessDesk;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.openapi.OpenApi;
import io.xy.gateway.shared.bus.Bus;
import io.xy.gateway.shared.config.GatewayConfig;
import io.xy.gateway.shared.config.HttpConfig;
import io.xy.gateway.shared.runtime.Directory;
import io.xy.gateway.shared.security.ServerTls;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server of one instance. All instances of a node share one port. Reaches into Vert.x; checked against
 * 5.0.12. Belongs to one event loop.
 */
public final class ApiServer {
    /** A free port that all instances share; Vert.x knows such a port by its negative number, and this one is ours. */
    private static final int SHARED_FREE_PORT = -3001;

    private static final int MAX_LINE = 4_096;
    private static final int MAX_STREAMS = 100;
    /** A client that takes back so many streams in so many seconds does nothing else (CVE-2023-44487). */
    private static final int MAX_RESETS = 100;

    private static final int RESET_SECONDS = 10;
    private static final long TUNNEL_MILLIS = 1_000;

    private final Vertx vertx;
    private final GatewayConfig config;
    private final HttpFront front;
    private final PassThrough passThrough;
    private final Admission admission;
    private final ServerTls tls;
    private @Nullable HttpServer server;

    /**
     * @param open shared by all instances of the node
     */
    public ApiServer(
            Vertx vertx,
            GatewayConfig config,
            Bus bus,
            Directory directory,
            Routing routing,
            OpenConnections open,
            HttpMeters meters,
            @Nullable AccessDesk access) {
        this.vertx = vertx;
        this.config = config;
        this.admission = new Admission(open, meters);
        this.tls = new ServerTls(vertx, config.tls());
        HttpConfig http = config.http();
        Cors cors = new Cors(http.corsOrigins(), !config.node().production());
        Writer writer = new Writer(cors, http);
        this.passThrough = new PassThrough(vertx, config, new FanOut(config, directory), routing::client);
        tls.onCertificate(passThrough::trust);
        HealthPages health = new HealthPages(bus, directory, http.publishManagement());
        OpenApi description = new OpenApi(config, routing.routes(), health.descriptions());
        this.front = new HttpFront(
                routing,
                writer,
                cors,
                passThrough,
                health,
                new Pages(vertx, writer, new ApiDocument(description.document())),
                meters,
                access);
    }

    /** Fails when the port is taken, in the words of the transport. */
    public Future<Void> listen() {
        HttpConfig http = config.http();
        HttpServerOptions options = new HttpServerOptions()
                .setHost(http.host())
                .setPort(http.port() == 0 ? SHARED_FREE_PORT : http.port())
                .setIdleTimeout((int) http.idleTimeoutMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setMaxHeaderSize(http.maxHeaderBytes())
                .setMaxInitialLineLength(MAX_LINE)
                .setHttp2ClearTextEnabled(false)
                .setInitialSettings(new Http2Settings()
                        .setMaxConcurrentStreams(MAX_STREAMS)
                        .setMaxHeaderListSize(http.maxHeaderBytes())
                        .setPushEnabled(false))
                .setHttp2RstFloodMaxRstFramePerWindow(MAX_RESETS)
                .setHttp2RstFloodWindowDuration(RESET_SECONDS)
                .setHttp2RstFloodWindowDurationTimeUnit(TimeUnit.SECONDS)
                .setDecompressionSupported(false)
                .setCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setHandle100ContinueAutomatically(false);
        return config.tls().enabled() ? tls.secure(options).compose(this::listen) : listen(options);
    }

    private Future<Void> listen(HttpServerOptions options) {
        SlowHeads slowHeads = new SlowHeads(vertx);
        HeaderNames names = new HeaderNames();
        Http2Guards guards = new Http2Guards(vertx);
        HttpServer created = vertx.createHttpServer(options)
                .connectionHandler(connection -> onConnection(connection, options, slowHeads, names, guards))
                .requestHandler(front::handle)
                .invalidRequestHandler(front::handleInvalid);
        server = created;
        return created.listen().map(listening -> {
            if (options.isSsl()) {
                tls.watch(created);
            }
            return null;
        });
    }

    private void onConnection(
            HttpConnection connection,
            HttpServerOptions options,
            SlowHeads slowHeads,
            HeaderNames names,
            Http2Guards guards) {
        if (admission.admits(connection)) {
            StrictDecoder.install(connection, options, slowHeads, names);
            if (connection instanceof VertxConnection http1) {
                TurnFlush.install(http1.channel());
            }
            guards.watch(connection);
        }
    }

    /** The bound port; 0 when it is not listening. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    public int inflight() {
        return front.inflight();
    }

    public int tunnels() {
        return passThrough.tunnels().size();
    }

    /** Finishes what is being worked on, within the limit, and closes. May follow a failed {@link #listen}. */
    public Future<Void> stop(long drainMillis) {
        tls.stop();
        HttpServer running = server;
        if (running == null) {
            return Future.succeededFuture();
        }
        Promise<Void> idle = Promise.promise();
        front.whenIdle(idle::tryComplete);
        long timer = vertx.setTimer(Math.max(1, drainMillis), id -> idle.tryComplete());
        return idle.future().onComplete(done -> vertx.cancelTimer(timer)).compose(done -> {
            passThrough.tunnels().close();
            return running.shutdown(TUNNEL_MILLIS, TimeUnit.MILLISECONDS);
        });
    }
}
