package io.xy.gateway.httpapi.front;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.LastWord;
import io.xy.gateway.httpapi.logging.AccessDesk;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.metrics.HttpMeters.Label;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.httpapi.outcome.IdempotencyKey;
import io.xy.gateway.httpapi.routing.CanonicalPath;
import io.xy.gateway.httpapi.routing.RouteTable;
import io.xy.gateway.shared.config.route.RouteTarget;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes every HTTP request of one instance: refuses what is ambiguous, names it, and hands it to whoever serves its
 * path. Belongs to one event loop.
 */
public final class HttpFront {
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");

    /** Who goes away before the end needs no answer. */
    static final Handler<Throwable> GONE = gone -> {};

    private final Routing routing;
    private final Writer writer;
    private final Cors cors;
    private final PassThrough passThrough;
    private final HealthPages health;
    private final Pages pages;
    private final HttpMeters meters;
    private final @Nullable AccessDesk access;
    private int inflight;
    private @Nullable Runnable onIdle;

    HttpFront(
            Routing routing,
            Writer writer,
            Cors cors,
            PassThrough passThrough,
            HealthPages health,
            Pages pages,
            HttpMeters meters,
            @Nullable AccessDesk access) {
        this.routing = routing;
        this.writer = writer;
        this.cors = cors;
        this.passThrough = passThrough;
        this.health = health;
        this.pages = pages;
        this.meters = meters;
        this.access = access;
    }

    /** How many requests are being worked on; tunnels are not requests. */
    public int inflight() {
        return inflight;
    }

    /** Calls back once, as soon as no request is being worked on. */
    public void whenIdle(Runnable callback) {
        if (inflight == 0) {
            callback.run();
        } else {
            onIdle = callback;
        }
    }

    /** Serves a request. */
    public void handle(HttpServerRequest request) {
        if (LastWord.isSaid(request.connection())) {
            return;
        }
        String requestId = RequestIds.of(request.getHeader(REQUEST_ID));
        Failure refusal = Strictness.refusal(request);
        CanonicalPath target = refusal == null ? CanonicalPath.of(request.uri()) : null;
        if (target == null) {
            routing.refusal(request);
            // Who sends such a request may see other borders between requests than we do.
            open(request, requestId, meters.of(Label.REFUSED, request.method()))
                    .refuseAndClose(
                            refusal == null ? GatewayError.BAD_REQUEST.notExecuted("The path is ambiguous") : refusal);
            return;
        }
        // Only a path without escapes is passed on: the other end must see what was decided on.
        String tree = request.uri().startsWith(target.path()) ? passThrough.tree(target.path()) : null;
        if (tree != null) {
            passOn(new RequestRecord(
                    this, writer, request, requestId, false, access != null, meters.of(tree, request.method())));
        } else {
            dispatch(
                    open(request, requestId, meters.of(Label.UNMATCHED, request.method()))
                            .prepare(),
                    target);
        }
    }

    private void passOn(RequestRecord record) {
        Failure excess = routing.refusal(record.request());
        if (excess != null) {
            record.refuse(excess);
        } else {
            passThrough.handle(record);
        }
    }

    /** Answers a request that the decoder could not read. */
    public void handleInvalid(HttpServerRequest request) {
        if (LastWord.isSaid(request.connection())) {
            return;
        }
        routing.refusal(request);
        open(request, RequestIds.of(null), meters.of(Label.UNDECODABLE, request.method()))
                .refuseAndClose(Strictness.undecodable(request));
    }

    private RequestRecord open(HttpServerRequest request, String requestId, RouteMeters label) {
        inflight++;
        meters.inFlight(1);
        return new RequestRecord(this, writer, request, requestId, true, access != null, label);
    }

    /**
     * The answer has been handed over, or nobody waits for it any more.
     *
     * @param nanos since the head of the request
     */
    void onEnd(RequestRecord record, int status, long nanos) {
        HttpServerRequest request = record.request();
        record.meters()
                .record(status, nanos, request.bytesRead(), request.response().bytesWritten());
        if (access != null) {
            access.add(record.entry(routing.client(request), nanos));
        }
        if (!record.counted()) {
            return;
        }
        inflight--;
        meters.inFlight(-1);
        Runnable callback = onIdle;
        if (inflight == 0 && callback != null) {
            onIdle = null;
            callback.run();
        }
    }

    private void dispatch(RequestRecord record, CanonicalPath target) {
        HttpServerRequest request = record.request();
        String method = request.method().name();
        if (method.equals("OPTIONS")) {
            options(record, target);
            return;
        }
        RouteTable.Place place = routing.table().find(target.path());
        RouteTable.Match match = place == null ? null : place.match(method);
        if (match != null) {
            run(record, target, match);
        } else {
            runUnrouted(record, target, place);
        }
    }

