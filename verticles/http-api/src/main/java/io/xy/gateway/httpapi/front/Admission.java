package io.xy.gateway.httpapi.front;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.net.impl.ConnectionBase;
import io.xy.gateway.httpapi.exchange.Answer;
import io.xy.gateway.httpapi.exchange.LastWord;
import io.xy.gateway.httpapi.exchange.Problems;
import io.xy.gateway.httpapi.limits.OpenConnections;
import io.xy.gateway.httpapi.metrics.HttpMeters;
import io.xy.gateway.httpapi.metrics.RouteMeters.Limiter;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.runtime.Leftovers;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which connections of clients are taken at all. One that is too many is told so before it says anything and is closed:
 * nothing is kept for it. Reaches into Vert.x; checked against 5.0.12. Belongs to one event loop.
 */
final class Admission {
    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
    private static final long AGAIN_MILLIS = 1_000;

    private final OpenConnections open;
    private final HttpMeters meters;

    Admission(OpenConnections open, HttpMeters meters) {
        this.open = open;
        this.meters = meters;
    }

    /** Counts the connection until it closes; false when it is refused, and closed. */
    boolean admits(HttpConnection connection) {
        if (!(connection instanceof ConnectionBase base)) {
            return true;
        }
        Channel channel = base.channel();
        String peer = PeerAddress.of(connection);
        Limiter limiter = open.enter(peer);
        if (limiter != null) {
            meters.refusedConnection(limiter);
            refuse(connection, channel, limiter);
            return false;
        }
        meters.connections(1);
        Leftovers.watch(connection);
        // Its own handler of the close belongs to whoever takes the connection over.
        channel.closeFuture().addListener(closed -> {
            meters.connections(-1);
            open.leave(peer);
        });
        return true;
    }

    private static void refuse(HttpConnection connection, Channel channel, Limiter limiter) {
        if (connection instanceof Http1xServerConnection http1) {
            LastWord.say(connection);
            ChannelHandlerContext encoder =
                    http1.channelHandlerContext().pipeline().context(HttpResponseEncoder.class);
            encoder.writeAndFlush(answer(limiter)).addListener(ChannelFutureListener.CLOSE);
        } else {
            // Past the handler of HTTP/2, which would wait for streams that cannot come.
            channel.pipeline().firstContext().close().addListener(closed -> LOG.debug("a connection was refused"));
        }
    }

    /** An answer to no request in particular, as bytes. */
    private static ByteBuf answer(Limiter limiter) {
        String detail = limiter == Limiter.GLOBAL ? "Too many connections" : "Too many connections from this address";
        Answer answer =
                Problems.answer(GatewayError.OVERLOADED.notExecuted(detail).after(AGAIN_MILLIS), RequestIds.of(null));
        byte[] body = answer.body().array();
        String head = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: " + answer.contentType()
                + "\r\nretry-after: " + AGAIN_MILLIS / 1_000 + "\r\nconnection: close\r\ncache-control: no-store"
                + "\r\ncontent-length: " + body.length + "\r\n\r\n";
        return Unpooled.wrappedBuffer(head.getBytes(StandardCharsets.US_ASCII), body);
    }
}
