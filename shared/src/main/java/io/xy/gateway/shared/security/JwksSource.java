package io.xy.gateway.shared.security;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.shareddata.Shareable;
import io.xy.gateway.shared.config.JwtConfig;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys that are fetched from an issuer: one set per URL and {@code Vertx}, safe on any thread, so that all
 * instances of a node together fetch at most once per cooldown. Keys that were good stay good while the issuer is away,
 * up to a limit of age. There is no timer: who verifies finds that a refresh is due, and does not wait for it.
 */
final class JwksSource implements Shareable {
    private static final Logger LOG = LoggerFactory.getLogger(JwksSource.class);
    private static final String MAP = "xy.jwks";
    private static final int MAX_BYTES = 256 << 10;
    private static final long FETCH_SECONDS = 5;
    private static final int MAX_WAITING = 1_000;

    /** What was fetched last. */
    private record Fetched(List<VerificationKey> keys, long at, int generation) {}

    private final String url;
    private final String trust;
    private final long refreshMillis;
    private final long maxAgeMillis;
    private final long cooldownMillis;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Fetched fetched = new Fetched(List.of(), 0, 0);
    private long attemptedAt;
    private boolean attempted;
    private int waiting;
    private @Nullable Future<Void> pending;

    private JwksSource(JwtConfig config) {
        this.url = config.jwksUrl();
        this.trust = config.jwksCa();
        this.refreshMillis = config.jwksRefreshMillis();
        this.maxAgeMillis = config.jwksMaxAgeMillis();
        this.cooldownMillis = config.jwksCooldownMillis();
    }

    static JwksSource of(Vertx vertx, JwtConfig config) {
        return vertx.sharedData()
                .<String, JwksSource>getLocalMap(MAP)
                .computeIfAbsent(config.jwksUrl(), url -> new JwksSource(config));
    }

    /** The keys that are good now; none before the first fetch, and none when they are too old. */
    List<VerificationKey> keys() {
        Fetched known = fetched;
        return known.generation > 0 && now() - known.at > maxAgeMillis ? List.of() : known.keys;
    }

    /** Changes whenever other keys count. */
    int generation() {
        return fetched.generation;
    }

    /** Starts a fetch when the keys are old enough. */
    void refreshWhenDue(Vertx vertx) {
        Fetched known = fetched;
        if (known.generation == 0 || now() - known.at >= refreshMillis) {
            fetch(vertx);
        }
    }

    /**
     * Completes when a fetch that may bring new keys has ended, well or not; at once when they have come since.
     *
     * @param seen the generation of the keys that were not enough
     * @return null when there is nothing to wait for: the last fetch was too short a time ago, or too many wait
     */
    @Nullable
    Future<Void> news(Vertx vertx, int seen) {
        lock.lock();
        try {
            if (fetched.generation != seen) {
                return Future.succeededFuture();
            }
            if (waiting >= MAX_WAITING) {
                return null;
            }
            Future<Void> under = fetch(vertx);
            if (under != null) {
                waiting++;
            }
            return under;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Future<Void> fetch(Vertx vertx) {
        Promise<Void> done = Promise.promise();
        lock.lock();
        try {
            if (pending != null) {
                return pending;
            }
            if (attempted && now() - attemptedAt < cooldownMillis) {
                return null;
            }
            attempted = true;
            attemptedAt = now();
            pending = done.future();
        } finally {
            lock.unlock();
        }
        download(vertx).map(JwkSet::read).onComplete(read -> {
            end(read.succeeded() ? read.result() : List.of(), read.cause());
            done.complete();
        });
        return done.future();
    }

    private void end(List<VerificationKey> keys, @Nullable Throwable cause) {
        lock.lock();
        try {
            pending = null;
            waiting = 0;
            if (!keys.isEmpty()) {
                fetched = new Fetched(keys, now(), fetched.generation + 1);
            }
        } finally {
            lock.unlock();
        }
        if (keys.isEmpty()) {
            String why = cause == null ? "there is no usable key" : String.valueOf(cause.getMessage());
            LOG.warn("token keys were not fetched ({}); the last good ones go on", why);
        }
    }

    /** The client lives for one fetch: it must not end with whichever verticle happened to start it. */
    private Future<byte[]> download(Vertx vertx) {
        HttpClientOptions options = new HttpClientOptions().setConnectTimeout((int) TimeUnit.SECONDS.toMillis(2));
        if (!trust.isEmpty()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(trust));
        }
        HttpClientAgent client;
        Future<byte[]> body;
        try {
            client = vertx.createHttpClient(options);
            body = client.request(new RequestOptions().setMethod(HttpMethod.GET).setAbsoluteURI(url))
                    .compose(HttpClientRequest::send)
                    .compose(JwksSource::body)
                    .timeout(FETCH_SECONDS, TimeUnit.SECONDS);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
        return body.onComplete(
                ended -> client.close().onFailure(e -> LOG.debug("closing the client of a fetch: {}", e.getMessage())));
    }

    private static Future<byte[]> body(HttpClientResponse response) {
        if (response.statusCode() != 200) {
            return Future.failedFuture("status " + response.statusCode());
        }
        Promise<byte[]> read = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(read::tryFail);
        response.endHandler(end -> read.tryComplete(body.getBytes()));
        response.handler(chunk -> {
            if (body.length() + chunk.length() > MAX_BYTES) {
                read.tryFail("more than " + MAX_BYTES + " bytes");
                response.pause();
            } else {
                body.appendBuffer(chunk);
            }
        });
        return read.future();
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
