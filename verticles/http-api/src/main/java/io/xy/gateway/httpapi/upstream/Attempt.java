package io.xy.gateway.httpapi.upstream;

import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.exchange.Caller;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.error.GatewayError;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at one instance, from the connection to the head of the answer. Belongs to one event loop. */
final class Attempt {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    private final ProxyCall call;
    private final Upstream upstream;
    private final Instance instance;
    private final Breaker.Entry entry;
    private final int number;
    private final long startedAt;
    private KeptConnections.@Nullable Kept kept;
    private @Nullable HttpClientRequest request;
    /** Whether the request was handed over whole. */
    private boolean complete;

    private @Nullable Relay body;
    private boolean judged;
    private boolean abandoned;
    private boolean left;

    /**
     * @param entry to the breaker
     * @param number from 1
     * @param startedAt by {@link System#nanoTime}
     */
    Attempt(ProxyCall call, Upstream upstream, Instance instance, Breaker.Entry entry, int number, long startedAt) {
        this.call = call;
        this.upstream = upstream;
        this.instance = instance;
        this.entry = entry;
        this.number = number;
        this.startedAt = startedAt;
    }

    void start() {
        instance.enter();
        Exchange exchange = call.exchange();
        UpstreamConfig.Url url = instance.url();
        RequestOptions options = new RequestOptions()
                .setMethod(method(exchange))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.tls())
                .setURI(call.route().head().uri(exchange));
        KeptConnections connections = call.isUpgrade() ? null : instance.connections();
        if (connections == null) {
            upstream.client(call).request(options).onComplete(this::onConnected, this::onUnconnected);
            return;
        }
        KeptConnections.Kept ready = connections.take(startedAt);
        if (ready != null) {
            request(connections, ready, options);
        } else {
            connections.connect().onComplete(made -> request(connections, made, options), this::onUnconnected);
        }
    }

    private void request(KeptConnections connections, KeptConnections.Kept lent, RequestOptions options) {
        if (abandoned) {
            connections.release(lent);
            return;
        }
        kept = lent;
        lent.connection().request(options).onComplete(this::onConnected, this::onUnconnected);
    }

    /**
     * Gives the attempt up.
     *
     * @param blameless when it says nothing about the upstream
     */
    void abandon(boolean blameless) {
        if (!abandoned) {
            abandoned = true;
            judge(blameless, blameless);
            done();
            if (body != null) {
                body.stop();
            }
            if (request != null) {
                request.reset().onFailure(e -> LOG.debug("resetting: {}", e.getMessage()));
            }
        }
    }

    /** The answer has ended. What is still not sent of the request is not sent any more. */
    void finish(HttpClientResponse answer) {
        KeptConnections connections = instance.connections();
        if (!complete) {
            abandon(true);
        } else if (kept != null && connections != null) {
            connections.release(kept, answer);
        }
        done();
    }

    /** Whether the rest of the request's body is still with the caller. */
    boolean awaitsCaller() {
        return body != null && body.awaitsSource();
    }

    /** The instance has nothing to do with this call any more. */
    void done() {
        if (!left) {
            left = true;
            instance.leave();
        }
    }

    private void onConnected(HttpClientRequest out) {
        request = out;
        call.exchange().reached(Caller.Point.CONNECTED);
        if (abandoned) {
            out.reset().onFailure(e -> LOG.debug("resetting: {}", e.getMessage()));
            return;
        }
        Exchange exchange = call.exchange();
        call.route().head().write(exchange, call.deadline(), out.headers(), number);
        HttpServerRequest http = exchange.origin().http();
        if (http != null) {
            out.earlyHintsHandler(hints -> passHints(http, hints));
        }
        call.onSending();
        if (call.isUpgrade()) {
            out.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
            out.connect().onComplete(this::onHead, this::onBroken);
            return;
        }
        out.response().onComplete(this::onHead, this::onBroken);
        send(out, http);
    }

    private void send(HttpClientRequest out, @Nullable HttpServerRequest http) {
        Buffer bytes = call.body();
        if (bytes != null) {
            complete = true;
            out.end(bytes).onFailure(e -> LOG.debug("sending: {}", e.getMessage()));
        } else if (http != null && call.streams()) {
            stream(out, http);
        } else {
            if (http != null && call.exchange().origin().bodied()) {
                http.resume();
            }
            complete = true;
            out.end().onFailure(e -> LOG.debug("sending: {}", e.getMessage()));
        }
    }

    private void stream(HttpClientRequest out, HttpServerRequest http) {
        long announced = BodyReader.announced(http);
        if (announced > 0) {
            out.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(announced));
        } else {
            out.setChunked(true);
        }
        if (http.headers().contains(HttpHeaders.EXPECT)) {
            http.response().writeContinue().onFailure(e -> LOG.debug("the caller is gone: {}", e.getMessage()));
        }
        Relay relay = new Relay(http, out, call.route().maxBodyBytes(), new Relay.Owner() {
            @Override
            public void ended() {
                complete = true;
                out.end().onFailure(e -> LOG.debug("sending: {}", e.getMessage()));
            }

            @Override
            public void broke(Throwable cause) {
                onBodyFailed(GatewayError.CANCELLED);
            }

            @Override
            public void tooLong() {
                onBodyFailed(GatewayError.TOO_LARGE);
            }
        });
        body = relay;
        relay.start();
    }

    private void onBodyFailed(GatewayError error) {
        abandon(true);
        call.onBodyFailed(error);
    }

    private void onUnconnected(Throwable cause) {
        if (!abandoned) {
            abandoned = true;
            judge(false, false);
            done();
            call.onUnconnected(instance, cause);
        }
    }

    private void onBroken(Throwable cause) {
        if (!abandoned && !judged) {
            abandon(false);
            call.onBroken(instance, cause);
        }
    }

    private void onHead(HttpClientResponse response) {
        if (abandoned) {
            return;
        }
        int status = response.statusCode();
        long now = System.nanoTime();
        call.exchange().reached(Caller.Point.ANSWERED);
        upstream.meters().answered(method(call.exchange()).name(), status, now - startedAt);
        boolean well = status < 500;
        judge(well, false);
        if (!well && call.retries(response, instance)) {
            abandon(true);
            return;
        }
        response.pause();
        call.onAnswer(response, this, now);
    }

    /** Tells breaker and instance, once. A trial that says nothing does not close the breaker. */
    private void judge(boolean succeeded, boolean blameless) {
        if (judged) {
            return;
        }
        judged = true;
        boolean trial = upstream.breaker().state() == CircuitBreakerState.HALF_OPEN;
        entry.end(succeeded && !(blameless && trial));
        if (!blameless) {
            upstream.judge(instance, succeeded);
        }
    }

    private static void passHints(HttpServerRequest http, MultiMap hints) {
        if (!http.response().headWritten()) {
            http.response().writeEarlyHints(hints).onFailure(e -> LOG.debug("the caller is gone: {}", e.getMessage()));
        }
    }

    private static HttpMethod method(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        return http == null ? HttpMethod.valueOf(exchange.route().method()) : http.method();
    }
}
