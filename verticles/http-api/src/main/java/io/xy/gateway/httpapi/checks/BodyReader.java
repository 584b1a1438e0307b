package io.xy.gateway.httpapi.checks;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.httpapi.exchange.Stage;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Payload;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads request bodies into memory, up to a limit of bytes and of time. One per event loop: a single sweep watches
 * all bodies under way, oldest first, so that a body costs no timer of its own.
 */
public final class BodyReader implements Stage {
    private static final long LIMIT_MILLIS = 5_000;
    private static final long SWEEP_MILLIS = 1_000;

    private final long maxBytes;
    /** When each body must have come; the oldest first, because all have the same time. */
    private final Map<Exchange, Long> waiting = new LinkedHashMap<>();

    public BodyReader(Vertx vertx, long maxBytes) {
        this.maxBytes = maxBytes;
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    @Override
    public void run(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        if (http == null) {
            exchange.next();
            return;
        }
        waiting.put(exchange, System.nanoTime() + LIMIT_MILLIS * 1_000_000);
        Buffer body = Buffer.buffer();
        http.handler(chunk -> {
            if (exchange.isAnswered()) {
                return;
            }
            if (body.length() + chunk.length() > maxBytes) {
                waiting.remove(exchange);
                exchange.fail(GatewayError.TOO_LARGE.notExecuted("The body may have " + maxBytes + " bytes"));
            } else {
                body.appendBuffer(chunk);
            }
        });
        http.endHandler(end -> {
            waiting.remove(exchange);
            exchange.body(Payload.of(body));
            exchange.next();
        });
        if (http.headers().contains(HttpHeaders.EXPECT)) {
            http.response()
                    .writeContinue()
                    .onFailure(gone -> exchange.fail(GatewayError.CANCELLED.notExecuted("The caller went away")));
        }
        http.resume();
    }

    @Override
    public String setting() {
        return "at most " + maxBytes + " bytes within " + LIMIT_MILLIS + " ms";
    }

    /** The length that the headers announce; 0 when none is announced. */
    public static long announced(HttpServerRequest http) {
        String length = http.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether a body may follow the head. */
    public static boolean mayFollow(HttpServerRequest http) {
        return http.version() == HttpVersion.HTTP_2
                || http.headers().contains(HttpHeaders.CONTENT_LENGTH)
                || http.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }

    private void sweep() {
        long now = System.nanoTime();
        List<Exchange> late = new ArrayList<>();
        for (Map.Entry<Exchange, Long> each : waiting.entrySet()) {
            if (each.getValue() - now > 0) {
                break;
            }
            late.add(each.getKey());
        }
        for (Exchange exchange : late) {
            waiting.remove(exchange);
            exchange.fail(GatewayError.BODY_TIMEOUT.notExecuted(""));
        }
    }
}
