package io.xy.gateway.wsfanout.sockjs;

import io.vertx.ext.web.handler.sockjs.SockJSSocket;
import io.xy.gateway.wsfanout.connection.Loop;
import io.xy.gateway.wsfanout.hub.Binding;
import io.xy.gateway.wsfanout.hub.Channel;
import io.xy.gateway.wsfanout.hub.Sink;
import io.xy.gateway.wsfanout.hub.Subscription;
import io.xy.gateway.wsfanout.hub.Value;
import java.util.function.Function;

/**
 * Writes envelopes to one SockJS socket and counts what has not been taken yet: the session itself queues without a
 * bound when its client reads slowly.
 */
final class BridgeSink implements Sink {
    private final Loop loop;
    private final SockJSSocket socket;
    private final Runnable onTooSlow;
    private Runnable onDrained = () -> {};
    private Function<Subscription, String> addresses = Subscription::pattern;
    private long underWay;

    BridgeSink(Loop loop, SockJSSocket socket, Runnable onTooSlow) {
        this.loop = loop;
        this.socket = socket;
        this.onTooSlow = onTooSlow;
    }

    void onDrained(Runnable listener) {
        onDrained = listener;
    }

    /** Tells under which address the values of a subscription are sent. */
    void addresses(Function<Subscription, String> naming) {
        addresses = naming;
    }

    /** An answer; ends the connection when a client asks and asks but does not read. */
    void write(String envelope) {
        if (underWay > 2L * loop.config().ws().queueBytes()) {
            onTooSlow.run();
            return;
        }
        int size = envelope.length();
        underWay += size;
        socket.write(envelope).onComplete(done -> loop.context().runOnContext(nothing -> {
            underWay -= size;
            if (done.succeeded() && isWritable()) {
                onDrained.run();
            }
        }));
    }

    @Override
    public boolean isWritable() {
        return underWay < loop.config().ws().queueBytes();
    }

    @Override
    public void value(Binding binding, Value value, boolean image) {
        loop.hub().figures().sent(value);
        for (Subscription subscription : binding.subscriptions()) {
            write(envelope(addresses.apply(subscription), value));
        }
    }

    @Override
    public void record(byte[] record) {
        // No records in this protocol.
    }

    @Override
    public void bind(Channel channel, String epoch) {
        // Addresses are names here.
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
        // Addresses are names here.
    }

    @Override
    public void flush() {
        // Each envelope is written at once.
    }

    @Override
    public void tooSlow() {
        onTooSlow.run();
    }

    private String envelope(String pattern, Value value) {
        boolean json = loop.hub().isJson(value.payload());
        String subject = value.channel().subject();
        if (!pattern.equals(subject)) {
            return Envelope.message(pattern, subject, value.payload(), json);
        }
        Object known = value.envelope();
        if (known instanceof String text) {
            return text;
        }
        String built = Envelope.message(subject, value.payload(), json);
        value.envelope(built);
        return built;
    }
}
