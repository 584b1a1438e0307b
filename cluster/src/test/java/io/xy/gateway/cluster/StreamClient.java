package io.xy.gateway.cluster;

import io.xy.gateway.testkit.Await;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A plain WebSocket client that speaks {@code xy.v1} and remembers every frame. */
final class StreamClient implements WebSocket.Listener, AutoCloseable {
    private final List<String> frames = new CopyOnWriteArrayList<>();
    private final StringBuilder partial = new StringBuilder();
    private @Nullable WebSocket socket;

    static StreamClient open(int port, String token) throws Exception {
        StreamClient client = new StreamClient();
        client.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("xy.v1.json")
                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/ws"), client)
                .get(10, TimeUnit.SECONDS);
        client.send("{\"op\":\"auth\",\"id\":1,\"token\":\"" + token + "\"}");
        client.await("auth", frame -> frame.contains("[\"ok\",1"));
        return client;
    }

    void subscribe(int id, String pattern) {
        send("{\"op\":\"sub\",\"id\":" + id + ",\"sub\":" + id + ",\"s\":\"" + pattern + "\"}");
        await("sub " + pattern, frame -> frame.contains("[\"ok\"," + id));
    }

    void send(String text) {
        Objects.requireNonNull(socket).sendText(text, true).join();
    }

    /** Waits for a frame, from the whole history. */
    void await(String what, Predicate<String> condition) {
        Await.until(what + " in " + frames.size() + " frames", Duration.ofSeconds(20), () -> frames.stream()
                .anyMatch(condition));
    }

    /** Waits for a frame that comes after {@code from} others. */
    void awaitAfter(int from, String what, Duration limit, Predicate<String> condition) {
        Await.until(what, limit, () -> frames.stream().skip(from).anyMatch(condition));
    }

    List<String> frames() {
        return List.copyOf(frames);
    }

    int count() {
        return frames.size();
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            frames.add(partial.toString());
            partial.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.abort();
        }
    }
}
