package io.xy.gateway.httpapi.front;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.httpapi.routing.CanonicalPath;
import io.xy.gateway.httpapi.routing.RouteTable;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Payload;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes every HTTP request of one instance: refuses what is ambiguous, names it, and hands it to whoever serves its
 * path. Belongs to one event loop.
 */
public final class HttpFront {
    private static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence IDEMPOTENCY_KEY = HttpHeaders.createOptimized("idempotency-key");
    private static final int MAX_KEY = 128;
    /** HTTP clients do not say how long they wait: the route's own limit is shorter. */
    private static final long NO_DEADLINE_MILLIS = 86_400_000;

    private final Routing routing;
    private final Writer writer;
    private final Cors cors;
    private final PassThrough passThrough;
    private final HealthPages health;
    private final Pages pages;
    private int inflight;
    private @Nullable Runnable onIdle;

    HttpFront(Routing routing, Writer writer, Cors cors, PassThrough passThrough, HealthPages health, Pages pages) {
        this.routing = routing;
        this.writer = writer;
        this.cors = cors;
        this.passThrough = passThrough;
        this.health = health;
        this.pages = pages;
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
        String requestId = RequestIds.of(request.getHeader(REQUEST_ID));
        Failure refusal = Strictness.refusal(request);
        CanonicalPath target = refusal == null ? CanonicalPath.of(request.uri()) : null;
        if (target == null) {
            Failure failure = refusal == null ? GatewayError.BAD_REQUEST.notExecuted("The path is ambiguous") : refusal;
            writer.prepare(request, requestId);
            // Who sends such a request may see other borders between requests than we do.
            writer.write(request, Problems.answer(failure, requestId), "refused", true);
        } else if (passThrough.serves(target.path()) && request.uri().startsWith(target.path())) {
            // Only a path without escapes is passed on: the other end must see what was decided on.
            passThrough.handle(request, failure -> {
                writer.prepare(request, requestId);
                refuse(request, requestId, failure);
            });
        } else {
            writer.prepare(request, requestId);
            track(request);
            dispatch(request, requestId, target);
        }
    }

    /** Answers a request that the decoder could not read. */
    public void handleInvalid(HttpServerRequest request) {
        String requestId = RequestIds.of(null);
        writer.prepare(request, requestId);
        Answer answer = Problems.answer(Strictness.undecodable(request), requestId);
        writer.write(request, answer, "undecodable", true);
    }

    private void track(HttpServerRequest request) {
        inflight++;
        request.response().endHandler(end -> untrack());
        request.response().exceptionHandler(gone -> {});
    }

    private void untrack() {
        inflight--;
        Runnable callback = onIdle;
        if (inflight == 0 && callback != null) {
            onIdle = null;
            callback.run();
        }
    }

    private void dispatch(HttpServerRequest request, String requestId, CanonicalPath target) {
        String method = request.method().name();
        if (method.equals("OPTIONS")) {
            options(request, requestId, target);
            return;
        }
        boolean get = method.equals("GET") || method.equals("HEAD");
        RouteTable.Place place = routing.table().find(target.path());
        if (place != null) {
            RouteTable.Match match = place.match(method);
            if (match == null) {
                notAllowed(request, requestId, method, place.allow());
            } else {
                run(request, requestId, target, match);
            }
        } else if (get && health.serves(target.path())) {
            health.answer(target.path(), answer -> writer.write(request, answer, target.path()), requestId);
        } else if (get && pages.serves(target.path())) {
            pages.handle(request);
        } else {
            notFound(request, requestId, method, target);
        }
    }

    private void run(HttpServerRequest request, String requestId, CanonicalPath target, RouteTable.Match match) {
        String key = request.getHeader(IDEMPOTENCY_KEY);
        if (key != null && !isKey(key)) {
            refuse(request, requestId, GatewayError.BAD_REQUEST.notExecuted("Idempotency-Key is malformed"));
            return;
        }
        if (match.route().config().request().takesBody() || mayHaveBody(request)) {
            request.pause();
        }
        Exchange.Origin origin = new Exchange.Origin(
                requestId,
                target.query(),
                request.getHeader(HttpHeaders.AUTHORIZATION),
                routing.client(request),
                key == null ? "" : key,
                request);
        String name = match.route().config().name();
        Consumer<Answer> sink = answer -> writer.write(request, answer, name);
        routing.exchange(match, origin, Deadline.in(NO_DEADLINE_MILLIS), Payload.EMPTY, sink)
                .next();
    }

    private void options(HttpServerRequest request, String requestId, CanonicalPath target) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        boolean preflight = origin != null && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (preflight && !cors.allows(origin)) {
            refuse(request, requestId, GatewayError.FORBIDDEN.notExecuted("Not allowed by CORS"));
            return;
        }
        RouteTable.Place place = routing.table().find(target.path());
        if (place == null) {
            notFound(request, requestId, "OPTIONS", target);
            return;
        }
        if (preflight) {
            cors.preflight(request.response().headers());
        }
        List<String> allow = List.of("allow", place.allow());
        writer.write(request, new Answer(204, Answer.JSON, Payload.EMPTY, allow, null), "options");
    }

    private void notAllowed(HttpServerRequest request, String requestId, String method, String allow) {
        Failure failure = GatewayError.METHOD_NOT_ALLOWED.notExecuted(method + " is not served here");
        request.response().headers().set(HttpHeaders.ALLOW, allow);
        refuse(request, requestId, failure);
    }

    private void notFound(HttpServerRequest request, String requestId, String method, CanonicalPath target) {
        String shown = target.path().length() > 200 ? target.path().substring(0, 200) : target.path();
        refuse(request, requestId, GatewayError.NOT_FOUND.notExecuted("Route " + method + ' ' + shown + " not found"));
    }

    private void refuse(HttpServerRequest request, String requestId, Failure failure) {
        writer.write(request, Problems.answer(failure, requestId), "refused");
    }

    private static boolean mayHaveBody(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2
                || request.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private static boolean isKey(String key) {
        if (key.isEmpty() || key.length() > MAX_KEY) {
            return false;
        }
        for (int i = 0; i < key.length(); i++) {
            if (key.charAt(i) <= 0x20 || key.charAt(i) > 0x7e) {
                return false;
            }
        }
        return true;
    }
}
