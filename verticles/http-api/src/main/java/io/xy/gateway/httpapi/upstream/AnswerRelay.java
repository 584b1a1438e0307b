package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.LastWord;
import io.xy.gateway.shared.message.Payload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes an upstream's answer on as it comes. What comes within one turn of the event loop leaves in one write: a short
 * answer as a whole, a long one chunk by chunk, a silent stream's head alone. Once the head is out nothing else can be
 * said: an answer that breaks off is broken off towards the caller too. Belongs to one event loop.
 */
final class AnswerRelay implements UpstreamAnswer.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(AnswerRelay.class);
    private static final long UNKNOWN = -1;

    private final ProxyCall call;
    private final HttpServerRequest caller;
    private final HttpServerResponse to;
    private final UpstreamAnswer from;
    private final Attempt attempt;
    private long movedAt;
    /** Bytes of the body that are still to come, when its length was announced. */
    private long expected = UNKNOWN;
    /** The newest chunk: the end may follow it at once. */
    private @Nullable Buffer held;

    private boolean flushing;
    private boolean over;

    /**
     * @param now by {@link System#nanoTime}
     */
    AnswerRelay(ProxyCall call, HttpServerRequest caller, UpstreamAnswer from, Attempt attempt, long now) {
        this.call = call;
        this.caller = caller;
        this.to = caller.response();
        this.from = from;
        this.attempt = attempt;
        this.movedAt = now;
    }

    /** Starts. */
    void start() {
        head(call, from, to);
        boolean bodiless = caller.method() == HttpMethod.HEAD || from.status() == 204 || from.status() == 304;
        String length = to.headers().get(HttpHeaders.CONTENT_LENGTH);
        expected = length == null ? UNKNOWN : Long.parseLong(length);
        if (isLast() && caller.version() != HttpVersion.HTTP_2) {
            LastWord.say(caller.connection());
            to.headers().set(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        from.receive(this);
        if (!bodiless && expected == UNKNOWN) {
            // The head goes out before the first byte of the body is there: event streams may be silent for long.
            flushLater();
        }
    }

    /** When the last byte moved, by {@link System#nanoTime}. */
    long movedAt() {
        return movedAt;
    }

    /** Ends both sides in the middle of the body. */
    void cut() {
        over = true;
        call.leave();
        attempt.abandon(true);
        if (caller.version() == HttpVersion.HTTP_2) {
            to.reset().onFailure(e -> LOG.debug("resetting: {}", e.getMessage()));
        } else {
            caller.connection().close().onFailure(e -> LOG.debug("closing: {}", e.getMessage()));
        }
    }

    /** Ends both sides after an answer that came before the end of its request. */
    private void leave() {
        if (caller.version() == HttpVersion.HTTP_2) {
            cut();
        } else {
            attempt.abandon(true);
            LastWord.close(caller.connection());
        }
    }

    @Override
    public void chunk(Buffer chunk) {
        if (over) {
            return;
        }
        writeHeld();
        if (expected == chunk.length()) {
            // The last one; the end follows at once.
            expected = 0;
            held = chunk;
            return;
        }
        movedAt = System.nanoTime();
        if (expected == UNKNOWN) {
            held = chunk;
            flushLater();
            return;
        }
        expected -= chunk.length();
        write(chunk);
    }

    @Override
    public void ended() {
        if (over) {
            return;
        }
        over = true;
        call.leave();
        attempt.finish();
        boolean lastAnswer = isLast();
        if (call.isUpgrade()) {
            from.close();
        }
        Buffer last = held;
        Future<Void> written = last == null ? to.end() : to.end(last);
        if (lastAnswer) {
            written.onComplete(done -> leave());
        }
    }

    /**
     * Whether the connection must not be used again. Answered before the body was read: what is left of it must not be
     * taken for a request. A refused upgrade: what came early was meant for another protocol.
     */
    private boolean isLast() {
        return call.isUpgrade() || !caller.isEnded() && call.streams();
    }

    @Override
    public void broke(Throwable cause) {
        if (!over) {
            LOG.debug("an answer broke off: {}", cause.getMessage());
            cut();
        }
    }

    /** Sends what there is when this turn of the event loop is over, unless the answer has ended by then. */
    private void flushLater() {
        if (!flushing && !over) {
            flushing = true;
            call.route().upstream().vertx().runOnContext(turned -> {
                flushing = false;
                flush();
            });
        }
    }

    private void flush() {
        if (over) {
            return;
        }
        if (held != null) {
            writeHeld();
        } else if (!to.headWritten()) {
            to.setChunked(true).writeHead().onFailure(e -> LOG.debug("the caller is gone: {}", e.getMessage()));
        }
    }

    private void writeHeld() {
        Buffer chunk = held;
        if (chunk != null) {
            held = null;
            write(chunk);
        }
    }

    /** A slow caller stops the upstream. */
    private void write(Buffer chunk) {
        if (!to.headWritten() && !to.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
        // A failed write shows again where the stream's own failure is handled.
        to.write(chunk).onFailure(e -> LOG.debug("a body's receiver is gone: {}", e.getMessage()));
        if (to.writeQueueFull()) {
            from.pause();
            to.drainHandler(drained -> {
                movedAt = System.nanoTime();
                from.resume();
            });
        }
    }

    /** Joins caller and upstream: what they say from now on is between them. */
    static void upgrade(ProxyCall call, HttpServerRequest caller, UpstreamAnswer from) {
        HttpServerResponse to = caller.response();
        head(call, from, to);
        to.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
        call.route().tunnels().open(caller, from.netSocket(), call.exchange().principal());
        call.exchange().upgraded();
    }

    /** The whole body, for a caller on the bus. */
    static Future<Buffer> collect(UpstreamAnswer from, long limit) {
        Promise<Buffer> read = Promise.promise();
        Buffer body = Buffer.buffer();
        from.receive(new UpstreamAnswer.Receiver() {
            @Override
            public void chunk(Buffer bytes) {
                if (body.length() + bytes.length() > limit) {
                    read.tryFail("the answer is too long");
                } else {
                    body.appendBuffer(bytes);
                }
            }

            @Override
            public void ended() {
                read.tryComplete(body);
            }

            @Override
            public void broke(Throwable cause) {
                read.tryFail(cause);
            }
        });
        return read.future();
    }

    /** An answer that was read to its end. */
    static Answer answer(ProxyCall call, UpstreamAnswer from, Payload body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        HeaderRules.response(from.headers(), headers);
        call.route().head().answer(call.exchange(), headers);
        String type = headers.get(HttpHeaders.CONTENT_TYPE);
        headers.remove(HttpHeaders.CONTENT_TYPE).remove(HttpHeaders.CONTENT_LENGTH);
        List<String> all = new ArrayList<>();
        headers.forEach(header -> {
            all.add(header.getKey());
            all.add(header.getValue());
        });
        return new Answer(from.status(), type == null ? Answer.JSON : type, body, all, null);
    }

    private static void head(ProxyCall call, UpstreamAnswer from, HttpServerResponse to) {
        to.setStatusCode(from.status());
        MultiMap headers = to.headers();
        HeaderRules.response(from.headers(), headers);
        call.exchange().tellAllowance(headers);
        call.route().head().answer(call.exchange(), headers);
    }
}
