package io.xy.gateway.wsfanout;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.Await;
import io.xy.gateway.testkit.TestVertx;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A client that remembers every record in order. */
final class XyTestClient {
    /** Kept, because a client that nobody holds is closed with its sockets. */
    private final WebSocketClient client;

    private final WebSocket socket;
    private final List<JsonArray> records = new CopyOnWriteArrayList<>();
    private final List<byte[]> binaries = new CopyOnWriteArrayList<>();
    private final List<String> frames = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    private XyTestClient(WebSocketClient client, WebSocket socket) {
        this.client = client;
        this.socket = socket;
    }

    static XyTestClient connect(Vertx vertx, int port, String... protocols) {
        return connect(vertx, port, "/ws", MultiMap.caseInsensitiveMultiMap(), protocols);
    }

    static XyTestClient connect(Vertx vertx, int port, String uri, MultiMap headers, String... protocols) {
        return connect(vertx, new WebSocketClientOptions(), port, uri, headers, protocols);
    }

    static XyTestClient connect(
            Vertx vertx, WebSocketClientOptions how, int port, String uri, MultiMap headers, String... protocols) {
        return TestVertx.await(opening(vertx, how, port, uri, headers, protocols));
    }

    /** Fails as the upgrade or the handshake before it does. */
    static Future<XyTestClient> opening(
            Vertx vertx, WebSocketClientOptions how, int port, String uri, MultiMap headers, String... protocols) {
        WebSocketConnectOptions options = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI(uri)
                .setAllowOriginHeader(!how.isSsl())
                .setHeaders(headers);
        for (String protocol : protocols) {
            options.addSubProtocol(protocol);
        }
        WebSocketClient client =
                vertx.createWebSocketClient(how.setMaxFrameSize(1 << 22).setMaxMessageSize(1 << 24));
        return client.connect(options).map(open -> {
            XyTestClient xy = new XyTestClient(client, open);
            open.textMessageHandler(xy::onText);
            open.binaryMessageHandler(bytes -> xy.binaries.add(bytes.getBytes()));
            open.closeHandler(nothing -> xy.closed = true);
            return xy;
        });
    }

    /** A client of a protocol whose frames are not lists of records. */
    static XyTestClient text(Vertx vertx, int port, String uri) {
        XyTestClient client = connect(vertx, port, uri, MultiMap.caseInsensitiveMultiMap());
        client.socket.textMessageHandler(client.frames::add);
        return client;
    }

    void awaitFrame(String part) {
        Await.until("a frame with " + part + " among " + frames, () -> frames.stream()
                .anyMatch(frame -> frame.contains(part)));
    }

    void authenticate(String token) {
        send(new JsonObject().put("op", "auth").put("id", 1).put("token", token));
        await("ok", record -> record.getLong(1) == 1);
    }

    void send(JsonObject op) {
        sendText(op.encode());
    }

    void sendText(String text) {
        TestVertx.await(socket.writeTextMessage(text));
    }

    /** Subscribes under its own number and waits for the end of the first state. */
    void subscribe(long sub, String pattern, Object... options) {
        JsonObject op =
                new JsonObject().put("op", "sub").put("id", sub).put("sub", sub).put("s", pattern);
        for (int i = 0; i < options.length; i += 2) {
            op.put((String) options[i], options[i + 1]);
        }
        send(op);
        await("e", record -> record.getLong(1) == sub);
    }

    JsonArray await(String tag) {
        return await(tag, record -> true);
    }

    JsonArray await(String tag, Predicate<JsonArray> which) {
        Await.until("a record " + tag + " among " + records, () -> find(tag, which) != null);
        return Objects.requireNonNull(find(tag, which));
    }

    @Nullable
    JsonArray find(String tag, Predicate<JsonArray> which) {
        for (JsonArray record : records) {
            if (record.getString(0).equals(tag) && which.test(record)) {
                return record;
            }
        }
        return null;
    }

    List<JsonArray> all(String tag) {
        return records.stream().filter(r -> r.getString(0).equals(tag)).toList();
    }

    List<JsonArray> records() {
        return records;
    }

    List<String> frames() {
        return frames;
    }

    List<byte[]> binaries() {
        return binaries;
    }

    WebSocket socket() {
        return socket;
    }

    boolean isClosed() {
        return closed;
    }

    int awaitClose() {
        Await.until("the socket is closed", () -> closed);
        return socket.closeStatusCode();
    }

    void close() {
        TestVertx.await(socket.close());
        TestVertx.await(client.close());
    }

    private void onText(String text) {
        frames.add(text);
        for (Object record : new JsonArray(text)) {
            records.add((JsonArray) record);
        }
    }
}
