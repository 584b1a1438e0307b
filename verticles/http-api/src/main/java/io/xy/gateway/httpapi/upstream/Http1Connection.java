package io.xy.gateway.httpapi.upstream;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.Handler;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.buffer.BufferInternal;
import io.vertx.core.net.impl.VertxHandler;
import io.xy.gateway.httpapi.exchange.HeaderNames;
import io.xy.gateway.httpapi.exchange.TurnFlush;
import org.jspecify.annotations.Nullable;

/**
 * A connection of HTTP/1.1 to one instance. It carries one request at a time, and ends when something comes that no
 * request waits for: nobody could tell whose answer that is. Belongs to one event loop.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter {
    private static final Throwable CLOSED = new VertxException("the connection was closed", true);

    private final KeptConnections owner;
    private final Channel channel;
    private final ContextInternal context;
    private final Http1Codec.Decoder decoder;
    private final Handler<Object> incoming = this::onMessage;
    private @Nullable Http1Exchange exchange;
    private boolean closed;
    /** How long it may be idle. */
    private long keepNanos;
    /** By {@link System#nanoTime}. */
    private long idleSince;

    private Http1Connection(KeptConnections owner, Channel channel, ContextInternal context, HeaderNames names) {
        this.owner = owner;
        this.channel = channel;
        this.context = context;
        this.decoder = new Http1Codec.Decoder(names, this);
    }

    /**
     * Takes a connection over that has just been made, from Vert.x, whose own handlers leave it.
     *
     * @param context in which its events are told
     */
    static Http1Connection take(KeptConnections owner, Channel channel, ContextInternal context, HeaderNames names) {
        Http1Connection taken = new Http1Connection(owner, channel, context, names);
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.replace(VertxHandler.class, "exchange", taken);
        pipeline.replace(HttpClientCodec.class, "encoder", new Http1Codec.Encoder());
        pipeline.addBefore("exchange", "decoder", taken.decoder);
        TurnFlush.install(channel);
        return taken;
    }

    /** A request that has the connection to itself until it is over. */
    Http1Exchange begin(HttpMethod method, String uri, UpstreamRequest.Owner asking) {
        Http1Exchange begun = new Http1Exchange(this, method, uri, asking);
        exchange = begun;
        return begun;
    }

    /** As {@code Host} names the instance. */
    String host() {
        return owner.host();
    }

    Channel channel() {
        return channel;
    }

    boolean isClosed() {
        return closed;
    }

    /** Whether it may still be used. */
    boolean isFresh(long now) {
        return now - idleSince < keepNanos;
    }

    /**
     * Nobody uses it for now.
     *
     * @param now by {@link System#nanoTime}
     */
    void rest(long now, long nanos) {
        idleSince = now;
        keepNanos = nanos;
    }

    /** The answer is over: gives the connection back, or ends it when nobody else may use it. */
    void release(Http1Exchange over) {
        if (exchange == over) {
            exchange = null;
            if (over.isPersistent() && !decoder.hasMore()) {
                owner.release(this, over);
            } else {
                close();
            }
        }
    }

    /** Ends the connection that a request has to itself. */
    void reset(Http1Exchange given) {
        if (exchange == given) {
            exchange = null;
            close();
        }
    }

    /** Part of a request. What cannot be written fails the connection, see {@link #exceptionCaught}. */
    @SuppressWarnings("FutureReturnValueIgnored") // the promise that has no listeners
    void send(HttpObject part) {
        channel.writeAndFlush(part, channel.voidPromise());
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be closed is closed
    void close() {
        channel.close();
        gone();
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object message) {
        context.emit(message, incoming);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        context.emit(CLOSED, this::fail);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext here, Throwable cause) {
        context.emit(cause, this::fail);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext here) {
        Http1Exchange waiting = exchange;
        if (waiting != null && channel.isWritable()) {
            context.emit(null, nothing -> waiting.drained());
        }
    }

    private void onMessage(Object message) {
        Http1Exchange asking = exchange;
        if (asking == null || !awaitsAnswer() || !(message instanceof HttpObject part)) {
            ReferenceCountUtil.release(message);
            fail(new VertxException("something came that was not asked for", true));
        } else if (part.decoderResult().isFailure()) {
            ReferenceCountUtil.release(message);
            fail(part.decoderResult().cause());
        } else if (message instanceof HttpResponse head) {
            asking.head(head);
        } else if (message instanceof HttpContent content) {
            if (content.content().isReadable()) {
                asking.chunk(BufferInternal.safeBuffer(content.content()));
            } else {
                content.release();
            }
            if (content instanceof LastHttpContent) {
                asking.last();
            }
        }
    }

    /** Whether a request is under way whose answer has not come whole. */
    boolean awaitsAnswer() {
        return exchange != null && !exchange.isAnswered();
    }

    /** Whether the answer that is awaited has no body, whatever its head says. */
    boolean answersHead() {
        return exchange != null && exchange.isHead();
    }

    /** Ends the connection and what is under way on it. */
    void fail(Throwable cause) {
        Http1Exchange broken = exchange;
        exchange = null;
        close();
        if (broken != null) {
            broken.fail(cause);
        }
    }

    private void gone() {
        if (!closed) {
            closed = true;
            owner.closed(this);
        }
    }
}
