package io.xy.gateway.wsfanout.connection;

import io.vertx.core.AsyncResult;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonObject;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import io.xy.gateway.wsfanout.protocol.MessageAssembler;
import io.xy.gateway.wsfanout.protocol.Records;
import io.xy.gateway.wsfanout.protocol.TokenBucket;
import io.xy.gateway.wsfanout.protocol.Vocabulary;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One WebSocket that speaks {@code xy.v1}. Belongs to its instance's event loop. */
public final class XyConnection implements Member {
    private static final Logger LOG = LoggerFactory.getLogger(XyConnection.class);
    static final int OPS_PER_SECOND = 50;
    static final int OPS_BURST = 100;
    private static final int FRAMES_PER_OP = 10;
    private static final int MISTAKES = 20;
    private static final int MISTAKES_PER_SECOND = 2;

    private final Loop loop;
    private final String id;
    private final ServerWebSocket socket;
    private final Visitor visitor;
    private final Presence presence;
    private final Wire wire;
    private final XySink sink;
    private final Outbox outbox;
    private final Subscriptions subscriptions;
    private final Requests requests;
    private final MessageAssembler assembler;
    private final TokenBucket ops;
    private final TokenBucket frames;
    private final TokenBucket mistakes;
    private final Liveness liveness;
    private long pingDueMillis;

    /**
     * @param id unique on this instance
     * @param visitor knows who it is when the upgrade carried a token
     */
    public XyConnection(Loop loop, String id, ServerWebSocket socket, Visitor visitor) {
        long now = System.currentTimeMillis();
        this.loop = loop;
        this.id = id;
        this.socket = socket;
        this.visitor = visitor;
        String peer = loop.client(socket.remoteAddress(), socket.headers());
        this.wire = new Wire(socket, loop.frames(), true);
        this.sink = new XySink(
                wire, loop.hub().figures(), () -> loop.context().runOnContext(nothing -> close(CloseCode.TOO_SLOW)));
        this.outbox = new Outbox(loop.hub(), sink);
        this.presence = new Presence(
                loop, this, visitor, outbox, peer, loop.config().ws().authMillis());
        this.subscriptions = new Subscriptions(loop, outbox, presence.passport(), id);
        this.requests = new Requests(loop, visitor, id, peer, outbox::urgent);
        this.assembler = new MessageAssembler(loop.config().ws().maxFrameBytes(), this::onText, this::close);
        this.ops = new TokenBucket(OPS_PER_SECOND, OPS_BURST, now);
        this.frames = new TokenBucket(OPS_PER_SECOND * FRAMES_PER_OP, OPS_BURST * FRAMES_PER_OP, now);
        this.mistakes = new TokenBucket(MISTAKES_PER_SECOND, MISTAKES, now);
        this.liveness = new Liveness(now);
    }

    /** Attaches to the socket and says hello. */
    public void open() {
        wire.listen(outbox::onWritable, this::close);
        socket.frameHandler(this::onFrame);
        socket.exceptionHandler(e -> LOG.debug("{}: the socket failed", id));
        socket.closeHandler(nothing -> onClosed());
        outbox.urgent(Hello.record(loop, visitor.principal()));
        pingDueMillis = heartbeat();
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
        return subscriptions.size();
    }

    @Override
    public void sweep(long now) {
        if (presence.isOver()) {
            return;
        }
        CloseCode due = presence.due(now, liveness.isGone(now));
        if (due == null) {
            beat(now);
        } else {
            close(due);
        }
    }

    @Override
    public void drain(long inMillis) {
        outbox.urgent(Records.drain(inMillis, "deploy"));
    }

    @Override
    public void close(CloseCode code) {
        if (presence.isOver()) {
            return;
        }
        loop.meters().closed(id, code);
        outbox.flush();
        onClosed();
        wire.close(code);
    }

    private void beat(long now) {
        if (visitor.shouldBeWarned(now)) {
            outbox.urgent(Records.expiring(Math.max(0, visitor.leftMillis(now))));
        }
        if (liveness.shouldPing(now)) {
            socket.writePing(Buffer.buffer()).onFailure(e -> LOG.debug("{}: gone before a ping", id));
        }
        if (now - sink.writtenAt() >= pingDueMillis) {
            pingDueMillis = heartbeat();
            outbox.urgent(Records.ping(now));
        }
    }

