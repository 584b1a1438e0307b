package io.xy.gateway.httpapi.front;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends HTTP/2 connections whose client asks and then gives no window for the answer: it holds the answer in our memory
 * for as long as it likes, and pings keep its connection from being idle. Belongs to one event loop.
 */
final class StalledAnswers {
    private static final Logger LOG = LoggerFactory.getLogger(StalledAnswers.class);
    private static final long LIMIT_MILLIS = 15_000;
    private static final long SWEEP_MILLIS = 1_000;

    /** Since when; the oldest first, because all have the same time. */
    private final Map<HttpServerRequest, Long> waiting = new LinkedHashMap<>();

    StalledAnswers(Vertx vertx) {
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    /**
     * @param written done when the whole answer is with the operating system
     */
    void watch(HttpServerRequest request, Future<Void> written) {
        if (!written.isComplete()) {
            waiting.put(request, System.nanoTime());
            written.onComplete(done -> waiting.remove(request));
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        List<HttpServerRequest> late = new ArrayList<>();
        for (Map.Entry<HttpServerRequest, Long> each : waiting.entrySet()) {
            if (now - each.getValue() < LIMIT_MILLIS * 1_000_000) {
                break;
            }
            late.add(each.getKey());
        }
        for (HttpServerRequest request : late) {
            waiting.remove(request);
            request.connection().close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
        }
    }
}
