package io.xy.gateway.httpapi.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.Http1xServerConnection;

/**
 * Makes a request of an unknown HTTP version an undecodable one, so that it is refused in our words. Without it Vert.x
 * refuses it in its own. Reaches into Vert.x; checked against 5.0.12, where the connection's handler is the last of
 * the pipeline.
 */
final class VersionCheck extends ChannelInboundHandlerAdapter {
    /** Cause of the decoder result. */
    static final class UnknownVersion extends DecoderException {
        private static final long serialVersionUID = 1;
    }

    /** Watches the connection, if it is one of HTTP/1. */
    static void watch(HttpConnection connection) {
        if (connection instanceof Http1xServerConnection http1) {
            ChannelHandlerContext last = http1.channelHandlerContext();
            last.pipeline().addBefore(last.name(), "version", new VersionCheck());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess()) {
            HttpVersion version = request.protocolVersion();
            if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
                request.setProtocolVersion(HttpVersion.HTTP_1_1);
                request.setDecoderResult(DecoderResult.failure(new UnknownVersion()));
            }
        }
        context.fireChannelRead(message);
    }
}
