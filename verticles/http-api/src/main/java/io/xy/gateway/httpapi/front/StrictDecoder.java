package io.xy.gateway.httpapi.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.ByteProcessor;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.xy.gateway.httpapi.exchange.HeaderNames;
import java.util.List;

/**
 * Reads requests of HTTP/1 as the decoder that it takes the place of, and refuses what that one forgives: a folded
 * header line, which it joins, so that nobody behind it could tell; separators other than one blank in the request line;
 * bytes before the request line that it skips; and a version that is not spoken, which Vert.x would refuse in its own
 * words. Reaches into Vert.x; checked against 5.0.12 and Netty 4.2.18. Belongs to one event loop.
 */
final class StrictDecoder extends VertxHttpRequestDecoder {
    /** Cause of the decoder result: the version is none of HTTP/1. */
    static final class UnknownVersion extends DecoderException {
        private static final long serialVersionUID = 1;
    }

    /** Cause of the decoder result: a line that readers could take for different things (RFC 9112, 3 and 5.2). */
    static final class AmbiguousLine extends DecoderException {
        private static final long serialVersionUID = 1;
    }

    private static final ByteProcessor VISIBLE = value -> value > ' ' && value < 0x7f;

    private final SlowHeads slowHeads;
    private final HeaderNames names;
    /** Whether the next byte belongs to a head, and not to a body. */
    private boolean inHead = true;
    /** Whether the request line of that head has been read. */
    private boolean pastFirstLine;

    private boolean refused;

    private StrictDecoder(HttpServerOptions options, SlowHeads slowHeads, HeaderNames names) {
        super(options);
        this.slowHeads = slowHeads;
        this.names = names;
    }

    /**
     * Takes the place of the connection's decoder, if it is a connection of HTTP/1. Nothing has been read by then, because
     * the server does not listen for HTTP/2 in the clear.
     */
    static void install(HttpConnection connection, HttpServerOptions options, SlowHeads slowHeads, HeaderNames names) {
        if (connection instanceof Http1xServerConnection http1) {
            ChannelPipeline pipeline = http1.channelHandlerContext().pipeline();
            String name = pipeline.context(VertxHttpRequestDecoder.class).name();
            pipeline.replace(name, name, new StrictDecoder(options, slowHeads, names));
        }
    }

    @Override
    protected AsciiString splitHeaderName(byte[] bytes, int start, int length) {
        // The super class asks while it is being made, for names that it keeps itself.
        return names == null ? super.splitHeaderName(bytes, start, length) : names.of(bytes, start, length);
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (inHead && isAmbiguous(in)) {
            refused = true;
            HttpMessage message = createInvalidMessage().setProtocolVersion(HttpVersion.HTTP_1_1);
            message.setDecoderResult(DecoderResult.failure(new AmbiguousLine()));
            out.add(message);
            in.skipBytes(in.readableBytes());
        } else {
            super.decode(context, in, out);
        }
        follow(context, in, out);
    }

    @Override
    protected HttpMessage createMessage(String[] firstLine) {
        HttpRequest message = (HttpRequest) super.createMessage(firstLine);
        HttpVersion version = message.protocolVersion();
        // There is one object for each of these; what is only spelled alike is another.
        if (version != HttpVersion.HTTP_1_1 && version != HttpVersion.HTTP_1_0) {
            throw new UnknownVersion();
        }
        pastFirstLine = true;
        return message;
    }

    @Override
    protected void handlerRemoved0(ChannelHandlerContext context) throws Exception {
        slowHeads.complete(context);
        super.handlerRemoved0(context);
    }

    private void follow(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (!out.isEmpty()) {
            inHead = out.get(out.size() - 1) instanceof LastHttpContent;
            pastFirstLine = false;
            slowHeads.complete(context);
        } else if (inHead && (pastFirstLine || in.isReadable())) {
            slowHeads.incomplete(context);
        }
    }

    /** Looks at the lines of a head that have come. The decoder takes whole lines, so this starts at a line. */
    private boolean isAmbiguous(ByteBuf in) {
        int end = in.writerIndex();
        int line = in.readerIndex();
        if (!pastFirstLine) {
            while (line < end && (in.getByte(line) == '\r' || in.getByte(line) == '\n')) {
                line++;
            }
            int next = next(in, line, end);
            if (!isRequestLine(in, line, next)) {
                return true;
            }
            line = next;
        }
        return hasFold(in, line, end);
    }

    /** Three words of visible characters with one blank between them; the beginning of it, while the end has not come. */
    private static boolean isRequestLine(ByteBuf in, int start, int next) {
        boolean whole = next > start && in.getByte(next - 1) == '\n';
        int from = start;
        for (int word = 1; word <= 3; word++) {
            int end = in.forEachByte(from, next - from, VISIBLE);
            if (end < 0) {
                return !whole;
            }
            byte separator = in.getByte(end);
            if (end == from || separator != (word < 3 ? ' ' : '\r')) {
                return false;
            }
            from = end + 1;
        }
        return whole ? from == next - 1 : from == next;
    }

    private static boolean hasFold(ByteBuf in, int start, int end) {
        int line = start;
        while (line < end) {
            byte first = in.getByte(line);
            if (first == ' ' || first == '\t') {
                return true;
            }
            if (first == '\r' || first == '\n') {
                return false;
            }
            line = next(in, line, end);
        }
        return false;
    }

    private static int next(ByteBuf in, int from, int end) {
        int lineFeed = in.indexOf(from, end, (byte) '\n');
        return lineFeed < 0 ? end : lineFeed + 1;
    }
}