    /** Everything that is no route counts for its caller too, but a node must not seem dead because many call it. */
    private void runUnrouted(RequestRecord record, CanonicalPath target, RouteTable.@Nullable Place place) {
        HttpServerRequest request = record.request();
        String method = request.method().name();
        boolean get = method.equals("GET") || method.equals("HEAD");
        boolean healthPage = place == null && get && health.serves(target.path());
        Failure excess = healthPage && health.isProbe(target.path()) ? null : routing.refusal(request);
        if (excess != null) {
            record.refuse(excess);
        } else if (place != null) {
            notAllowed(record, method, place.allow());
        } else if (healthPage) {
            record.meters(meters.of(target.path(), request.method()));
            record.name(target.path());
            health.answer(target.path(), record::answer, record.requestId());
        } else if (get && pages.serves(target.path())) {
            record.meters(meters.of(Label.PAGE, request.method()));
            pages.handle(request);
        } else {
            notFound(record, method, target);
        }
    }

    private void run(RequestRecord record, CanonicalPath target, RouteTable.Match match) {
        HttpServerRequest request = record.request();
        record.meters(match.route().meters());
        if (match.route().config().target() instanceof RouteTarget.Http http
                && http.webSocket()
                && isForeign(request)) {
            record.refuse(GatewayError.FORBIDDEN.notExecuted("This origin may not open sockets"));
            return;
        }
        boolean keyed = request.headers().contains(IDEMPOTENCY_KEY);
        String key = keyed ? IdempotencyKey.of(request.headers().getAll(IDEMPOTENCY_KEY)) : "";
        if (key == null) {
            record.refuse(GatewayError.BAD_REQUEST.notExecuted("Idempotency-Key is malformed"));
            return;
        }
        boolean bodied = BodyReader.mayFollow(request);
        if (match.route().config().request().takesBody() || !key.isEmpty() || bodied) {
            request.pause();
        }
        String hop = PeerAddress.of(request.connection());
        Exchange.Origin origin = new Exchange.Origin(
                record.requestId(),
                target.query(),
                request.getHeader(HttpHeaders.AUTHORIZATION),
                routing.client(request, hop),
                hop,
                key,
                bodied,
                request);
        Exchange exchange = routing.exchange(match, origin, record.startedAt(), null, Payload.EMPTY, record);
        record.exchange(exchange);
        exchange.next();
    }

    private void options(RequestRecord record, CanonicalPath target) {
        HttpServerRequest request = record.request();
        record.meters(meters.of(Label.PREFLIGHT, request.method()));
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean preflight = origin != null && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        // A preflight is answered in any case: without it the browser would not show its page the refusal that follows.
        Failure excess = routing.refusal(request);
        if (excess != null && !preflight) {
            record.refuse(excess);
            return;
        }
        if (preflight && !cors.allows(origin)) {
            record.refuse(GatewayError.FORBIDDEN.notExecuted("Not allowed by CORS"));
            return;
        }
        RouteTable.Place place = routing.table().find(target.path());
        if (place == null) {
            notFound(record, "OPTIONS", target);
            return;
        }
        if (preflight) {
            cors.preflight(request.response().headers());
        }
        record.name("options");
        record.answer(new Answer(204, Answer.JSON, Payload.EMPTY, List.of("allow", place.allow()), null));
    }

    private static void notAllowed(RequestRecord record, String method, String allow) {
        record.request().response().headers().set(HttpHeaders.ALLOW, allow);
        record.refuse(GatewayError.METHOD_NOT_ALLOWED.notExecuted(method + " is not served here"));
    }

    private static void notFound(RequestRecord record, String method, CanonicalPath target) {
        String shown = target.path().length() > 200 ? target.path().substring(0, 200) : target.path();
        record.refuse(GatewayError.NOT_FOUND.notExecuted("Route " + method + ' ' + shown + " not found"));
    }

    /** Whether a page of somebody else's opens the socket; browsers always say whose it is. */
    private boolean isForeign(HttpServerRequest request) {
        List<String> origins = request.headers().getAll(HttpHeaders.ORIGIN);
        if (origins.isEmpty()) {
            return false;
        }
        String own = (request.isSSL() ? "https://" : "http://") + request.getHeader(HttpHeaders.HOST);
        return origins.size() > 1 || !origins.get(0).equals(own) && !cors.allows(origins.get(0));
    }
}
