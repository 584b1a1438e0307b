package io.xy.gateway.httpapi.upstream;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.NetSocket;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A request of HTTP/2, or one that asks for WebSocket, and its answer, through Vert.x. Belongs to one event loop. */
final class ClientExchange implements UpstreamRequest, UpstreamAnswer {
    private static final Logger LOG = LoggerFactory.getLogger(ClientExchange.class);

    private final HttpClientRequest request;
    private final boolean upgrade;
    private final Owner owner;
    private @Nullable HttpClientResponse response;

    /**
     * @param upgrade whether it asks for WebSocket
     */
    ClientExchange(HttpClientRequest request, boolean upgrade, Owner owner) {
        this.request = request;
        this.upgrade = upgrade;
        this.owner = owner;
    }

    @Override
    public MultiMap requestHeaders() {
        return request.headers();
    }

    @Override
    public void send(@Nullable Buffer body) {
        if (upgrade) {
            request.headers().set(HttpHeaders.CONNECTION, "Upgrade").set(HttpHeaders.UPGRADE, "websocket");
            request.connect().onComplete(this::answered, owner::broke);
            return;
        }
        await();
        log(body == null ? request.end() : request.end(body));
    }

    @Override
    public void sendHead(long length) {
        if (length < 0) {
            request.setChunked(true);
        } else {
            request.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(length));
        }
        await();
    }

    /** A failed write shows again where the request's own failure is handled. */
    @Override
    public void write(Buffer chunk) {
        log(request.write(chunk));
    }

    @Override
    public boolean isFull() {
        return request.writeQueueFull();
    }

    @Override
    public void onDrain(Handler<Void> drained) {
        request.drainHandler(drained);
    }

    @Override
    public void end() {
        log(request.end());
    }

    /** Vert.x knows by itself. */
    @Override
    public void release() {}

    @Override
    public void reset() {
        log(request.reset().mapEmpty());
    }

    @Override
    public int status() {
        return answer().statusCode();
    }

    @Override
    public MultiMap headers() {
        return answer().headers();
    }

    @Override
    public void receive(Receiver receiver) {
        answer().exceptionHandler(receiver::broke)
                .endHandler(end -> receiver.ended())
                .handler(receiver::chunk);
    }

    @Override
    public void pause() {
        answer().pause();
    }

    @Override
    public void resume() {
        answer().resume();
    }

    @Override
    public NetSocket netSocket() {
        return answer().netSocket();
    }

    @Override
    public void close() {
        log(request.connection().close());
    }

    private void await() {
        request.earlyHintsHandler(owner::hinted);
        request.response().onComplete(this::answered, owner::broke);
    }

    private void answered(HttpClientResponse came) {
        response = came;
        owner.answered(this);
    }

    private HttpClientResponse answer() {
        return Objects.requireNonNull(response, "no answer yet");
    }

    private static void log(Future<Void> done) {
        done.onFailure(e -> LOG.debug("a request to an upstream: {}", e.getMessage()));
    }
}
