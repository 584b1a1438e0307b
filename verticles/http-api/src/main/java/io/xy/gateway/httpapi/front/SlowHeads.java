package io.xy.gateway.httpapi.front;

import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Closes connections whose request head does not come to an end within 5 s. Only heads that come in pieces are known here, so that
 * the others cost nothing. Belongs to one event loop.
 */
final class SlowHeads {
    private static final long LIMIT_MILLIS = 5_000;
    private static final long SWEEP_MILLIS = 1_000;

    /** Since when; the oldest first, because all have the same time. */
    private final Map<ChannelHandlerContext, Long> waiting = new LinkedHashMap<>();

    SlowHeads(Vertx vertx) {
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    /** A first piece came, or another one. */
    void incomplete(ChannelHandlerContext connection) {
        waiting.putIfAbsent(connection, System.nanoTime());
    }

    void complete(ChannelHandlerContext connection) {
        if (!waiting.isEmpty()) {
            waiting.remove(connection);
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // a connection that cannot be closed is closed
    private void sweep() {
        long now = System.nanoTime();
        List<ChannelHandlerContext> late = new ArrayList<>();
        for (Map.Entry<ChannelHandlerContext, Long> each : waiting.entrySet()) {
            if (now - each.getValue() < LIMIT_MILLIS * 1_000_000) {
                break;
            }
            late.add(each.getKey());
        }
        for (ChannelHandlerContext connection : late) {
            waiting.remove(connection);
            connection.close();
        }
    }
}
