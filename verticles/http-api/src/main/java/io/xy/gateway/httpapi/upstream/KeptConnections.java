package io.xy.gateway.httpapi.upstream;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.internal.ContextInternal;
import io.xy.gateway.httpapi.exchange.HeaderNames;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 connections to one instance, kept between requests: the one used last is used first. At most as many as the
 * upstream's limit, and no more callers wait than requests may be in flight. Belongs to one event loop.
 */
final class KeptConnections {
    private static final long SECOND = 1_000_000_000;
    private static final String TIMEOUT = "timeout=";

    private final HttpClientAgent client;
    private final ContextInternal context;
    private final HttpConnectOptions target;
    private final UpstreamConfig.Limits limits;
    private final String host;
    private final ArrayDeque<Http1Connection> idle = new ArrayDeque<>();
    private final ArrayDeque<Promise<Http1Connection>> waiting = new ArrayDeque<>();
    private final HeaderNames names = new HeaderNames();
    /** By {@link System#nanoTime}; a second old at most, so that nobody keeps a connection for longer than it may. */
    private long now = System.nanoTime();
    /** Connections that are there or being made. */
    private int open;

    /**
     * @param context of the connections
     */
    KeptConnections(
            HttpClientAgent client, ContextInternal context, UpstreamConfig.Url url, UpstreamConfig.Limits limits) {
        this.client = client;
        this.context = context;
        this.target = new HttpConnectOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.tls())
                .setConnectTimeout(limits.connectMillis());
        this.limits = limits;
        boolean usual = url.port() == (url.tls() ? 443 : 80);
        this.host = usual ? url.host() : url.host() + ':' + url.port();
    }

    /**
     * One that is idle; null when there is none and {@link #connect} has to be asked.
     *
     * @param nanos by {@link System#nanoTime}
     */
    @Nullable
    Http1Connection take(long nanos) {
        now = nanos;
        while (!idle.isEmpty()) {
            Http1Connection kept = idle.pop();
            if (kept.isFresh(now)) {
                return kept;
            }
            kept.close();
        }
        return null;
    }

    /** A new one, or the first that is given back when there are too many. */
    Future<Http1Connection> connect() {
        if (open >= limits.connections() && waiting.size() >= limits.concurrency()) {
            return Future.failedFuture(new ConnectionPoolTooBusyException("too many requests wait for a connection"));
        }
        Promise<Http1Connection> promise = Promise.promise();
        if (open < limits.connections()) {
            open(promise);
        } else {
            waiting.add(promise);
        }
        return promise.future();
    }

    /** Gives a connection back whose answer has ended and whose request was sent whole. */
    void release(Http1Connection kept, Http1Exchange last) {
        if (!kept.isClosed()) {
            lend(kept, keepNanos(last));
        }
    }

    /** Gives a connection back that was not used. */
    void release(Http1Connection kept) {
        if (!kept.isClosed()) {
            lend(kept, limits.keepAliveSeconds() * SECOND);
        }
    }

    /** A connection has ended. */
    void closed(Http1Connection kept) {
        idle.remove(kept);
        gone();
    }

    /** What {@code Host} says to the instance. */
    String host() {
        return host;
    }

    /** Connections that are there or being made. */
    int open() {
        return open;
    }

    /** Requests that wait for a connection. */
    int waiting() {
        return waiting.size();
    }

    /** Closes what has been idle for too long. */
    void sweep() {
        now = System.nanoTime();
        while (!idle.isEmpty() && !idle.peekLast().isFresh(now)) {
            idle.removeLast().close();
        }
    }

    private void lend(Http1Connection kept, long keepNanos) {
        Promise<Http1Connection> next = waiting.poll();
        if (next != null) {
            next.complete(kept);
        } else {
            kept.rest(now, keepNanos);
            idle.push(kept);
        }
    }

    private void open(Promise<Http1Connection> promise) {
        open++;
        // On the verticle's own context: the connection outlives the request that it is made for.
        context.runOnContext(own -> client.connect(target).onComplete(made -> {
            if (made.failed()) {
                gone();
                promise.fail(made.cause());
                return;
            }
            Channel channel = UpstreamChannel.of(made.result());
            if (channel.isActive()) {
                promise.complete(Http1Connection.take(this, channel, context, names));
            } else {
                // It ended before anybody could be told that it is there.
                gone();
                promise.fail(new ClosedChannelException());
            }
        }));
    }

    /** There is room for one more. */
    private void gone() {
        open--;
        Promise<Http1Connection> next = waiting.poll();
        if (next != null) {
            open(next);
        }
    }

    /** How long it may be idle: as configured, or shorter when the other side says so. */
    private long keepNanos(Http1Exchange last) {
        long configured = limits.keepAliveSeconds() * SECOND;
        String said = last.headers().get(HttpHeaders.KEEP_ALIVE);
        int start = said == null ? -1 : said.indexOf(TIMEOUT);
        if (said == null || start < 0) {
            return configured;
        }
        int end = start + TIMEOUT.length();
        long seconds = 0;
        while (end < said.length()
                && Character.digit(said.charAt(end), 10) >= 0
                && seconds < limits.keepAliveSeconds()) {
            seconds = seconds * 10 + Character.digit(said.charAt(end++), 10);
        }
        // A second less: the other side must not close it under a request.
        return Math.min(configured, Math.max(0, seconds - 1) * SECOND);
    }
}
