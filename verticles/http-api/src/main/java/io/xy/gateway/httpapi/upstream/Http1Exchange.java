package io.xy.gateway.httpapi.upstream;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.VertxException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.NetSocket;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request of HTTP/1.1 and its answer. What comes while the receiver pauses waits here: no more than one reading,
 * because nothing is read meanwhile. Belongs to one event loop.
 */
final class Http1Exchange implements UpstreamRequest, UpstreamAnswer {
    /** In the queue of what has come, its end. */
    private static final Buffer END = Buffer.buffer(0);

    private static final int SWITCHING = 101;
    private static final int EARLY_HINTS = 103;
    private static final int FINAL = 200;

    private final Http1Connection connection;
    private final Channel channel;
    private final HttpMethod method;
    private final String uri;
    private final Owner owner;
    private final HeadersMultiMap headers = HeadersMultiMap.httpHeaders();
    private @Nullable HttpResponse head;
    private @Nullable Receiver receiver;
    private final ArrayDeque<Buffer> waiting = new ArrayDeque<>(0);
    private @Nullable Handler<Void> drained;
    private boolean paused;
    private boolean answered;
    /** Nothing is told any more. */
    private boolean over;

    Http1Exchange(Http1Connection connection, HttpMethod method, String uri, Owner owner) {
        this.connection = connection;
        this.channel = connection.channel();
        this.method = method;
        this.uri = uri;
        this.owner = owner;
        headers.add(HttpHeaders.HOST, connection.host());
    }

    @Override
    public MultiMap requestHeaders() {
        return headers;
    }

    @Override
    public void send(@Nullable Buffer body) {
        if (body != null) {
            headers.set(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        }
        connection.send(new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                method.toNetty(),
                uri,
                body == null ? Unpooled.EMPTY_BUFFER : ((BufferInternal) body).getByteBuf(),
                headers,
                EmptyHttpHeaders.INSTANCE));
    }

    @Override
    public void sendHead(long length) {
        if (length < 0) {
            headers.set(HttpHeaders.TRANSFER_ENCODING, HttpHeaders.CHUNKED);
        } else {
            headers.set(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        }
        connection.send(new DefaultHttpRequest(HttpVersion.HTTP_1_1, method.toNetty(), uri, headers));
    }

    @Override
    public void write(Buffer chunk) {
        connection.send(new DefaultHttpContent(((BufferInternal) chunk).getByteBuf()));
    }

    @Override
    public boolean isFull() {
        return !channel.isWritable();
    }

    @Override
    public void onDrain(Handler<Void> again) {
        drained = again;
    }

    @Override
    public void end() {
        connection.send(LastHttpContent.EMPTY_LAST_CONTENT);
    }

    @Override
    public void release() {
        over = true;
        connection.release(this);
    }

    @Override
    public void reset() {
        over = true;
        connection.reset(this);
    }

    @Override
    public int status() {
        return answer().status().code();
    }

    @Override
    public MultiMap headers() {
        return (HeadersMultiMap) answer().headers();
    }

    @Override
    public void receive(Receiver wanting) {
        receiver = wanting;
    }

    @Override
    public void pause() {
        if (!over) {
            paused = true;
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void resume() {
        if (!paused || over) {
            return;
        }
        paused = false;
        // Before the end is told: another request may have the connection by then.
        channel.config().setAutoRead(true);
        while (!paused && !over && !waiting.isEmpty()) {
            deliver(waiting.remove());
        }
    }

    /** Nobody asks for it: an answer that leaves HTTP breaks, see {@link #head}. */
    @Override
    public NetSocket netSocket() {
        throw new IllegalStateException("not upgraded");
    }

    @Override
    public void close() {
        connection.close();
    }

    boolean isHead() {
        return method == HttpMethod.HEAD;
    }

    /** Whether all of the answer has come. */
    boolean isAnswered() {
        return answered;
    }

    /** Whether the other side keeps the connection open behind this answer. */
    boolean isPersistent() {
        String said = headers().get(HttpHeaders.CONNECTION);
        if (answer().protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return said != null && said.equalsIgnoreCase("keep-alive");
        }
        return said == null || !said.toLowerCase(Locale.ROOT).contains("close");
    }

    /** The head of an answer has come, or an interim one, of which only hints are told. */
    void head(HttpResponse came) {
        int status = came.status().code();
        HttpVersion version = came.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)
                || status == SWITCHING
                || status < 100
                || status > 999) {
            connection.fail(new VertxException("no answer in the protocol that was asked in", true));
        } else if (status == EARLY_HINTS) {
            owner.hinted((HeadersMultiMap) came.headers());
        } else if (status >= FINAL) {
            head = came;
            owner.answered(this);
        }
    }

    void chunk(Buffer bytes) {
        if (over) {
            return;
        }
        if (paused) {
            waiting.add(bytes);
        } else {
            deliver(bytes);
        }
    }

    /** The end of a message; only that of an interim answer has no head before it. */
    void last() {
        if (head != null) {
            answered = true;
            chunk(END);
        }
    }

    /** The connection is gone. What has come by then whole is still told. */
    void fail(Throwable cause) {
        if (over || answered) {
            return;
        }
        over = true;
        if (receiver != null) {
            receiver.broke(cause);
        } else {
            owner.broke(cause);
        }
    }

    /** There is room for more of the request. */
    void drained() {
        if (drained != null) {
            drained.handle(null);
        }
    }

    private void deliver(Buffer piece) {
        if (receiver == null) {
            return;
        }
        if (piece == END) {
            receiver.ended();
        } else {
            receiver.chunk(piece);
        }
    }

    private HttpResponse answer() {
        return Objects.requireNonNull(head, "no answer yet");
    }
}
