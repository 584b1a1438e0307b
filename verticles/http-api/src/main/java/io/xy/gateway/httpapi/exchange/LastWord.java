package io.xy.gateway.httpapi.exchange;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.VertxConnection;
import java.util.concurrent.TimeUnit;

/**
 * A mark on connections of HTTP/1 that end with an answer that is being given: what else has come on them is not served,
 * because its sender may see other borders between requests than we do. Reaches into Vert.x; checked against 5.0.12.
 */
public final class LastWord {
    private static final AttributeKey<Boolean> SAID = AttributeKey.valueOf("xy.last-word");
    private static final long LINGER_MILLIS = 5_000;

    private LastWord() {}

    public static void say(HttpConnection connection) {
        if (connection instanceof VertxConnection open) {
            open.channel().attr(SAID).set(true);
        }
    }

    public static boolean isSaid(HttpConnection connection) {
        return connection instanceof VertxConnection open && open.channel().hasAttr(SAID);
    }

    /**
     * Ends the connection after the answer is written: our side at once, the client's when it has stopped sending, at the
     * latest after 5 s. Closed at once, what the client sends afterwards would be met with a reset, and a reset takes the
     * answer away from a client that has not read it yet (RFC 9112, 9.6).
     */
    @SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be closed is closed
    public static void close(HttpConnection connection) {
        if (!(connection instanceof VertxConnection open) || !(open.channel() instanceof DuplexChannel channel)) {
            connection.close();
            return;
        }
        if (!channel.isActive()) {
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        channel.pipeline().addFirst(Deaf.INSTANCE);
        channel.config().setAutoRead(true);
        Future<?> limit = channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> limit.cancel(false));
        if (tls == null) {
            channel.shutdownOutput();
        } else {
            tls.closeOutbound().addListener(said -> channel.shutdownOutput());
        }
    }

    /** Takes what comes, and drops it. */
    @ChannelHandler.Sharable
    private static final class Deaf extends ChannelInboundHandlerAdapter {
        static final Deaf INSTANCE = new Deaf();

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
