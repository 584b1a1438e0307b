package io.xy.gateway.httpapi.front;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;
import io.netty.handler.codec.http2.Http2FrameListenerDecorator;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Watches one connection of HTTP/2 for what the codec lets pass: frames that ask for nothing and cost an answer, and
 * clients that ask and then take nothing of the answer, or one byte at a time, which holds it in our memory for as long
 * as they like. Belongs to one event loop.
 */
final class Http2Guard extends Http2FrameListenerDecorator {
    /** Frames that ask for nothing: so many at once, and so many a second; every request is good for two. */
    private static final int CONTROLS = 1_000;

    private static final int CONTROLS_PER_SECOND = 100;
    private static final int CONTROLS_PER_REQUEST = 2;
    /** A smaller gift of window is one of those frames. */
    private static final int TINY_WINDOW = 1_024;

    /** Who takes less than this in this time takes nothing. */
    private static final long LEAST_BYTES = 1_024;

    private static final long STALL_NANOS = 15_000_000_000L;

    /** An answer that waits, as it was when it began to. */
    private static final class Stall {
        private final long since;
        private final long window;
        private long given;

        private Stall(long since, long window) {
            this.since = since;
            this.window = window;
        }
    }

    private final Http2Connection connection;
    private final Http2RemoteFlowController flow;
    private final Map<Integer, Stall> stalls = new HashMap<>();
    private int controls = CONTROLS;

    private Http2Guard(Http2FrameListener listener, Http2Connection connection) {
        super(listener);
        this.connection = connection;
        this.flow = connection.remote().flowController();
    }

    /** Takes its place between the codec and Vert.x. */
    static Http2Guard install(Http2ConnectionHandler handler) {
        Http2Guard guard = new Http2Guard(handler.decoder().frameListener(), handler.connection());
        handler.decoder().frameListener(guard);
        return guard;
    }

    /**
     * To be called every second.
     *
     * @return whether an answer waits for a client that takes nothing of it
     */
    boolean isStalled(long nowNanos) {
        controls = Math.min(CONTROLS, controls + CONTROLS_PER_SECOND);
        if (connection.numActiveStreams() == 0) {
            stalls.clear();
            return false;
        }
        stalls.keySet().removeIf(id -> !waits(id == 0 ? connection.connectionStream() : connection.stream(id)));
        try {
            return waits(connection.connectionStream()) && isStalled(connection.connectionStream(), nowNanos)
                    || connection.forEachActiveStream(stream -> !waits(stream) || !isStalled(stream, nowNanos)) != null;
        } catch (Http2Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whether an answer has begun and cannot go on; all of them, if it is the connection that has no window left. */
    private boolean waits(@Nullable Http2Stream stream) {
        if (stream == null) {
            return false;
        }
        if (stream.id() == 0) {
            return flow.windowSize(stream) <= 0;
        }
        return stream.isHeadersSent()
                && stream.state().localSideOpen()
                && (flow.hasFlowControlled(stream) || flow.windowSize(stream) <= 0);
    }

    private boolean isStalled(Http2Stream stream, long nowNanos) {
        // Relative to what every stream is given at first: settings may change that for all of them.
        long first = stream.id() == 0 ? 0 : flow.initialWindowSize();
        long window = flow.windowSize(stream) - first;
        Stall stall = stalls.computeIfAbsent(stream.id(), absent -> new Stall(nowNanos, window));
        if (stall.window + stall.given - window >= LEAST_BYTES) {
            stalls.put(stream.id(), new Stall(nowNanos, window));
            return false;
        }
        return nowNanos - stall.since > STALL_NANOS;
    }

    private void onControl() throws Http2Exception {
        if (--controls < 0) {
            throw Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, "too many frames that ask for nothing");
        }
    }

    private void onRequest() {
        controls = Math.min(CONTROLS, controls + CONTROLS_PER_REQUEST);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context, int streamId, Http2Headers headers, int padding, boolean endStream)
            throws Http2Exception {
        onRequest();
        super.onHeadersRead(context, streamId, headers, padding, endStream);
    }

    @Override
    public void onHeadersRead(
            ChannelHandlerContext context,
            int streamId,
            Http2Headers headers,
            int streamDependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean endStream)
            throws Http2Exception {
        onRequest();
        super.onHeadersRead(context, streamId, headers, streamDependency, weight, exclusive, padding, endStream);
    }

    @Override
    public void onPriorityRead(
            ChannelHandlerContext context, int streamId, int streamDependency, short weight, boolean exclusive)
            throws Http2Exception {
        onControl();
        super.onPriorityRead(context, streamId, streamDependency, weight, exclusive);
    }

    @Override
    public void onSettingsRead(ChannelHandlerContext context, Http2Settings settings) throws Http2Exception {
        onControl();
        super.onSettingsRead(context, settings);
    }

    @Override
    public void onPingRead(ChannelHandlerContext context, long data) throws Http2Exception {
        onControl();
        super.onPingRead(context, data);
    }

    @Override
    public void onWindowUpdateRead(ChannelHandlerContext context, int streamId, int increment) throws Http2Exception {
        if (increment < TINY_WINDOW) {
            onControl();
        }
        Stall stall = stalls.get(streamId);
        if (stall != null) {
            stall.given += increment;
        }
        super.onWindowUpdateRead(context, streamId, increment);
    }
}
