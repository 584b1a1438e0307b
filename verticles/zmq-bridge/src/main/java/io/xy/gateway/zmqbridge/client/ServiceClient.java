package io.xy.gateway.zmqbridge.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.message.CallReply;
import io.xy.gateway.shared.message.LateReply;
import io.xy.gateway.shared.message.ServiceCall;
import io.xy.gateway.zmqbridge.codec.PayloadCodec;
import io.xy.gateway.zmqbridge.majordomo.Frames;
import java.util.function.Consumer;

/**
 * Calls Python services through Majordomo brokers. Belongs to one event loop, which it never makes wait: the sockets
 * live on an {@link OwnerThread}.
 */
public final class ServiceClient {
    private static final long FIRST_CONTACT_MILLIS = 1_000;

    private final Vertx vertx;
    private final Context context;
    private final PayloadCodec codec;
    private final OwnerThread owner;
    private final Promise<Void> contact;
    private final Promise<Void> ended;
    private final Runnable onChange;
    private boolean started;
    private boolean closing;

    /**
     * Made on the event loop that it belongs to.
     *
     * @param onLate told of answers that came after their deadline
     * @param onChange told when a broker comes or goes
     */
    public ServiceClient(
            Vertx vertx, ClientSettings settings, PayloadCodec codec, Consumer<LateReply> onLate, Runnable onChange) {
        this.context = vertx.getOrCreateContext();
        this.vertx = vertx;
        this.codec = codec;
        this.onChange = onChange;
        this.contact = Promise.promise();
        this.ended = Promise.promise();
        Outbox outbox = new Outbox(context, onLate, this::onChange);
        this.owner = new OwnerThread(settings, codec, outbox, () -> context.runOnContext(task -> ended.tryComplete()));
    }

    /** Starts; done when a broker answers, or after a second without one, because the gateway lives without it. */
    public Future<Void> start() {
        started = true;
        owner.start();
        vertx.setTimer(FIRST_CONTACT_MILLIS, timer -> contact.tryComplete());
        return contact.future();
    }

    /**
     * Exactly one answer before the deadline, or shortly after it a coded failure. Never fails: a failure is a reply
     * that says so.
     */
    public Future<CallReply> call(ServiceCall call) {
        if (closing || !started) {
            return refused(CallFailure.STOPPING.failure());
        }
        if (!Frames.isServiceName(call.service())) {
            return refused(CallFailure.BAD_NAME.failure());
        }
        Promise<CallReply> promise = Promise.promise();
        codec.writeCall(call.method(), call.body(), pickle -> send(call, pickle, promise));
        return promise.future();
    }

    /** On the event loop, or on a thread of the helper when that wrote the pickle. */
    private void send(ServiceCall call, PayloadCodec.Result<byte[]> pickle, Promise<CallReply> promise) {
        byte[] written = pickle.value();
        if (written == null) {
            refuse(
                    promise,
                    CallFailure.BAD_ARGUMENTS.failure(CallFailure.BAD_ARGUMENTS.detail() + ": " + pickle.refusal()));
        } else if (!owner.offer(new Call(call, written, promise))) {
            refuse(promise, CallFailure.INBOX_FULL.failure());
        }
    }

    private void refuse(Promise<CallReply> promise, Failure failure) {
        if (Vertx.currentContext() == context) {
            promise.complete(CallReply.failed(failure));
        } else {
            context.runOnContext(task -> promise.complete(CallReply.failed(failure)));
        }
    }

    /** Refuses new calls, waits for those under way, at most for the time given, and gives everything back. */
    public Future<Void> close(long millis) {
        closing = true;
        if (!started) {
            return Future.succeededFuture();
        }
        owner.end(millis);
        return ended.future();
    }

    public ClientCounts counts() {
        return owner.counts();
    }

    private void onChange() {
        if (counts().connected()) {
            contact.tryComplete();
        }
        onChange.run();
    }

    private static Future<CallReply> refused(Failure failure) {
        return Future.succeededFuture(CallReply.failed(failure));
    }
}
