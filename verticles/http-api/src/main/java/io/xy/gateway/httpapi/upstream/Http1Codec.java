package io.xy.gateway.httpapi.upstream;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpHeadersFactory;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.AsciiString;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.impl.headers.HeadersMultiMap;
import io.xy.gateway.httpapi.exchange.HeaderNames;

/** Netty's codec of HTTP/1.1 with the headers of Vert.x, so that nobody copies them. Checked against Vert.x 5.0.12. */
final class Http1Codec {
    private static final HttpHeadersFactory HEADERS = new HttpHeadersFactory() {
        @Override
        public HttpHeaders newHeaders() {
            return HeadersMultiMap.httpHeaders();
        }

        @Override
        public HttpHeaders newEmptyHeaders() {
            return HeadersMultiMap.httpHeaders();
        }
    };

    private static final HttpDecoderConfig LIMITS = new HttpDecoderConfig()
            .setMaxInitialLineLength(HttpClientOptions.DEFAULT_MAX_INITIAL_LINE_LENGTH)
            .setMaxHeaderSize(HttpClientOptions.DEFAULT_MAX_HEADER_SIZE)
            .setMaxChunkSize(HttpClientOptions.DEFAULT_MAX_CHUNK_SIZE)
            .setInitialBufferSize(HttpClientOptions.DEFAULT_DECODER_INITIAL_BUFFER_SIZE)
            .setHeadersFactory(HEADERS)
            .setTrailersFactory(HEADERS);

    private Http1Codec() {}

    /** Belongs to one connection. */
    static final class Decoder extends HttpResponseDecoder {
        private final HeaderNames names;
        private final Http1Connection connection;

        /**
         * @param names of the headers of earlier answers
         */
        Decoder(HeaderNames names, Http1Connection connection) {
            super(LIMITS);
            this.names = names;
            this.connection = connection;
        }

        /** Whether bytes have come behind the answer that was read last. */
        boolean hasMore() {
            return actualReadableBytes() > 0;
        }

        @Override
        public void channelRead(ChannelHandlerContext here, Object bytes) throws Exception {
            if (connection.awaitsAnswer()) {
                super.channelRead(here, bytes);
            } else {
                here.fireChannelRead(bytes);
            }
        }

        @Override
        protected AsciiString splitHeaderName(byte[] bytes, int start, int length) {
            return names.of(bytes, start, length);
        }

        @Override
        protected boolean isContentAlwaysEmpty(HttpMessage message) {
            return connection.answersHead() || super.isContentAlwaysEmpty(message);
        }
    }

    /** Belongs to one connection. */
    static final class Encoder extends HttpRequestEncoder {
        @Override
        protected void encodeHeaders(HttpHeaders headers, ByteBuf to) {
            if (headers instanceof HeadersMultiMap own) {
                own.encode(to, false);
            } else {
                super.encodeHeaders(headers, to);
            }
        }
    }
}
