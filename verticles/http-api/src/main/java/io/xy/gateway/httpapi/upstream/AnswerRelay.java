package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.shared.message.Payload;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes an upstream's answer on as it comes. Once its head is out nothing else can be said: an answer that breaks off
 * is broken off towards the caller too. Belongs to one event loop.
 */
final class AnswerRelay implements Relay.Owner {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerRelay.class);

    private final ProxyCall call;
    private final HttpServerRequest caller;
    private final HttpClientResponse from;
    private final Attempt attempt;
    private final Relay relay;

    AnswerRelay(ProxyCall call, HttpServerRequest caller, HttpClientResponse from, Attempt attempt) {
        this.call = call;
        this.caller = caller;
        this.from = from;
        this.attempt = attempt;
        this.relay = new Relay(from, caller.response(), Long.MAX_VALUE, this);
    }

    void start() {
        HttpServerResponse to = caller.response();
        head(call, from, to);
        boolean bodiless = caller.method() == HttpMethod.HEAD || from.statusCode() == 204 || from.statusCode() == 304;
        if (!bodiless && !to.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
        if (!caller.isEnded() && call.streams() && caller.version() != HttpVersion.HTTP_2) {
            // Answered before the body was read: what is left of it must not be taken for a request.
            to.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        relay.start();
        if (!bodiless) {
            // The head goes out before the first byte of the body is there: event streams may be silent for long.
            to.writeHead().onFailure(e -> LOG.debug("the caller is gone: {}", e.getMessage()));
        }
    }

    long movedAt() {
        return relay.movedAt();
    }

    /** Ends both sides in the middle of the body. */
    void cut() {
        call.leave();
        attempt.abandon(true);
        if (caller.version() == HttpVersion.HTTP_2) {
            caller.response().reset().onFailure(e -> LOG.debug("resetting: {}", e.getMessage()));
        } else {
            caller.connection().close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
        }
    }

    @Override
    public void ended() {
        call.leave();
        attempt.done();
        boolean early = !caller.isEnded() && call.streams();
        caller.response().end().onComplete(written -> {
            if (early) {
                cut();
            }
        });
    }

    @Override
    public void broke(Throwable cause) {
        LOG.debug("an answer broke off: {}", cause.getMessage());
        cut();
    }

    @Override
    public void tooLong() {
        cut();
    }

    /** Joins caller and upstream: what they say from now on is between them. */
    static void upgrade(ProxyCall call, HttpServerRequest caller, HttpClientResponse from) {
        HttpServerResponse to = caller.response();
        head(call, from, to);
        to.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
        long until = call.exchange().principal().expiresAt();
        call.route().tunnels().open(call.route().upstream().vertx(), caller, from.netSocket(), until);
    }

    /** The whole body, for a caller on the bus. */
    static Future<Buffer> collect(HttpClientResponse from, long limit) {
        Promise<Buffer> read = Promise.promise();
        Buffer body = Buffer.buffer();
        from.exceptionHandler(read::tryFail);
        from.endHandler(end -> read.tryComplete(body));
        from.handler(chunk -> {
            if (body.length() + chunk.length() > limit) {
                read.tryFail("the answer is too long");
            } else {
                body.appendBuffer(chunk);
            }
        });
        from.resume();
        return read.future();
    }

    static Answer answer(HttpClientResponse from, Payload body) {
        String type = from.getHeader(HttpHeaders.CONTENT_TYPE);
        return new Answer(from.statusCode(), type == null ? Answer.JSON : type, body, List.of(), null);
    }

    private static void head(ProxyCall call, HttpClientResponse from, HttpServerResponse to) {
        to.setStatusCode(from.statusCode());
        MultiMap headers = to.headers();
        HeaderRules.response(from.headers(), headers);
        call.route().head().answer(call.exchange(), headers);
    }
}
