package io.xy.gateway.wsfanout.connection;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.xy.gateway.testkit.TestVertx;
import io.xy.gateway.wsfanout.Gateway;
import io.xy.gateway.wsfanout.edge.Edge;
import io.xy.gateway.wsfanout.protocol.MessageAssembler;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says again what it hears, read with the server options, the frame assembling and the close codes of {@code /ws}: what a
 * conformance suite finds of it holds for the gateway.
 */
final class EchoServer {
    /** The suite's largest message has 16 MiB. */
    private static final int MAX_BYTES = 1 << 24;

    private static final Logger LOG = LoggerFactory.getLogger(EchoServer.class);

    private EchoServer() {}

    /** Listens on a free port of 127.0.0.1 until the Vert.x is closed; the port. */
    static int start(Vertx vertx) {
        HttpServerOptions options = Edge.serverOptions(
                        Gateway.config(Map.of(), "").ws(), Gateway.NODE)
                .setMaxWebSocketFrameSize(MAX_BYTES)
                .setMaxWebSocketMessageSize(MAX_BYTES);
        Frames frames = new Frames();
        return TestVertx.await(vertx.createHttpServer(options)
                        .webSocketHandler(socket -> echo(socket, new Wire(socket, frames, true)))
                        .listen())
                .actualPort();
    }

    private static void echo(ServerWebSocket socket, Wire wire) {
        wire.listen(() -> {}, wire::close);
        socket.exceptionHandler(e -> LOG.debug("a peer broke the rules", e));
        MessageAssembler assembler = new MessageAssembler(
                MAX_BYTES,
                text -> write(socket, WebSocketFrame.textFrame(new String(text, StandardCharsets.UTF_8), true)),
                bytes -> write(socket, WebSocketFrame.binaryFrame(Buffer.buffer(bytes), true)),
                wire::close);
        socket.frameHandler(assembler::onFrame);
    }

    private static void write(ServerWebSocket socket, WebSocketFrame frame) {
        socket.writeFrame(frame).onFailure(e -> LOG.debug("a peer was gone before its echo"));
    }
}
