package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandler;
import io.vertx.ext.web.handler.sockjs.SockJSHandlerOptions;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.xy.gateway.shared.security.ClientCertificates;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.connection.Visitor;
import java.security.cert.X509Certificate;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The SockJS endpoints: transports and sessions are the library's, what goes through them is {@link BridgeConnection}. */
public final class BridgeDoor {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeDoor.class);
    /** Transports by which a client takes what was sent to it. */
    private static final Set<String> RECEIVING = Set.of("xhr", "xhr_streaming", "eventsource", "htmlfile", "jsonp");

    private final Loop loop;
    private final SessionBook sessions;
    private long opened;

    private BridgeDoor(Vertx vertx, Loop loop, String path) {
        this.loop = loop;
        this.sessions = new SessionBook(vertx, path);
    }

    /**
     * @param path without a slash at the end
     */
    public static Router router(Vertx vertx, Loop loop, String path) {
        BridgeDoor door = new BridgeDoor(vertx, loop, path);
        SockJSHandler handler = SockJSHandler.create(
                vertx, new SockJSHandlerOptions().setInsertJSESSIONID(false).setRegisterWriteHandler(false));
        Router router = Router.router(vertx);
        router.route(path + "/*").handler(door::admit);
        router.post(path + "/*")
                .handler(BodyHandler.create(false)
                        .setBodyLimit(loop.config().ws().maxFrameBytes()));
        router.route().failureHandler(BridgeDoor::onFailure);
        router.route(path + "/*").subRouter(handler.socketHandler(door::open));
        return router;
    }

    /** A client's mistake, answered with its status alone; nothing of it is an error of ours. */
    private static void onFailure(RoutingContext context) {
        int status = context.statusCode() < 400 ? 500 : context.statusCode();
        LOG.debug("a bridge request failed with {}", status);
        if (!context.response().ended()) {
            context.response().setStatusCode(status).end().onFailure(e -> LOG.debug("gone before its refusal"));
        }
    }

    private void admit(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (!sessions.admits(request.path(), owner(request))) {
            context.fail(403);
            return;
        }
        announceEnd(context);
        context.next();
    }

    /**
     * The library cuts the connection after each answer of these transports (vertx-web issue 2862). A client or proxy that
     * is not told uses it for the next request, which is lost, and the session with it.
     */
    private static void announceEnd(RoutingContext context) {
        HttpServerRequest request = context.request();
        String transport = request.path().substring(request.path().lastIndexOf('/') + 1);
        if (RECEIVING.contains(transport) && request.method() != HttpMethod.OPTIONS) {
            context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            context.addEndHandler(ended ->
                    request.connection().close().onFailure(e -> LOG.debug("a bridge connection was cut already")));
        }
    }

    /** Who may use a session: its address and, when it showed a certificate, whose that is. */
    private String owner(HttpServerRequest request) {
        X509Certificate shown = loop.certificates().shown(request);
        Principal holder = shown == null ? null : loop.certificates().verify(shown);
        String address = loop.client(request.remoteAddress(), request.headers());
        return holder == null ? address : address + ' ' + holder.session();
    }

    private void open(SockJSSocket socket) {
        HttpServerRequest request = socket.routingContext().request();
        sessions.opened(request.path(), owner(request));
        new BridgeConnection(
                        loop,
                        "b-" + loop.boot() + '-' + Long.toString(++opened, 36),
                        socket,
                        visitor(request),
                        () -> sessions.closed(request.path()))
                .open();
    }

    /** Whom the certificate of the connection names; everybody else says who it is in its frames. */
    private Visitor visitor(HttpServerRequest request) {
        Visitor visitor = new Visitor();
        X509Certificate shown = loop.certificates().shown(request);
        if (shown == null) {
            if (loop.config().jwt().optional()) {
                visitor.is(Principal.anonymous(), "");
            }
            return visitor;
        }
        Principal holder = loop.certificates().verify(shown);
        if (holder != null && !loop.connections().isRevoked(holder)) {
            visitor.is(holder, ClientCertificates.credential(shown));
        }
        return visitor;
    }
}
