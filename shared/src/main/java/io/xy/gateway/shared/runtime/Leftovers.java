package io.xy.gateway.shared.runtime;

import io.netty.channel.Channel;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.VertxConnection;
import io.vertx.core.net.impl.VertxHandler;
import java.lang.invoke.VarHandle;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what a connection had read and nobody took when it closed. Vert.x keeps what comes while a connection is
 * paused, and forgets it when the connection closes: pooled memory that is lost until the process ends, a few hundred
 * kilobytes for each client that leaves at such a moment. Reaches into Vert.x; checked against 5.0.12.
 */
public final class Leftovers {
    private static final VarHandle PENDING = HiddenField.of(VertxConnection.class, "pending", Deque.class);

    private Leftovers() {}

    /** Watches a connection to its end, also when it is upgraded. */
    public static void watch(HttpConnection connection) {
        if (connection instanceof VertxConnection open) {
            watch(open.channel());
        }
    }

    /** Watches a socket to its end. */
    public static void watch(NetSocket socket) {
        if (socket instanceof VertxConnection open) {
            watch(open.channel());
        }
    }

    private static void watch(Channel channel) {
        channel.closeFuture().addListener(closed -> giveBack(channel));
    }

    private static void giveBack(Channel channel) {
        VertxHandler<?> handler = channel.pipeline().get(VertxHandler.class);
        VertxConnection connection = handler == null ? null : handler.getConnection();
        if (connection == null) {
            return;
        }
        @Nullable Deque<?> pending = (Deque<?>) PENDING.get(connection);
        while (pending != null && !pending.isEmpty()) {
            ReferenceCountUtil.release(pending.poll());
        }
    }
}
