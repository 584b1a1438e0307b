package io.xy.gateway.simulator.upstreams;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in for the seven HTTP services of the trading API, on one loopback port. Serves the paths that the services
 * have, not those of the gateway. Belongs to one event loop.
 */
public final class StandIns {
    private static final Logger LOG = LoggerFactory.getLogger(StandIns.class);
    private static final int MAX_BODY = 1 << 20;

    /** What one request wants. */
    record Ask(String method, String path, String user, JsonObject body) {
        /** The path's segment, from 0; empty beyond its end. */
        String segment(int index) {
            String[] segments = path.substring(1).split("/");
            return index < segments.length ? segments[index] : "";
        }
    }

    /** Status and body. */
    record Said(int status, @Nullable Object body) {
        static Said ok(Object body) {
            return new Said(200, body);
        }

        static Said missing(String what) {
            return new Said(404, new JsonObject().put("error", what + " not found"));
        }
    }

    /** One service: null when the path is none of its own. */
    interface Service {
        @Nullable
        Said answer(Ask ask);
    }

    private final Vertx vertx;
    private final Map<String, Service> services = new LinkedHashMap<>();
    private @Nullable HttpServer server;

    public StandIns(Vertx vertx) {
        this.vertx = vertx;
        Markets markets = new Markets();
        Accounts accounts = new Accounts();
        services.put("/api/v1/market-data", markets);
        services.put("/api/v1/orders", new Orders());
        services.put("/api/v1/strategies", new Strategies());
        services.put("/api/v1/risk", new Risk());
        services.put("/api/v1/configurations", new Settings());
        services.put("/api/v1/dashboard", new Dashboard());
        services.put("/api/", accounts);
    }

    /**
     * Listens; when the port is taken, most likely by the stand-ins of another node, those serve.
     *
     * @param port 0 takes a free one
     * @return the port; 0 when it was taken
     */
    public Future<Integer> start(int port) {
        HttpServer created = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setIdleTimeout(60)
                        .setPerMessageWebSocketCompressionSupported(false)
                        .setPerFrameWebSocketCompressionSupported(false))
                .requestHandler(this::onRequest)
                .webSocketHandler(StandIns::onSocket);
        server = created;
        return created.listen().map(HttpServer::actualPort).recover(e -> {
            LOG.warn("no stand-ins for HTTP services on port {}: {}", port, e.getMessage());
            return Future.succeededFuture(0);
        });
    }

    /** Ends it; may follow a start that failed. */
    public Future<Void> stop() {
        return server == null ? Future.succeededFuture() : server.close();
    }

    private void onRequest(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        if (length != null && length.length() > 7 || request.path() == null) {
            answer(request, new Said(413, new JsonObject().put("error", "too large")));
            return;
        }
        request.body()
                .onSuccess(body -> {
                    JsonObject json =
                            body.length() == 0 || body.length() > MAX_BODY ? new JsonObject() : json(body.toString());
                    answer(
                            request,
                            json == null
                                    ? new Said(400, new JsonObject().put("error", "not JSON"))
                                    : say(request, json));
                })
                .onFailure(e -> LOG.debug("a caller went away: {}", e.getMessage()));
    }

    private Said say(HttpServerRequest request, JsonObject body) {
        String path = request.path();
        if (path.equals("/health")) {
            return Said.ok(new JsonObject().put("status", "ok"));
        }
        String user = request.getHeader("X-User-Id");
        Ask ask = new Ask(request.method().name(), path, user == null ? "" : user, body);
        for (Map.Entry<String, Service> service : services.entrySet()) {
            if (path.startsWith(service.getKey())) {
                Said said = service.getValue().answer(ask);
                return said == null ? Said.missing(path) : said;
            }
        }
        return Said.missing(path);
    }

    private static @Nullable JsonObject json(String text) {
        try {
            return new JsonObject(text);
        } catch (DecodeException e) {
            return null;
        }
    }

    private static void answer(HttpServerRequest request, Said said) {
        request.response().setStatusCode(said.status());
        Object body = said.body();
        Future<Void> sent = body == null
                ? request.response().end()
                : request.response()
                        .putHeader("Content-Type", "application/json")
                        .end(Json.encode(body));
        sent.onFailure(e -> LOG.debug("a caller went away: {}", e.getMessage()));
    }

    /** The dashboard's socket: every subscription is answered with the present state, as JSON. */
    private static void onSocket(ServerWebSocket socket) {
        if (!"/ws".equals(socket.path())) {
            socket.close((short) 1008, "no such socket").onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
            return;
        }
        int[] seq = {0};
        socket.textMessageHandler(text -> {
            JsonObject asked = json(text);
            String type = asked == null ? "" : asked.getString("type", "");
            JsonObject said = type.isEmpty()
                    ? new JsonObject().put("type", "error").put("error", "unknown message")
                    : Dashboard.snapshot(++seq[0]).put("re", type);
            socket.writeTextMessage(said.encode()).onFailure(e -> LOG.debug("a socket is gone: {}", e.getMessage()));
        });
    }
}
