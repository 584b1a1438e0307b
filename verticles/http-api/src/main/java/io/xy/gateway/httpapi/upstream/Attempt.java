package io.xy.gateway.httpapi.upstream;

import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.exchange.Caller;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.error.GatewayError;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at one instance, from the connection to the head of the answer. Belongs to one event loop. */
final class Attempt implements UpstreamRequest.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
    private static final long UNKNOWN = -1;

    private final ProxyCall call;
    private final Upstream upstream;
    private final Instance instance;
    private final Breaker.Entry entry;
    private final int number;
    private final long startedAt;
    private @Nullable UpstreamRequest request;
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
        KeptConnections connections = call.isUpgrade() ? null : instance.connections();
        if (connections == null) {
            upstream.client(call)
                    .request(options())
                    .onComplete(out -> begin(new ClientExchange(out, call.isUpgrade(), this)), this::onUnconnected);
            return;
        }
        Http1Connection ready = connections.take(startedAt);
        if (ready != null) {
            begin(connections, ready);
        } else {
            connections.connect().onComplete(made -> begin(connections, made), this::onUnconnected);
        }
    }

    private RequestOptions options() {
        UpstreamConfig.Url url = instance.url();
        return new RequestOptions()
                .setMethod(method(call.exchange()))
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.tls())
                .setURI(call.route().head().uri(call.exchange()));
    }

    private void begin(KeptConnections connections, Http1Connection lent) {
        if (abandoned) {
            connections.release(lent);
        } else if (lent.isClosed()) {
            onUnconnected(new ClosedChannelException());
        } else {
            Exchange exchange = call.exchange();
            begin(lent.begin(method(exchange), call.route().head().uri(exchange), this));
        }
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
                request.reset();
            }
        }
    }

    /** The answer has ended. What is still not sent of the request is not sent any more. */
    void finish() {
        if (!complete) {
            abandon(true);
        } else if (request != null) {
            request.release();
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

    private void begin(UpstreamRequest out) {
        request = out;
        call.exchange().reached(Caller.Point.CONNECTED);
        if (abandoned) {
            out.reset();
            return;
        }
        Exchange exchange = call.exchange();
        call.route().head().write(exchange, call.deadline(), out.requestHeaders(), number);
        call.onSending();
        HttpServerRequest http = exchange.origin().http();
        if (http != null && call.streams()) {
            stream(out, http);
            return;
        }
        if (http != null && call.body() == null && exchange.origin().bodied()) {
            http.resume();
        }
        complete = true;
        out.send(call.body());
    }

    private void stream(UpstreamRequest out, HttpServerRequest http) {
        long announced = BodyReader.announced(http);
        out.sendHead(announced > 0 ? announced : UNKNOWN);
        if (http.headers().contains(HttpHeaders.EXPECT)) {
            http.response().writeContinue().onFailure(e -> LOG.debug("the caller is gone: {}", e.getMessage()));
        }
        Relay relay = new Relay(http, out, call.route().maxBodyBytes(), new Relay.Owner() {
            @Override
            public void ended() {
                complete = true;
                out.end();
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

    @Override
    public void broke(Throwable cause) {
        if (!abandoned && !judged) {
            abandon(false);
            call.onBroken(instance, cause);
        }
    }

    @Override
    public void answered(UpstreamAnswer response) {
        if (abandoned) {
            return;
        }
        int status = response.status();
        long now = System.nanoTime();
        call.exchange().reached(Caller.Point.ANSWERED);
        upstream.meters().answered(method(call.exchange()).name(), status, now - startedAt);
        boolean well = status < 500;
        judge(well, false);
        if (!well && call.retries(response, instance)) {
            abandon(true);
            return;
        }
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

    @Override
    public void hinted(MultiMap hints) {
        HttpServerRequest http = call.exchange().origin().http();
        if (http != null && !http.response().headWritten()) {
            http.response().writeEarlyHints(hints).onFailure(e -> LOG.debug("the caller is gone: {}", e.getMessage()));
        }
    }

    private static HttpMethod method(Exchange exchange) {
        HttpServerRequest http = exchange.origin().http();
        return http == null ? HttpMethod.valueOf(exchange.route().method()) : http.method();
    }
}
