package io.xy.gateway.health;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.config.ManagementConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.message.HealthQuery.View;
import io.xy.gateway.shared.message.HealthSnapshot;
import java.net.BindException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The management port: maps paths to pages. Read only; knows nothing of what the pages say. What only operators may see is
 * behind the admin key, and not there at all without one.
 */
final class ManagementServer {
    private static final Logger LOG = LoggerFactory.getLogger(ManagementServer.class);

    private static final int LONGEST_LINE = 1_024;
    private static final int LARGEST_HEADERS = 8_192;
    private static final int IDLE_SECONDS = 30;
    private static final int CONNECTIONS = 256;
    private static final long CLOSE_SECONDS = 2;

    private static final Map<String, View> VIEWS = Map.ofEntries(
            Map.entry("/health", View.HEALTH),
            Map.entry("/health/liveness", View.LIVENESS),
            Map.entry("/live", View.LIVENESS),
            Map.entry("/health/readiness", View.READINESS),
            Map.entry("/ready", View.READINESS),
            Map.entry("/health/detailed", View.DETAILED),
            Map.entry("/api/v1/health", View.DETAILED),
            Map.entry("/healthz", View.HEALTHZ),
            Map.entry("/metrics", View.METRICS),
            Map.entry("/version", View.VERSION));

    private static final String SLOW = "/admin/slow";
    private static final String ADMIN_KEY = "X-Admin-Key";

    private final Function<View, Future<HealthSnapshot>> pages;
    private final Map<String, View> views;
    private final Supplier<Future<HealthSnapshot>> slow;
    private final AdminKey adminKey;
    private final ManagementConfig config;
    private final HttpServer server;
    private int connections;

    /**
     * @param slow the page of slow connections
     */
    ManagementServer(
            Vertx vertx,
            ManagementConfig config,
            Function<View, Future<HealthSnapshot>> pages,
            Supplier<Future<HealthSnapshot>> slow) {
        this.pages = pages;
        this.views = new HashMap<>(VIEWS);
        views.putIfAbsent(config.healthzPath(), View.HEALTHZ);
        views.putIfAbsent(config.metricsPath(), View.METRICS);
        this.slow = slow;
        this.adminKey = new AdminKey(config.adminKey());
        this.config = config;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LARGEST_HEADERS)
                        .setIdleTimeout(IDLE_SECONDS)
                        .setHttp2ClearTextEnabled(false)
                        .setCompressionSupported(true))
                .connectionHandler(connection -> {
                    if (++connections > CONNECTIONS) {
                        connection.close().onFailure(gone -> LOG.debug("a surplus connection was gone already"));
                    }
                    connection.closeHandler(closed -> connections--);
                })
                .requestHandler(this::onRequest);
    }

    /** Fails with {@link BindException} when the port is taken or not ours, whatever the transport calls it. */
    Future<Void> listen() {
        return server.listen(config.port(), config.host()).recover(this::named).mapEmpty();
    }

    /** The port that was bound; 0 before. */
    int port() {
        return server.actualPort();
    }

    Future<Void> stop() {
        return server.shutdown(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private Future<HttpServer> named(Throwable cause) {
        BindException named =
                new BindException("management " + config.host() + ":" + config.port() + ": " + cause.getMessage());
        named.initCause(cause);
        return Future.failedFuture(named);
    }

    private void onRequest(HttpServerRequest request) {
        View view = views.get(path(request));
        boolean admin = adminKey.isConfigured() && path(request).equals(SLOW);
        if (view == null && !admin) {
            refuse(request, GatewayError.NOT_FOUND.notExecuted("No page of this name is served here"));
        } else if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            request.response().putHeader("Allow", "GET, HEAD");
            refuse(request, GatewayError.METHOD_NOT_ALLOWED.notExecuted("Only GET and HEAD are served here"));
        } else if (view != null) {
            show(request, pages.apply(view));
        } else if (adminKey.admits(request.headers().getAll(ADMIN_KEY))) {
            show(request, slow.get());
        } else {
            refuse(request, GatewayError.UNAUTHORIZED.notExecuted("This page needs the admin key"));
        }
    }

    private static void show(HttpServerRequest request, Future<HealthSnapshot> made) {
        made.onSuccess(page -> answer(
                        request, page.status(), page.contentType(), page.body().toBuffer()))
                .onFailure(cause -> onFailure(request, cause));
    }

    private static void onFailure(HttpServerRequest request, Throwable cause) {
        LOG.error("the page {} could not be made", path(request), cause);
        refuse(request, GatewayException.failureOf(cause));
    }

    private static String path(HttpServerRequest request) {
        @Nullable String path = request.path();
        return path == null ? "" : path;
    }

    private static boolean hasBody(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        return request.getHeader("Transfer-Encoding") != null || (length != null && !length.equals("0"));
    }

    private static void refuse(HttpServerRequest request, Failure failure) {
        GatewayError error = failure.error();
        Buffer problem = new JsonObject()
                .put(
                        "type",
                        "urn:xy-gateway:error:" + error.code().replace('_', '-').toLowerCase(Locale.ROOT))
                .put("title", error.title())
                .put("status", error.status())
                .put("code", error.code())
                .put("detail", failure.detail())
                .toBuffer();
        answer(request, error.status(), "application/problem+json", problem);
    }

    private static void answer(HttpServerRequest request, int status, String contentType, Buffer body) {
        HttpServerResponse response = request.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader("Content-Type", contentType)
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("X-Frame-Options", "DENY")
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (hasBody(request)) {
            response.putHeader("Connection", "close");
        }
        Future<Void> sent;
        if (request.method() == HttpMethod.HEAD) {
            response.putHeader("Content-Length", Integer.toString(body.length()));
            sent = response.end();
        } else {
            sent = response.end(body);
        }
        // Nobody asked for a body, so none is read to its end.
        Future<Void> done =
                hasBody(request) ? sent.eventually(() -> request.connection().close()) : sent;
        done.onFailure(gone -> LOG.debug("the caller of {} was gone", request.path()));
    }
}
