package io.xy.gateway.httpapi.exchange;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Hands what was written to the kernel when all that came in one turn of the event loop has been looked at, and not each
 * piece by itself: whoever gets it is woken once for several, and finds more to do before it sleeps again. One that is
 * alone in its turn leaves with the turn's end, which is at once. Belongs to one event loop.
 */
public final class TurnFlush extends ChannelOutboundHandlerAdapter {
    /** So many wait for each other at most: with many callers a turn is long. */
    static final int MOST = 64;

    /** What one event loop has not handed over yet. */
    private static final class Turn implements Runnable {
        private final ArrayDeque<TurnFlush> waiting = new ArrayDeque<>(MOST);
        private boolean ending;

        void add(TurnFlush written, EventLoop loop) {
            waiting.add(written);
            if (waiting.size() >= MOST) {
                flushAll();
            } else if (!ending) {
                ending = true;
                // Runs after everything that the selector found.
                loop.execute(this);
            }
        }

        @Override
        public void run() {
            ending = false;
            flushAll();
        }

        /** A flush may close a channel, or write more: those come behind. */
        private void flushAll() {
            for (int left = waiting.size(); left > 0; left--) {
                TurnFlush next = waiting.poll();
                if (next != null) {
                    next.flushNow();
                }
            }
        }
    }

    private static final FastThreadLocal<Turn> TURNS = new FastThreadLocal<>() {
        @Override
        protected Turn initialValue() {
            return new Turn();
        }
    };

    private @Nullable ChannelHandlerContext context;
    private boolean waits;

    private TurnFlush() {}

    /** To be called on the channel's event loop. */
    public static void install(Channel channel) {
        channel.pipeline().addFirst(new TurnFlush());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    /** A full channel is not kept waiting: its sender waits for it. */
    @Override
    public void flush(ChannelHandlerContext here) {
        if (!here.channel().isWritable()) {
            waits = false;
            here.flush();
        } else if (!waits) {
            waits = true;
            TURNS.get().add(this, here.channel().eventLoop());
        }
    }

    @Override
    public void close(ChannelHandlerContext here, ChannelPromise promise) throws Exception {
        flushNow();
        super.close(here, promise);
    }

    @Override
    public void disconnect(ChannelHandlerContext here, ChannelPromise promise) throws Exception {
        flushNow();
        super.disconnect(here, promise);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext here) {
        flushNow();
    }

    private void flushNow() {
        ChannelHandlerContext here = context;
        if (waits && here != null) {
            waits = false;
            here.flush();
        }
    }
}
