package io.xy.gateway.httpapi.front;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.checks.BodyReader;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.LastWord;
import io.xy.gateway.shared.config.HttpConfig;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes answers. The one place where a failure is logged: it is logged where it is answered. A request whose body was
 * not read is drained when it is short, else its connection is closed.
 */
final class Writer {
    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    static final CharSequence REQUEST_ID = HttpHeaders.createOptimized("x-request-id");
    private static final CharSequence NOSNIFF_NAME = HttpHeaders.createOptimized("x-content-type-options");
    private static final CharSequence NOSNIFF = HttpHeaders.createOptimized("nosniff");
    private static final CharSequence FRAME_NAME = HttpHeaders.createOptimized("x-frame-options");
    private static final CharSequence DENY = HttpHeaders.createOptimized("DENY");
    private static final CharSequence REFERRER_NAME = HttpHeaders.createOptimized("referrer-policy");
    private static final CharSequence NO_REFERRER = HttpHeaders.createOptimized("no-referrer");
    private static final long HTTP_2_NO_ERROR = 0;
    private static final CharSequence CSP_NAME = HttpHeaders.createOptimized("content-security-policy");
    private static final CharSequence CSP =
            HttpHeaders.createOptimized("default-src 'none'; frame-ancestors 'none'; base-uri 'none'");
    private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

    private static final CharSequence HSTS_NAME = HttpHeaders.createOptimized("strict-transport-security");
    private static final CharSequence HSTS = HttpHeaders.createOptimized("max-age=31536000; includeSubDomains");

    private final Cors cors;
    private final boolean tls;
    private final long maxBodyBytes;

    /**
     * @param config of the REST side: the largest body, and whether a proxy in front speaks TLS
     */
    Writer(Cors cors, HttpConfig config) {
        this.cors = cors;
        this.tls = config.tlsTerminated();
        this.maxBodyBytes = config.maxBodyBytes();
    }

    /** Sets the headers that every answer has; the first to touch its headers. */
    void prepare(HttpServerRequest request, String requestId) {
        MultiMap headers = request.response().headers();
        headers.add(REQUEST_ID, requestId);
        headers.add(NOSNIFF_NAME, NOSNIFF);
        headers.add(FRAME_NAME, DENY);
        headers.add(REFERRER_NAME, NO_REFERRER);
        headers.add(CSP_NAME, CSP);
        headers.add(HttpHeaders.CACHE_CONTROL, NO_STORE);
        headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
        if (tls || request.isSSL()) {
            headers.add(HSTS_NAME, HSTS);
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null) {
            cors.allow(origin, headers);
        }
    }

    void write(HttpServerRequest request, Answer answer, String what) {
        write(request, answer, what, false);
    }

    /**
     * @param last whether nothing more is read from this connection
     */
    void write(HttpServerRequest request, Answer answer, String what, boolean last) {
        HttpServerResponse response = request.response();
        log(answer.failure(), what, response);
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(answer.status());
        response.headers().set(HttpHeaders.CONTENT_TYPE, answer.contentType());
        setHeaders(response.headers(), answer.headers());
        boolean close = last || mustClose(request, answer.failure());
        if (close && request.version() != HttpVersion.HTTP_2) {
            response.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            LastWord.say(request.connection());
        }
        boolean head = request.method() == HttpMethod.HEAD;
        boolean bodiless = head || answer.status() == 204;
        if (head) {
            response.headers()
                    .set(
                            HttpHeaders.CONTENT_LENGTH,
                            Integer.toString(answer.body().length()));
        }
        Future<Void> end = bodiless
                ? response.end()
                : response.end(Buffer.buffer(answer.body().array()));
        end.onComplete(written -> finish(request, close));
    }

    /** A name that comes twice has two values. */
    private static void setHeaders(MultiMap headers, List<String> ours) {
        for (int i = 0; i + 1 < ours.size(); i += 2) {
            headers.remove(ours.get(i));
        }
        for (int i = 0; i + 1 < ours.size(); i += 2) {
            headers.add(ours.get(i), ours.get(i + 1));
        }
    }

    /** Ends a connection on which nothing more can be understood. */
    private static boolean mustEnd(@Nullable Failure failure) {
        return failure != null
                && switch (failure.error()) {
                    case TOO_LARGE,
                            URI_TOO_LONG,
                            HEADERS_TOO_LARGE,
                            HTTP_VERSION,
                            NOT_IMPLEMENTED,
                            EXPECTATION_FAILED,
                            BODY_TIMEOUT -> true;
                    default -> false;
                };
    }

    private boolean mustClose(HttpServerRequest request, @Nullable Failure failure) {
        if (mustEnd(failure)) {
            return true;
        }
        if (request.isEnded()) {
            return false;
        }
        boolean chunked = request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
        return chunked || BodyReader.announced(request) > maxBodyBytes || isWaiting(request);
    }

    /** Whether the client sends its body only after a word that will not come now. */
    private static boolean isWaiting(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.EXPECT);
    }

    private static void finish(HttpServerRequest request, boolean close) {
        if (!close) {
            if (!request.isEnded()) {
                request.resume();
            }
        } else if (request.version() != HttpVersion.HTTP_2) {
            LastWord.close(request.connection());
        } else if (!request.isEnded()) {
            // RFC 9113, 8.1: tells the client to stop sending a body that nobody reads; other streams live on.
            request.response().reset(HTTP_2_NO_ERROR).onFailure(e -> LOG.debug("resetting: {}", e.getMessage()));
        }
    }

    private static void log(@Nullable Failure failure, String what, HttpServerResponse response) {
        if (failure == null) {
            return;
        }
        GatewayError error = failure.error();
        String id = response.headers().get(REQUEST_ID);
        switch (error.loudness()) {
            case CLIENT -> LOG.debug("{} {}: {} ({})", id, what, error.code(), failure.detail());
            case PEER -> LOG.warn("{} {}: {} ({})", id, what, error.code(), failure.detail());
            case OURS -> LOG.error("{} {}: {} ({})", id, what, error.code(), failure.detail());
        }
    }
}
