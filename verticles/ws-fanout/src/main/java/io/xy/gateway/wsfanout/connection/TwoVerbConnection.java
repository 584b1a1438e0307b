package io.xy.gateway.wsfanout.connection;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import io.vertx.core.json.JsonArray;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import io.xy.gateway.shared.security.Principal;
import io.xy.gateway.wsfanout.hub.Binding;
import io.xy.gateway.wsfanout.hub.Channel;
import io.xy.gateway.wsfanout.hub.Mode;
import io.xy.gateway.wsfanout.hub.Outbox;
import io.xy.gateway.wsfanout.hub.Sink;
import io.xy.gateway.wsfanout.hub.Subscription;
import io.xy.gateway.wsfanout.hub.Tier;
import io.xy.gateway.wsfanout.hub.Value;
import io.xy.gateway.wsfanout.protocol.ClientOp;
import io.xy.gateway.wsfanout.protocol.CloseCode;
import io.xy.gateway.wsfanout.protocol.LegacyCode;
import io.xy.gateway.wsfanout.protocol.MessageAssembler;
import io.xy.gateway.wsfanout.protocol.TokenBucket;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The first gateway's protocol (requirement N9): {@code subscribe} replaces the list of subjects, {@code unsubscribe}
 * removes some, nothing is ever answered, and each message arrives as one binary frame without an envelope.
 */
public final class TwoVerbConnection implements Member, Sink {
    private static final Logger LOG = LoggerFactory.getLogger(TwoVerbConnection.class);
    private static final int FRAMES_PER_SECOND = 50;
    private static final int FRAMES_BURST = 100;

    private final Loop loop;
    private final String id;
    private final ServerWebSocket socket;
    private final Principal principal;
    private final Presence presence;
    private final Wire wire;
    private final Outbox outbox;
    private final MessageAssembler assembler;
    private final TokenBucket frames;
    private final Liveness liveness;
    private final Map<String, Subscription> bySubject = new HashMap<>();

    public TwoVerbConnection(Loop loop, String id, ServerWebSocket socket, Visitor visitor, Principal principal) {
        long now = System.currentTimeMillis();
        this.loop = loop;
        this.id = id;
        this.socket = socket;
        this.principal = principal;
        this.wire = new Wire(socket, loop.frames(), true);
        this.outbox = new Outbox(loop.hub(), this);
        String peer = loop.client(socket.remoteAddress(), socket.headers());
        this.presence = new Presence(loop, this, visitor, outbox, peer, Long.MAX_VALUE);
        this.assembler = new MessageAssembler(loop.config().ws().maxFrameBytes(), this::onText, this::close);
        this.frames = new TokenBucket(FRAMES_PER_SECOND, FRAMES_BURST, now);
        this.liveness = new Liveness(now);
    }

    /** Attaches to the socket. */
    public void open() {
        wire.listen(outbox::onWritable, this::close);
        socket.frameHandler(this::onFrame);
        socket.exceptionHandler(e -> LOG.debug("{}: the socket failed", id));
        socket.closeHandler(nothing -> onClosed());
        if (!presence.begin()) {
            close(CloseCode.TOO_MANY);
        }
    }

    @Override
    public Principal principal() {
        return principal;
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
        return bySubject.size();
    }

    @Override
    public void sweep(long now) {
        if (presence.isOver()) {
            return;
        }
        CloseCode due = presence.due(now, liveness.isGone(now));
        if (due != null) {
            close(due);
        } else if (liveness.shouldPing(now)) {
            socket.writePing(Buffer.buffer()).onFailure(e -> LOG.debug("{}: gone before a ping", id));
        }
    }

    @Override
    public void drain(long inMillis) {
        // The old protocol has no word for it; the close code says it.
    }

    @Override
    public void close(CloseCode code) {
        if (!presence.isOver()) {
            loop.meters().closed(id, code);
            onClosed();
            wire.close(code);
        }
    }

    @Override
    public boolean isWritable() {
        return wire.isWritable();
    }

    @Override
    public void value(Binding binding, Value value, boolean image) {
        loop.hub().figures().sent(value);
        wire.writeBinary(value.payload().array());
    }

    @Override
    public void flush() {
        wire.flush();
    }

    @Override
    public void tooSlow() {
        loop.context().runOnContext(nothing -> close(CloseCode.TOO_SLOW));
    }

    @Override
    public void record(byte[] record) {
        // No records in this protocol.
    }

    @Override
    public void bind(Channel channel, String epoch) {
        // No numbers in this protocol.
    }

    @Override
    public void gap(Channel channel, long from, long to, String reason) {
        // No word for it in this protocol; it is counted.
    }

    @Override
    public void state(Channel channel) {
        // No word for it in this protocol.
    }

    @Override
    public void released(Channel channel) {
        // No numbers in this protocol.
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
        try {
            ClientOp op = ClientOp.read(text);
            Set<String> subjects = subjects(op);
            switch (op.text("type", "")) {
                case "subscribe" -> replace(subjects);
                case "unsubscribe" -> subjects.forEach(this::end);
                default -> LOG.debug("{}: an unknown verb", id);
            }
        } catch (GatewayException e) {
            LOG.debug("{}: {}", id, e.failure().detail());
        }
    }

    private static Set<String> subjects(ClientOp op) {
        JsonArray list = op.array("subjects");
        Set<String> subjects = new HashSet<>();
        for (Object subject : list) {
            if (subject instanceof String text) {
                subjects.add(text);
            }
        }
        return subjects;
    }

    private void replace(Set<String> subjects) {
        for (String old : List.copyOf(bySubject.keySet())) {
            if (!subjects.contains(old)) {
                end(old);
            }
        }
        for (String subject : subjects) {
            if (!bySubject.containsKey(subject) && mayHave(subject)) {
                Subscription subscription = new Subscription(
                        outbox, bySubject.size() + 1, subject, Mode.ALL, Tier.TURN, Subscription.Start.LIVE);
                bySubject.put(subject, subscription);
                loop.hub().subscribe(subscription);
            }
        }
    }

    private boolean mayHave(String subject) {
        @Nullable Failure refusal = loop.entitlement().refusal(principal, subject);
        if (refusal == null && bySubject.size() >= loop.config().ws().maxSubscriptions()) {
            refusal = GatewayError.TOO_MANY_SUBSCRIPTIONS.notExecuted("Too many subjects");
        }
        if (refusal == null && !presence.passport().subscribes()) {
            refusal = GatewayError.TOO_MANY_SUBSCRIPTIONS.notExecuted("Too many subjects of this user");
        }
        if (refusal == null && !loop.hub().hasRoomFor(outbox, subject)) {
            presence.passport().unsubscribes();
            refusal = GatewayError.OVERLOADED.notExecuted(
                    "The node has as many subjects as it may, or this client does not read");
        }
        if (refusal != null) {
            loop.meters().refused(id, LegacyCode.SUBJECT_REFUSED, refusal);
        }
        return refusal == null;
    }

    private void end(String subject) {
        Subscription subscription = bySubject.remove(subject);
        if (subscription != null) {
            presence.passport().unsubscribes();
            loop.hub().unsubscribe(subscription);
        }
    }

    private void onClosed() {
        presence.end(() -> List.copyOf(bySubject.keySet()).forEach(this::end));
    }
}
