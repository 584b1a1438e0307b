package io.xy.gateway.httpapi.upstream;

import io.vertx.circuitbreaker.CircuitBreakerState;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.xy.gateway.httpapi.exchange.Exchange;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.message.Deadline;
import io.xy.gateway.shared.message.Effect;
import io.xy.gateway.shared.message.Payload;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way to an upstream: one attempt after the other while that is allowed, then the answer. A call that
 * must run at most once is sent at most once, and its failure says what became of it. Belongs to one event loop.
 */
final class ProxyCall {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyCall.class);

    private final HttpTarget route;
    private final Upstream upstream;
    private final Exchange exchange;
    private final @Nullable HttpServerRequest http;
    private final Deadline deadline;
    private final @Nullable Buffer body;
    private final boolean streams;
    private int attempts;
    /** Whether an upstream may have seen the request. */
    private boolean sent;

    private boolean over;
    private @Nullable Attempt attempt;
    private @Nullable AnswerRelay answer;

    ProxyCall(HttpTarget route, Exchange exchange) {
        this.route = route;
        this.upstream = route.upstream();
        this.exchange = exchange;
        this.http = exchange.origin().http();
        this.deadline = exchange.deadline().atMost(upstream.config().limits().requestMillis());
        this.body = route.body(exchange);
        this.streams = body == null && HttpTarget.streams(exchange);
    }

    void start() {
        if (!upstream.enter(this)) {
            upstream.meters().failed("overloaded");
            exchange.fail(GatewayError.OVERLOADED.notExecuted("Too many requests to this service are in flight"));
            return;
        }
        upstream.budget().onRequest();
        if (http != null && !isClaimed()) {
            http.response().closeHandler(gone -> cancel());
        }
        next(null);
    }

    boolean isUpgrade() {
        return route.target().webSocket();
    }

    HttpTarget route() {
        return route;
    }

    Exchange exchange() {
        return exchange;
    }

    @Nullable
    Buffer body() {
        return body;
    }

    boolean streams() {
        return streams;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Looks at the clock. */
    void tick(long now) {
        AnswerRelay relaying = answer;
        if (relaying != null) {
            if (now - relaying.movedAt() > upstream.config().limits().idleMillis() * 1_000_000) {
                relaying.cut();
            }
        } else if (deadline.passed()) {
            Attempt current = attempt;
            if (current != null && current.awaitsCaller()) {
                // The caller is slow, which says nothing about the upstream.
                current.abandon(true);
                finish(outcome(GatewayError.BODY_TIMEOUT, ""));
                return;
            }
            if (current != null) {
                current.abandon(false);
            }
            upstream.meters().failed("timeout");
            finish(outcome(GatewayError.TIMEOUT, "The service did not answer in time"));
        }
    }

    /** The request is about to leave; from now on nobody knows what the other side does. */
    void onSending() {
        sent = true;
    }

    /** No connection, so nothing was sent: another instance may be asked whatever the effect. */
    void onUnconnected(Instance instance, Throwable cause) {
        LOG.debug("{}: {} cannot be reached: {}", upstream.config().name(), instance.url(), cause.getMessage());
        upstream.meters().failed("connect");
        if (cause instanceof ConnectionPoolTooBusyException) {
            finish(outcome(GatewayError.OVERLOADED, "Too many requests wait for a connection"));
        } else if (mayRepeat()) {
            repeat(instance);
        } else {
            finish(outcome(GatewayError.UPSTREAM_DOWN, "The service cannot be reached"));
        }
    }

    /** The connection broke before the head of an answer came. */
    void onBroken(Instance instance, Throwable cause) {
        LOG.debug("{}: {} broke off: {}", upstream.config().name(), instance.url(), cause.getMessage());
        upstream.meters().failed("transport");
        boolean mayRun = exchange.route().effect() != Effect.READ;
        if (!streams && exchange.route().effect().repeatable() && mayRepeat()) {
            repeat(instance);
        } else {
            // Many callers repeat a 503 by themselves, which must not happen to what may have run.
            finish(outcome(
                    mayRun ? GatewayError.TIMEOUT : GatewayError.UPSTREAM_DOWN,
                    "The connection to the service broke before it answered"));
        }
    }

    /** The body of the request is longer than allowed, or its sender is gone. */
    void onBodyFailed(GatewayError error) {
        finish(outcome(error, ""));
    }

    /** Whether an answer is as good as none and the call goes on with another attempt. */
    boolean retries(UpstreamAnswer response, Instance instance) {
        int status = response.status();
        boolean passing = status == 502 || status == 503 || status == 504;
        boolean repeatable = !streams && exchange.route().effect().repeatable();
        if (!passing || !repeatable || response.headers().contains(HttpHeaders.RETRY_AFTER) || !mayRepeat()) {
            return false;
        }
        repeat(instance);
        return true;
    }

    /**
     * The answer goes to the caller as it comes.
     *
     * @param now by {@link System#nanoTime}
     */
    void onAnswer(UpstreamAnswer response, Attempt from, long now) {
        HttpServerRequest caller = http;
        if (caller == null || isClaimed()) {
            AnswerRelay.collect(response, route.maxBodyBytes())
                    .onSuccess(read -> {
                        from.finish();
                        leave();
                        exchange.answer(AnswerRelay.answer(this, response, Payload.of(read)));
                    })
                    .onFailure(e -> {
                        from.abandon(true);
                        finish(outcome(GatewayError.BAD_REPLY, "The service's answer cannot be read"));
                    });
            return;
        }
        if (caller.response().closed() || !exchange.take()) {
            cancel();
            return;
        }
        if (response.status() == 101) {
            leave();
            from.done();
            AnswerRelay.upgrade(this, caller, response);
            return;
        }
        AnswerRelay relay = new AnswerRelay(this, caller, response, from, now);
        answer = relay;
        relay.start();
    }

    /** Everything is said. */
    void leave() {
        over = true;
        upstream.leave(this);
    }

    /** Whether the answer is kept for repeats: then it is read to its end, even when the caller goes away. */
    private boolean isClaimed() {
        return !exchange.ledgerName().isEmpty();
    }

    private boolean mayRepeat() {
        return !over
                && attempts < upstream.config().retry().attempts()
                && deadline.remainingMillis() > backoff()
                && upstream.budget().take();
    }

    private void repeat(Instance failed) {
        attempt = null;
        long wait = ThreadLocalRandom.current().nextLong(backoff()) + 1;
        upstream.vertx().setTimer(wait, id -> next(failed));
    }

    /** Longest wait before the next attempt. */
    private long backoff() {
        return upstream.config().retry().backoffMillis() << Math.min(10, Math.max(0, attempts - 1));
    }

    private void next(@Nullable Instance failed) {
        if (over) {
            return;
        }
        boolean trial = upstream.breaker().state() == CircuitBreakerState.HALF_OPEN;
        Breaker.Entry entry = upstream.breaker().enter();
        if (entry == null) {
            upstream.meters().failed("circuit_breaker");
            long wait = trial ? 1_000 : upstream.breaker().retryAfterMillis();
            Failure refused = outcome(GatewayError.CIRCUIT_OPEN, "The service failed too often and is being spared");
            finish(new Failure(refused.error(), refused.outcome(), refused.detail(), wait));
            return;
        }
        Instance instance = upstream.balancer().choose(key(), failed);
        Attempt started = new Attempt(this, upstream, instance, entry, ++attempts, System.nanoTime());
        attempt = started;
        started.start();
    }

    private String key() {
        UpstreamConfig.Balance balance = upstream.config().balance();
        String key = balance.key();
        if (key.equals("principal")) {
            return exchange.principal().id();
        }
        String name = key.substring(key.indexOf('.') + 1);
        String value = key.startsWith("path.")
                ? exchange.path().get(name)
                : http == null || key.isEmpty() ? null : http.getHeader(name);
        return value == null ? "" : value;
    }

    private Failure outcome(GatewayError error, String detail) {
        return sent ? error.unknown(detail) : error.notExecuted(detail);
    }

    private void finish(Failure failure) {
        if (!over) {
            leave();
            exchange.fail(failure);
        }
    }

    /** The caller is gone: nobody needs the answer. */
    private void cancel() {
        if (over) {
            return;
        }
        leave();
        Attempt current = attempt;
        if (current != null) {
            current.abandon(true);
        }
    }
}
