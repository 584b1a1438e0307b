package io.xy.gateway.wsfanout.sockjs;

import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.connection.Member;
import io.xy.gateway.wsfanout.connection.Presence;
import io.xy.gateway.wsfanout.connection.Visitor;
import io.xy.gateway.wsfanout.hub.Mode;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.hub.Subscription;
import io.xy.gateway.wsfanout.hub.Tier;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import io.xy.gateway.wsfanout.protocol.TokenBucket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client of the event-bus bridge protocol over SockJS (requirement N13). An address that is a subject or pattern is
 * a subscription in the hub, under the same rights as on {@code /ws}. The stock bridge would register a consumer of the
 * whole cluster per client and address, and write without a bound.
 *
 * <p>The token comes in the {@code Authorization} header of a frame ({@code defaultHeaders} of the client), or in
 * {@code send("xy.auth", {token})}. Until then everything is refused with {@code access_denied}. Calls go to
 * {@code send("xy.api", {to, body, ms, idem})} or under the names of the desk's events ({@link DeskEvents}); other addresses
 * are closed, and so is {@code publish}.
 */
public final class BridgeConnection implements Member {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeConnection.class);
    private static final String AUTH = "xy.auth";
    private static final String API = "xy.api";
    private static final int FRAMES_PER_SECOND = 50;
    private static final int FRAMES_BURST = 100;
    private static final long GONE_MILLIS = 60_000;

    private final Loop loop;
    private final String id;
    private final SockJSSocket socket;
    private final Visitor visitor;
    private final Presence presence;
    private final BridgeSink sink;
    private final Outbox outbox;
    private final BridgeCalls calls;
    private final DeskEvents desk;
    private final TokenBucket frames;
    private final Map<String, Subscription> byAddress = new HashMap<>();
    private long heardAt = System.currentTimeMillis();
    private final Runnable onGone;

    /**
     * @param onGone called once, when the session is over
     */
    BridgeConnection(Loop loop, String id, SockJSSocket socket, Visitor visitor, Runnable onGone) {
        this.onGone = onGone;
        this.loop = loop;
        this.id = id;
        this.socket = socket;
        this.visitor = visitor;
        this.sink =
                new BridgeSink(loop, socket, () -> loop.context().runOnContext(nothing -> close(CloseCode.TOO_SLOW)));
        this.outbox = new Outbox(loop.hub(), sink);
        String peer = loop.client(socket.remoteAddress(), socket.headers());
        this.presence = new Presence(loop, this, visitor, outbox, peer, GONE_MILLIS);
        sink.onDrained(outbox::onWritable);
        this.calls = new BridgeCalls(loop, visitor, id, peer, sink::write);
        this.desk = new DeskEvents(loop, outbox, presence.passport(), calls, this::subscriptions, this::refuse);
        sink.addresses(desk::address);
        this.frames = new TokenBucket(FRAMES_PER_SECOND, FRAMES_BURST, heardAt);
    }

    /** Attaches to the socket. */
    void open() {
        socket.handler(this::onFrame);
        socket.exceptionHandler(e -> onClosed());
        socket.closeHandler(nothing -> onClosed());
        if (!presence.begin()) {
            close(CloseCode.TOO_MANY);
        }
    }

    @Override
    public @Nullable Principal principal() {
        return visitor.principal();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public int subscriptions() {
        return byAddress.size() + desk.size();
    }

    @Override
    public void sweep(long now) {
        if (presence.isOver()) {
            return;
        }
        CloseCode due = presence.due(now, now - heardAt >= GONE_MILLIS);
        if (due != null) {
            close(due);
        }
    }

    @Override
    public void drain(long inMillis) {
        // The bridge protocol has no word for it; the client reconnects when it is closed.
    }

    @Override
    public void close(CloseCode code) {
        if (!presence.isOver()) {
            loop.meters().closed(id, code);
            onClosed();
            sink.write(Envelope.error(code.code() + " " + code.reason(), ""));
            // Closing empties the session's queue, so the last word must have left it.
            loop.context().runOnContext(nothing -> socket.close(code.code(), code.reason()));
            if (code == CloseCode.TOO_SLOW) {
                socket.routingContext().request().connection().close().onFailure(e -> LOG.debug("cut already"));
            }
        }
    }

    private void onFrame(Buffer frame) {
        if (presence.isOver()) {
            return;
        }
        heardAt = System.currentTimeMillis();
        if (!frames.take(heardAt)) {
            close(CloseCode.RATE_LIMITED);
            return;
        }
        ClientOp op;
        try {
            op = ClientOp.read(frame.getBytes());
            if (op.text("type", "").equals("ping")) {
                return;
            }
            identify(op, tokenOf(op));
        } catch (GatewayException e) {
            sink.write(Envelope.error("invalid_json", ""));
        }
    }

    /** The header counts first; a send to the authentication address carries it in its body. */
    private static String tokenOf(ClientOp op) {
        JsonObject headers = op.object("headers");
        Object header = headers == null ? null : headers.getValue("Authorization");
        if (header instanceof String text && text.regionMatches(true, 0, "bearer ", 0, 7)) {
            return text.substring(7).trim();
        }
        if (op.text("address", "").equals(AUTH)) {
            return ClientOp.read(op.body().array()).text("token", "");
        }
        return "";
    }

    /** Later frames wait while a token is checked. */
    private void identify(ClientOp op, String token) {
        if (token.isEmpty() || token.equals(visitor.token())) {
            dispatch(op);
            return;
        }
        socket.pause();
        loop.verify(token).onComplete(done -> {
            if (!presence.isOver()) {
                onVerified(op, token, done);
                socket.resume();
            }
        });
    }

    private void onVerified(ClientOp op, String token, AsyncResult<Principal> done) {
        if (done.failed()) {
            Failure failure = GatewayException.failureOf(done.cause());
            deny(op, failure, LegacyCode.of(failure.error()));
        } else if (!visitor.mayBecome(done.result())) {
            deny(op, GatewayError.FORBIDDEN.notExecuted("The token is another user's"), LegacyCode.UNAUTHORISED);
        } else if (!presence.passport().admits(done.result())) {
            deny(op, GatewayError.RATE_LIMITED.notExecuted("This user has too many connections"), "");
            close(CloseCode.TOO_MANY);
        } else {
            visitor.is(done.result(), token);
            recheck(done.result());
            dispatch(op);
        }
    }

    private void dispatch(ClientOp op) {
        String address = op.text("address", "");
        Principal principal = visitor.principal();
        if (address.isEmpty()) {
            sink.write(Envelope.error("missing_address", ""));
        } else if (principal == null) {
            deny(op, GatewayError.UNAUTHORIZED.notExecuted("A token is needed"), LegacyCode.UNAUTHORISED);
        } else {
            switch (op.text("type", "")) {
                case "register" -> register(op, principal, address);
                case "unregister" -> unregister(address);
                case "send" -> send(op, principal, address);
                case "publish" ->
                    deny(op, GatewayError.FORBIDDEN.notExecuted("Clients do not publish"), LegacyCode.SUBJECT_REFUSED);
                default -> sink.write(Envelope.error("invalid_type", ""));
            }
        }
    }

    private void register(ClientOp op, Principal principal, String address) {
        if (byAddress.containsKey(address)) {
            sink.write(Envelope.error("address_already_registered", ""));
            return;
        }
        if (DeskEvents.isHeard(address)) {
            // Values come as soon as something is subscribed under one of the desk's names.
            return;
        }
        Failure refusal = loop.entitlement().refusal(principal, address);
        if (refusal != null) {
            deny(op, refusal, LegacyCode.SUBJECT_REFUSED);
            return;
        }
        if (subscriptions() >= loop.config().ws().maxSubscriptions()
                || !loop.hub().hasRoomFor(outbox, address)
                || !presence.passport().subscribes()) {
            sink.write(Envelope.error("max_handlers_reached", address));
            return;
        }
        Subscription subscription =
                new Subscription(outbox, byAddress.size() + 1, address, Mode.ALL, Tier.TURN, Subscription.Start.LIVE);
        byAddress.put(address, subscription);
        loop.hub().subscribe(subscription);
    }

    private void unregister(String address) {
        Subscription subscription = byAddress.remove(address);
        if (subscription != null) {
            presence.passport().unsubscribes();
            loop.hub().unsubscribe(subscription);
        }
    }

    private void send(ClientOp op, Principal principal, String address) {
        switch (address) {
            case AUTH ->
                calls.reply(
                        op,
                        new JsonObject()
                                .put("user", principal.id())
                                .put("exp", Math.max(0, visitor.leftMillis(System.currentTimeMillis()))));
            case API -> calls.call(op);
            default -> {
                try {
                    if (!desk.send(op, principal, address)) {
                        refuse(op, GatewayError.FORBIDDEN.notExecuted("Not an open address"));
                    }
                } catch (GatewayException e) {
                    refuse(op, e.failure());
                }
            }
        }
    }

    private void refuse(ClientOp op, Failure failure) {
        deny(op, failure, LegacyCode.of(failure.error()));
    }

    private void recheck(Principal principal) {
        desk.recheck(principal);
        for (String address : List.copyOf(byAddress.keySet())) {
            if (loop.entitlement().refusal(principal, address) != null) {
                unregister(address);
                sink.write(Envelope.error(Envelope.ACCESS_DENIED, address, LegacyCode.SUBJECT_REFUSED));
            }
        }
    }

    private void deny(ClientOp op, Failure failure, String legacy) {
        loop.meters().refused(id, legacy, failure);
        if (!op.text("replyAddress", "").isEmpty()) {
            calls.fail(op, failure, legacy);
        } else {
            sink.write(Envelope.error(Envelope.ACCESS_DENIED, op.text("address", ""), legacy));
        }
    }

    private void onClosed() {
        presence.end(() -> {
            List.copyOf(byAddress.keySet()).forEach(this::unregister);
            desk.endAll();
            onGone.run();
        });
    }
}
