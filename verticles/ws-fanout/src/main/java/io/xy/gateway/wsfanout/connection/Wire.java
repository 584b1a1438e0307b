package io.xy.gateway.wsfanout.connection;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.internal.http.WebSocketInternal;
import io.xy.gateway.wsfanout.hub.Batch;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one WebSocket. Writes finished frames into the pipeline next to the frame encoder, which saves a copy, a
 * promise and an encoding per client; where the pipeline looks different it falls back to the public API. The only class
 * that knows of Netty's pipeline; checked against Vert.x 5.0.10 and 5.0.12.
 */
public final class Wire {
    /** Bytes that may wait inside the server for one socket before it counts as full. */
    private static final int WRITE_QUEUE = 65_536;

    private static final long CUT_MILLIS = 5_000;

    /** After a broken frame nothing more is read, so no answer to the close frame can be awaited; it only has to arrive. */
    private static final long DEAF_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    private final ServerWebSocket socket;
    private final Frames frames;
    private final @Nullable ChannelHandlerContext encoder;
    private boolean unflushed;
    private boolean closing;

    /**
     * @param direct whether to use the pipeline; false takes the public API
     */
    public Wire(ServerWebSocket socket, Frames frames, boolean direct) {
        this.socket = socket;
        this.frames = frames;
        this.encoder = direct && socket instanceof WebSocketInternal internal
                ? internal.channelHandlerContext().pipeline().context("wsencoder")
                : null;
        socket.setWriteQueueMaxSize(WRITE_QUEUE);
    }

    /** Tells when the socket takes data again, and which close code a broken frame deserves. */
    void listen(Runnable onWritable, Consumer<CloseCode> onBroken) {
        socket.drainHandler(nothing -> onWritable.run());
        if (encoder != null) {
            encoder.pipeline().addBefore("handler", "xy", new Watch(onWritable, onBroken));
        }
    }

    boolean isWritable() {
        if (closing || socket.isClosed()) {
            return false;
        }
        return encoder == null ? !socket.writeQueueFull() : encoder.channel().isWritable();
    }

    /** One text frame {@code [r1,r2,…]}. */
    void writeBatch(List<byte[]> records) {
        writeText(frames.batch(records));
    }

    /** The frames of a batch that a cohort has in common, as far as there is room; how many values were in them. */
    int writeShared(Batch batch) {
        int values = 0;
        for (Frames.Part part : frames.parts(batch)) {
            if (values > 0 && !isWritable()) {
                break;
            }
            writeText(frames.share(part.bytes()));
            values += part.values();
        }
        return values;
    }

    private void writeText(ByteBuf frame) {
        if (encoder == null) {
            skipHeader(frame);
            writePublic(frame.toString(StandardCharsets.UTF_8));
            frame.release();
        } else {
            write(encoder, frame);
        }
    }

    void writeBinary(byte[] bytes) {
        if (encoder == null) {
            settle(socket.writeBinaryMessage(Buffer.buffer(bytes)));
        } else {
            write(encoder, Frames.frame(encoder.alloc(), Frames.BINARY, bytes));
        }
    }

    void flush() {
        if (unflushed && encoder != null) {
            unflushed = false;
            encoder.flush();
        }
    }

    /** Sends a close frame; the socket is cut when the peer does not answer it. */
    void close(CloseCode code) {
        close(code.code(), code.reason());
    }

    void close(short code, String reason) {
        if (!closing) {
            closing = true;
            flush();
            if (!socket.isClosed()) {
                settle(socket.close(code, reason));
                cutLater();
            }
        }
    }

    /** A peer that does not read would keep the close frame waiting, and with it the connection. */
    private void cutLater() {
        if (encoder != null) {
            cutAfter(CUT_MILLIS, encoder);
        }
    }

    private static void cutAfter(long millis, ChannelHandlerContext from) {
        Channel channel = from.channel();
        ScheduledFuture<?> cut = channel.eventLoop().schedule(() -> cut(from), millis, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(gone -> cut.cancel(false));
    }

    // Nobody waits for the end of a connection that is given up.
    @SuppressWarnings("FutureReturnValueIgnored")
    private static void cut(ChannelHandlerContext from) {
        // From the channel's end, the server's own handler would wait for the peer's close frame first.
        from.close();
    }

    // The void promise reports failures to the pipeline.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void write(ChannelHandlerContext context, ByteBuf frame) {
        unflushed = true;
        context.write(frame, context.voidPromise());
    }

    private void writePublic(String text) {
        settle(socket.writeFrame(WebSocketFrame.textFrame(text, true)));
    }

    private static void settle(Future<Void> written) {
        written.onFailure(e -> LOG.debug("a socket was gone before it was written to"));
    }

    private static void skipHeader(ByteBuf frame) {
        int length = frame.getByte(frame.readerIndex() + 1);
        frame.skipBytes(length == 126 ? 4 : length == 127 ? 10 : 2);
    }

    /** Sits before the server's own handler, which would cut the connection without a close code. */
    private static final class Watch extends ChannelInboundHandlerAdapter {
        private final Runnable onWritable;
        private final Consumer<CloseCode> onBroken;

        Watch(Runnable onWritable, Consumer<CloseCode> onBroken) {
            this.onWritable = onWritable;
            this.onBroken = onBroken;
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            context.fireChannelWritabilityChanged();
            if (context.channel().isWritable()) {
                onWritable.run();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof CorruptedWebSocketFrameException broken) {
                boolean large = broken.closeStatus().code() == WebSocketCloseStatus.MESSAGE_TOO_BIG.code();
                onBroken(context, large ? CloseCode.TOO_LARGE : CloseCode.BROKEN_FRAME);
            } else if (cause instanceof TooLongFrameException) {
                onBroken(context, CloseCode.TOO_LARGE);
            } else {
                context.fireExceptionCaught(cause);
            }
        }

        private void onBroken(ChannelHandlerContext context, CloseCode code) {
            onBroken.accept(code);
            cutAfter(DEAF_MILLIS, context);
        }
    }
}
