package io.xy.gateway.httpapi.front;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Caller;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.httpapi.logging.AccessEntry;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request from its head to the end of its answer, and what is remembered of it. Handles the end of the response.
 * Belongs to one event loop.
 */
final class RequestRecord implements Caller, Handler<Void> {
    /** The client went away before there was an answer; the word of nginx for it. */
    private static final int CLIENT_CLOSED = 499;

    private final HttpFront front;
    private final Writer writer;
    private final HttpServerRequest request;
    private final String requestId;
    private final boolean counted;
    private final boolean timed;
    private final long startedAt = System.nanoTime();
    private RouteMeters meters;
    private String name = "refused";
    private @Nullable Exchange exchange;
    private @Nullable Failure failure;
    private long targetAt;
    private long connectedAt;
    private long answeredAt;
    private boolean prepared;
    private boolean over;

    /**
     * @param counted whether a stop waits for it
     * @param timed whether it will be asked for an {@link #entry}
     * @param meters to count it under, unless it turns out to be for a route
     */
    RequestRecord(
            HttpFront front,
            Writer writer,
            HttpServerRequest request,
            String requestId,
            boolean counted,
            boolean timed,
            RouteMeters meters) {
        this.front = front;
        this.writer = writer;
        this.request = request;
        this.requestId = requestId;
        this.counted = counted;
        this.timed = timed;
        this.meters = meters;
        request.response().endHandler(this).exceptionHandler(HttpFront.GONE);
    }

    HttpServerRequest request() {
        return request;
    }

    String requestId() {
        return requestId;
    }

    /** By {@link System#nanoTime}. */
    long startedAt() {
        return startedAt;
    }

    boolean counted() {
        return counted;
    }

    RouteMeters meters() {
        return meters;
    }

    void meters(RouteMeters found) {
        meters = found;
    }

    /** Says what serves the request. */
    void name(String found) {
        name = found;
    }

    void exchange(Exchange started) {
        exchange = started;
        name = started.route().name();
    }

    /** Sets the headers that every answer of ours has. */
    RequestRecord prepare() {
        prepared = true;
        writer.prepare(request, requestId);
        return this;
    }

    @Override
    public void answer(Answer answer) {
        failure = answer.failure();
        writer.write(request, answer, name);
    }

    void refuse(Failure because) {
        if (!prepared) {
            prepare();
        }
        answer(Problems.answer(because, requestId));
    }

    /** Refuses, and reads nothing more from this connection. */
    void refuseAndClose(Failure because) {
        prepare();
        failure = because;
        writer.write(request, Problems.answer(because, requestId), name, true);
    }

    @Override
    public void reached(Point point) {
        if (timed) {
            switch (point) {
                case TARGET -> targetAt = System.nanoTime();
                case CONNECTED -> connectedAt = System.nanoTime();
                case ANSWERED -> answeredAt = System.nanoTime();
            }
        }
    }

    @Override
    public void upgraded() {
        end();
    }

    @Override
    public void handle(Void end) {
        end();
    }

    private void end() {
        if (!over) {
            over = true;
            front.onEnd(this, status(), System.nanoTime() - startedAt);
        }
    }

    private int status() {
        HttpServerResponse response = request.response();
        return response.headWritten() ? response.getStatusCode() : CLIENT_CLOSED;
    }

    /**
     * The line of the access log.
     *
     * @param client its address
     * @param nanos the whole time
     */
    AccessEntry entry(String client, long nanos) {
        HttpServerResponse response = request.response();
        Exchange call = exchange;
        return new AccessEntry(
                System.currentTimeMillis(),
                requestId,
                client,
                request.version().alpnName(),
                meters.method(),
                meters.path(),
                call == null ? "" : call.route().name(),
                call == null || call.principal().equals(Principal.anonymous())
                        ? ""
                        : call.principal().id(),
                status(),
                request.bytesRead(),
                response.bytesWritten(),
                failure,
                response.ended() || status() == 101,
                new AccessEntry.Timing(
                        nanos,
                        stretch(startedAt, targetAt),
                        stretch(targetAt, connectedAt),
                        stretch(connectedAt == 0 ? targetAt : connectedAt, answeredAt)));
    }

    private static long stretch(long from, long to) {
        return from == 0 || to == 0 ? -1 : to - from;
    }
}
