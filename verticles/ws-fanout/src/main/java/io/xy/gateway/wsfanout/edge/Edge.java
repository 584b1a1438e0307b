package io.xy.gateway.wsfanout.edge;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.shared.config.WsConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.wsfanout.connection.Loop;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The front door of the streaming port: sends each request to what serves its path, and everything else away. */
public final class Edge {
    /** Where the event-bus bridge lives. */
    public static final String BRIDGE = "/eventbus";

    private static final String CLIENT = "/client/xy-client.js";
    private static final int SEND_BUFFER = 131_072;
    private static final int READ_IDLE_SECONDS = 90;
    private static final int CLOSING_SECONDS = 3;
    private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

    private final Loop loop;
    private final Admission admission;
    private final Upgrade upgrade;
    private final Handler<HttpServerRequest> bridge;
    private final Buffer client;

    /**
     * @param bridge serves everything below {@link #BRIDGE}
     * @param client the browser client's source
     */
    public Edge(Loop loop, Handler<HttpServerRequest> bridge, Buffer client) {
        this.loop = loop;
        this.admission = new Admission(
                loop,
                new Origins(loop.config().ws().origins(), !loop.config().node().production()));
        this.upgrade = new Upgrade(loop, admission);
        this.bridge = bridge;
        this.client = client;
    }

    /** How the streaming port's server is set up. Port 0 becomes one free port for all instances of the node. */
    public static HttpServerOptions serverOptions(WsConfig ws, String node) {
        // Vert.x shares a random port between servers that were given the same negative number.
        int port = ws.port() == 0 ? -1 - (node.hashCode() & 0xffff) : ws.port();
        return new HttpServerOptions()
                .setHost(ws.host())
                .setPort(port)
                // Both kinds of compression let a small frame become a large one, and none is worth it here.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(ws.maxFrameBytes())
                .setMaxWebSocketMessageSize(ws.maxFrameBytes())
                // What is selected has been decided before: see Upgrade.
                .setWebSocketSubProtocols(List.of("*"))
                .setWebSocketClosingTimeout(CLOSING_SECONDS)
                // A large kernel buffer would hide seconds of old prices from conflation.
                .setSendBufferSize(SEND_BUFFER)
                // A peer from which nothing comes, not even an answer to a ping, is gone.
                .setReadIdleTimeout(READ_IDLE_SECONDS)
                .setMaxInitialLineLength(8_192)
                .setMaxHeaderSize(16_384)
                .setTcpNoDelay(true);
    }

    public void handle(HttpServerRequest request) {
        String path = request.path();
        if (path == null) {
            notFound(request);
        } else if (path.equals(loop.config().ws().path())) {
            upgrade.handle(request);
        } else if (path.equals(BRIDGE) || path.startsWith(BRIDGE + '/')) {
            onBridge(request);
        } else if (path.equals(CLIENT)) {
            onClient(request);
        } else {
            notFound(request);
        }
    }

    private void onBridge(HttpServerRequest request) {
        Failure refusal = admission.refusal(request);
        if (refusal == null && request.canUpgradeToWebSocket()) {
            refusal = admission.pacing(System.currentTimeMillis());
        }
        if (refusal != null) {
            refuse(request, refusal, Admission.legacy(refusal));
        } else {
            bridge.handle(request);
        }
    }

    private void onClient(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            refuse(request, GatewayError.METHOD_NOT_ALLOWED.notExecuted("Only GET and HEAD"), "");
            return;
        }
        request.response()
                .putHeader("content-type", "text/javascript; charset=utf-8")
                .putHeader("cache-control", "no-cache")
                .putHeader("x-content-type-options", "nosniff")
                .end(client)
                .onFailure(e -> LOG.debug("a client was gone before its script"));
    }

    private void notFound(HttpServerRequest request) {
        refuse(request, GatewayError.NOT_FOUND.notExecuted("There is nothing at this address"), "");
    }

    private void refuse(HttpServerRequest request, Failure failure, String legacy) {
        loop.meters().refused(Problems.send(request, failure, legacy), legacy, failure);
    }
}
