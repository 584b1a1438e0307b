package io.xy.gateway.httpapi.front;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.Caller;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.httpapi.metrics.RouteMeters;
import io.xy.gateway.shared.error.Failure;

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
    private final long startedAt;
    private RouteMeters meters;
    private String name = "refused";
    private boolean prepared;
    private boolean over;

    /**
     * @param counted whether a stop waits for it
     * @param meters to count it under, unless it turns out to be for a route
     */
    RequestRecord(
            HttpFront front,
            Writer writer,
            HttpServerRequest request,
            String requestId,
            boolean counted,
            RouteMeters meters) {
        this.front = front;
        this.writer = writer;
        this.request = request;
        this.requestId = requestId;
        this.counted = counted;
        this.meters = meters;
        this.startedAt = System.nanoTime();
        request.response().endHandler(this).exceptionHandler(HttpFront.GONE);
    }

    HttpServerRequest request() {
        return request;
    }

    String requestId() {
        return requestId;
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

    /** Sets the headers that every answer of ours has. */
    RequestRecord prepare() {
        prepared = true;
        writer.prepare(request, requestId);
        return this;
    }

    @Override
    public void answer(Answer answer) {
        writer.write(request, answer, name);
    }

    void refuse(Failure failure) {
        if (!prepared) {
            prepare();
        }
        answer(Problems.answer(failure, requestId));
    }

    /** Refuses, and reads nothing more from this connection. */
    void refuseAndClose(Failure failure) {
        prepare();
        writer.write(request, Problems.answer(failure, requestId), name, true);
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
            HttpServerResponse response = request.response();
            int status = response.headWritten() ? response.getStatusCode() : CLIENT_CLOSED;
            front.onEnd(this, status, System.nanoTime() - startedAt);
        }
    }
}
