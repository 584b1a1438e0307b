package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.exchange.TurnFlush;
import io.xy.gateway.shared.config.upstream.UpstreamConfig;
import java.util.ArrayDeque;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/1.1 connections to one instance, kept between requests: the one used last is used first. At most as many as the
 * upstream's limit, and no more callers wait than requests may be in flight. Belongs to one event loop.
 */
final class KeptConnections {
    private static final Logger LOG = LoggerFactory.getLogger(KeptConnections.class);
    private static final long SECOND = 1_000_000_000;
    private static final String TIMEOUT = "timeout=";

    /** A connection that is lent to one request at a time. */
    static final class Kept {
        private final HttpClientConnection connection;
        private long keepNanos;
        private long idleSince;
        private boolean closed;

        private Kept(HttpClientConnection connection) {
            this.connection = connection;
        }

        HttpClientConnection connection() {
            return connection;
        }
    }

    private final HttpClientAgent client;
    private final Context context;
    private final HttpConnectOptions target;
    private final UpstreamConfig.Limits limits;
    private final ArrayDeque<Kept> idle = new ArrayDeque<>();
    private final ArrayDeque<Promise<Kept>> waiting = new ArrayDeque<>();
    /** By {@link System#nanoTime}; a second old at most, so that nobody keeps a connection for longer than it may. */
    private long now = System.nanoTime();
    /** Connections that are there or being made. */
    private int open;

    /**
     * @param context of the connections
     */
    KeptConnections(HttpClientAgent client, Context context, UpstreamConfig.Url url, UpstreamConfig.Limits limits) {
        this.client = client;
        this.context = context;
        this.target = new HttpConnectOptions()
                .setHost(url.host())
                .setPort(url.port())
                .setSsl(url.tls())
                .setConnectTimeout(limits.connectMillis());
        this.limits = limits;
    }

    /**
     * One that is idle; null when there is none and {@link #connect} has to be asked.
     *
     * @param nanos by {@link System#nanoTime}
     */
    @Nullable
    Kept take(long nanos) {
        now = nanos;
        while (!idle.isEmpty()) {
            Kept kept = idle.pop();
            if (now - kept.idleSince < kept.keepNanos) {
                return kept;
            }
            close(kept);
        }
        return null;
    }

    /** A new one, or the first that is given back when there are too many. */
    Future<Kept> connect() {
        if (open >= limits.connections() && waiting.size() >= limits.concurrency()) {
            return Future.failedFuture(new ConnectionPoolTooBusyException("too many requests wait for a connection"));
        }
        Promise<Kept> promise = Promise.promise();
        if (open < limits.connections()) {
            open(promise);
        } else {
            waiting.add(promise);
        }
        return promise.future();
    }

    /** Gives a connection back whose answer has ended and whose request was sent whole. */
    void release(Kept kept, HttpClientResponse last) {
        if (kept.closed) {
            return;
        }
        if (ends(last)) {
            // Vert.x closes it, too; until then nobody may use it.
            close(kept);
            return;
        }
        kept.keepNanos = keepNanos(last);
        lend(kept);
    }

    /** Gives a connection back that was not used. */
    void release(Kept kept) {
        if (!kept.closed) {
            kept.keepNanos = limits.keepAliveSeconds() * SECOND;
            lend(kept);
        }
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
        while (!idle.isEmpty() && now - idle.peekLast().idleSince >= idle.peekLast().keepNanos) {
            close(idle.removeLast());
        }
    }

    private void lend(Kept kept) {
        Promise<Kept> next = waiting.poll();
        if (next != null) {
            next.complete(kept);
        } else {
            kept.idleSince = now;
            idle.push(kept);
        }
    }

    private void open(Promise<Kept> promise) {
        open++;
        // On the verticle's own context: the connection outlives the request that it is made for.
        context.runOnContext(own -> client.connect(target).onComplete(made -> {
            if (made.failed()) {
                gone();
                promise.fail(made.cause());
                return;
            }
            Kept kept = new Kept(made.result());
            UpstreamChannel.of(made.result()).ifPresent(TurnFlush::install);
            kept.connection.closeHandler(closed -> onClosed(kept));
            promise.complete(kept);
        }));
    }

    private void onClosed(Kept kept) {
        if (!kept.closed) {
            kept.closed = true;
            idle.remove(kept);
            gone();
        }
    }

    /** There is room for one more. */
    private void gone() {
        open--;
        Promise<Kept> next = waiting.poll();
        if (next != null) {
            open(next);
        }
    }

    private void close(Kept kept) {
        onClosed(kept);
        kept.connection.close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
    }

    private static boolean ends(HttpClientResponse response) {
        String connection = response.headers().get(HttpHeaders.CONNECTION);
        if (response.version() == HttpVersion.HTTP_1_0) {
            return connection == null || !connection.equalsIgnoreCase("keep-alive");
        }
        return connection != null && connection.toLowerCase(Locale.ROOT).contains("close");
    }

    /** How long it may be idle: as configured, or shorter when the other side says so. */
    private long keepNanos(HttpClientResponse response) {
        long configured = limits.keepAliveSeconds() * SECOND;
        String said = response.headers().get(HttpHeaders.KEEP_ALIVE);
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