    /** Spread, so that the pings of many quiet sockets do not fall together. */
    private long heartbeat() {
        long middle = loop.config().ws().heartbeatMillis();
        return middle * 8 / 10 + Math.floorMod(id.hashCode() * 31L + System.nanoTime(), Math.max(1, middle / 5));
    }

    private void onFrame(WebSocketFrame frame) {
        if (presence.isOver()) {
            return;
        }
        long now = System.currentTimeMillis();
        liveness.heard(now);
        if (frames.take(now)) {
            assembler.onFrame(frame);
        } else {
            close(CloseCode.RATE_LIMITED);
        }
    }

    private void onText(byte[] text) {
        if (!ops.take(System.currentTimeMillis())) {
            close(CloseCode.RATE_LIMITED);
            return;
        }
        ClientOp op;
        try {
            op = ClientOp.read(text);
        } catch (GatewayException e) {
            refuse(0, e.failure());
            return;
        }
        try {
            dispatch(op);
        } catch (GatewayException e) {
            if (op.isCall()) {
                outbox.urgent(Records.callError(op.id(), e.failure(), id));
            } else {
                boolean nobody = e.failure().error() == GatewayError.UNAUTHORIZED;
                refuse(
                        op.id(),
                        e.failure(),
                        nobody
                                ? LegacyCode.UNAUTHORISED
                                : LegacyCode.of(e.failure().error()));
            }
        }
    }

    private void dispatch(ClientOp op) {
        String name = op.op();
        if (name.equals("auth")) {
            authenticate(op);
            return;
        }
        if (name.equals("pong")) {
            return;
        }
        Principal principal = visitor.principal();
        if (principal == null) {
            throw GatewayError.UNAUTHORIZED.notExecuted("Send auth first").exception();
        }
        Vocabulary.check(op);
        switch (name) {
            case "sub" -> subscriptions.subscribe(op, principal);
            case "upd" -> subscriptions.update(op);
            case "unsub" -> subscriptions.unsubscribe(op);
            case "resync" -> subscriptions.resync(op);
            case "req" -> requests.request(op);
            case "cancel" -> requests.cancel(op);
            default -> throw ClientOp.bad("'op' is not known");
        }
    }

    /** Operations that the client has already sent after {@code auth} wait for its result. */
    private void authenticate(ClientOp op) {
        String token = op.requiredText("token");
        socket.pause();
        loop.verify(token).onComplete(done -> {
            if (!presence.isOver()) {
                onVerified(op.id(), token, done);
                socket.resume();
            }
        });
    }

    private void onVerified(long opId, String token, AsyncResult<Principal> done) {
        if (done.failed()) {
            Failure failure = GatewayException.failureOf(done.cause());
            refuse(opId, failure);
            if (visitor.principal() == null) {
                close(
                        switch (failure.error()) {
                            case TOKEN_EXPIRED -> CloseCode.EXPIRED;
                            case AUTH_UNAVAILABLE -> CloseCode.AUTH_UNAVAILABLE;
                            default -> CloseCode.INVALID_TOKEN;
                        });
            }
            return;
        }
        Principal principal = done.result();
        if (!visitor.mayBecome(principal)) {
            refuse(opId, GatewayError.FORBIDDEN.notExecuted("The token is another user's"), LegacyCode.UNAUTHORISED);
            return;
        }
        if (!presence.passport().admits(principal)) {
            refuse(opId, GatewayError.RATE_LIMITED.notExecuted("This user has too many connections"));
            close(CloseCode.TOO_MANY);
            return;
        }
        visitor.is(principal, token);
        outbox.urgent(Records.ok(
                opId,
                new JsonObject()
                        .put("user", principal.id())
                        .put("exp", Math.max(0, visitor.leftMillis(System.currentTimeMillis())))
                        .put("conn", id)));
        subscriptions.recheck(principal);
    }

    private void refuse(long opId, Failure failure) {
        refuse(opId, failure, LegacyCode.of(failure.error()));
    }

    private void refuse(long opId, Failure failure, String legacy) {
        loop.meters().refused(id, legacy, failure);
        outbox.urgent(Records.error(opId, failure, id, legacy));
        if (!mistakes.take(System.currentTimeMillis())) {
            close(CloseCode.PROTOCOL_ERROR);
        }
    }

    private void onClosed() {
        presence.end(() -> {
            subscriptions.endAll();
            requests.close();
        });
    }
}
