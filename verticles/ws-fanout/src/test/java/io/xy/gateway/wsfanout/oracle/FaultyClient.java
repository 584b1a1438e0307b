package io.xy.gateway.wsfanout.oracle;

import io.netty.channel.Channel;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import io.vertx.core.internal.http.WebSocketInternal;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.testkit.TestVertx;

/** A client that stops reading, is cut off, comes back where it stopped, and leaves its subscription, as it is told. */
public final class FaultyClient {
    private static final int SUB = 7;

    private final WebSocketClient client;
    private final WebSocketConnectOptions target;
    private final String pattern;
    private final String mode;
    private final int rate;
    private final Ledger ledger;
    private WebSocket socket;
    private boolean stalled;
    private boolean subscribed;
    private int lastId;

    /**
     * @param rate updates per second and subject in mode {@code latest}; 0 for all that there is time for
     */
    public FaultyClient(Vertx vertx, int port, String token, String pattern, String mode, int rate) {
        this.client = vertx.createWebSocketClient(new WebSocketClientOptions()
                .setReceiveBufferSize(8_192)
                .setMaxFrameSize(1 << 20)
                .setMaxMessageSize(1 << 20));
        this.target = new WebSocketConnectOptions()
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/ws")
                .addSubProtocol("xy.v1.json")
                .addSubProtocol("bearer")
                .addSubProtocol(token);
        this.pattern = pattern;
        this.mode = mode;
        this.rate = rate;
        this.ledger = new Ledger(mode + rate + ' ' + pattern, mode.equals("all"));
        this.socket = connect();
        subscribe();
    }

    public Ledger ledger() {
        return ledger;
    }

    public boolean isSubscribed() {
        return subscribed;
    }

    public void stall() {
        stalled = true;
        socket.pause();
    }

    public void thaw() {
        stalled = false;
        socket.resume();
    }

    public boolean isStalled() {
        return stalled;
    }

    /** The connection breaks without a word; a new one resumes. */
    @SuppressWarnings("FutureReturnValueIgnored")
    public void kill() {
        socket.textMessageHandler(text -> {});
        Channel channel = ((WebSocketInternal) socket).channelHandlerContext().channel();
        // Past the handlers above, which would say goodbye first.
        channel.pipeline().firstContext().close().syncUninterruptibly();
        stalled = false;
        socket = connect();
        if (subscribed) {
            subscribe();
        }
    }

    public void subscribe() {
        subscribed = true;
        JsonObject since = new JsonObject();
        ledger.positions()
                .forEach((subject, at) ->
                        since.put(subject, new JsonArray().add(at.epoch()).add(at.sequence())));
        JsonObject op = new JsonObject()
                .put("op", "sub")
                .put("id", ++lastId)
                .put("sub", SUB)
                .put("s", pattern)
                .put("mode", mode)
                .put("rate", rate);
        send(since.isEmpty() ? op : op.put("since", since));
    }

    public void unsubscribe() {
        subscribed = false;
        send(new JsonObject().put("op", "unsub").put("id", ++lastId).put("sub", SUB));
    }

    private void send(JsonObject op) {
        TestVertx.await(socket.writeTextMessage(op.encode()));
    }

    private WebSocket connect() {
        return TestVertx.await(client.connect(target).map(open -> {
            ledger.connected();
            open.textMessageHandler(ledger::frame);
            return open;
        }));
    }
}
