package io.xy.gateway.wsfanout.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N12")
class WireTest {
    private final Vertx vertx = TestVertx.create();
    private final Frames frames = new Frames();

    @AfterEach
    void close() {
        TestVertx.close(vertx);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void thePipelineAndThePublicApiWriteTheSameFrames(boolean direct) {
        List<String> texts = new CopyOnWriteArrayList<>();
        List<byte[]> binaries = new CopyOnWriteArrayList<>();
        HttpServer server = serve(socket -> {
            Wire wire = new Wire(socket, frames, direct);
            wire.listen(() -> {}, code -> {});
            assertThat(wire.isWritable()).isTrue();
            for (int size : new int[] {1, 130, 70_000}) {
                wire.writeBatch(List.of(bytes("[\"" + "é".repeat(size) + "\"]"), bytes("[2]")));
            }
            wire.writeBinary(new byte[] {0, 1, 2});
            wire.flush();
            frames.endOfFlush();
            wire.close(CloseCode.KICKED);
            assertThat(wire.isWritable()).isFalse();
        });
        WebSocketClient client = vertx.createWebSocketClient(
                new WebSocketClientOptions().setMaxFrameSize(1 << 20).setMaxMessageSize(1 << 20));
        WebSocket socket = TestVertx.await(
                client.connect(server.actualPort(), "127.0.0.1", "/").map(open -> {
                    open.textMessageHandler(texts::add);
                    open.binaryMessageHandler(buffer -> binaries.add(buffer.getBytes()));
                    return open;
                }));
        Await.until("it is closed", socket::isClosed);
        assertThat(socket.closeStatusCode()).isEqualTo((short) 4303);
        assertThat(texts).hasSize(3);
        assertThat(texts.get(0)).isEqualTo("[[\"é\"],[2]]");
        assertThat(texts.get(2)).hasSize(70_000 + 10);
        assertThat(binaries).hasSize(1);
        assertThat(binaries.get(0)).containsExactly(0, 1, 2);
    }

    @Test
    void connectionsWithTheSameBatchShareOneFrame() {
        byte[] first = bytes("[1]");
        byte[] second = bytes("[2]");
        List<ByteBuf> written = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            written.add(frames.batch(List.of(first, second)));
        }
        written.add(frames.batch(List.of(second, first)));
        written.add(frames.batch(List.of(first)));
        assertThat(frames.built()).isEqualTo(3);
        frames.endOfFlush();
        assertThat(written).allMatch(frame -> frame.refCnt() > 0);
        written.forEach(frame -> frame.release());
        assertThat(written).allMatch(frame -> frame.refCnt() == 0);
    }

    private HttpServer serve(Consumer<ServerWebSocket> onSocket) {
        return TestVertx.await(vertx.createHttpServer()
                .requestHandler(request -> request.toWebSocket().onSuccess(onSocket::accept))
                .listen(0, "127.0.0.1"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
