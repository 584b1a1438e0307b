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
import io.xy.gateway.zmqbridge.zmtp.Dealers;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls Python services through Majordomo brokers. Belongs to one event loop, on which its connections live too. */
public final class ServiceClient {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceClient.class);
    private static final long FIRST_CONTACT_MILLIS = 1_000;
    private static final long IDLE_TICK_MILLIS = 50;
    /** A tick that is later than this says that the loop was held up. */
    private static final long HELD_UP_NANOS = 100_000_000;

    private final Vertx vertx;
    private final Context context;
    private final Thread loop = Thread.currentThread();
    private final ClientSettings settings;
    private final PayloadCodec codec;
    private final Runnable onChange;
    private final Tally tally = new Tally();
    private final RequestIds ids = new RequestIds();
    private final Dealers dealers;
    private final Outbox outbox;
    private final CallDesk desk;
    private final Promise<Void> contact = Promise.promise();
    private final Promise<Void> ended = Promise.promise();
    private @Nullable Brokers brokers;
    private boolean closing;
    /** Moment at which it ends even if calls are under way. */
    private long endNanos;

    /**
     * Made on the event loop that it belongs to.
     *
     * @param onLate told of answers that came after their deadline
     * @param onChange told when a broker comes or goes
     */
    public ServiceClient(
            Vertx vertx, ClientSettings settings, PayloadCodec codec, Consumer<LateReply> onLate, Runnable onChange) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.settings = settings;
        this.codec = codec;
        this.onChange = onChange;
        this.dealers = new Dealers(vertx, settings.keys(), settings.maxMessageBytes());
        this.outbox = new Outbox(context, onLate, this::onChange);
        this.desk =
                new CallDesk(settings, dealers, outbox, tally, ids, new ReplyReading(codec, this::onLoop, this::aside));
    }

    /** Starts; done when a broker answers, or after a second without one, because the gateway lives without it. */
    public Future<Void> start() {
        Brokers own = new Brokers(settings, dealers, ids, desk, outbox, tally);
        brokers = own;
        tickIn(IDLE_TICK_MILLIS, own);
        vertx.setTimer(FIRST_CONTACT_MILLIS, timer -> contact.tryComplete());
        return contact.future();
    }

    /**
     * Exactly one answer before the deadline, or shortly after it a coded failure. Never fails: a failure is a reply
     * that says so.
     */
    public Future<CallReply> call(ServiceCall call) {
        if (closing || brokers == null) {
            return refused(CallFailure.STOPPING.failure());
        }
        if (!Frames.isServiceName(call.service())) {
            return refused(CallFailure.BAD_NAME.failure());
        }
        Promise<CallReply> promise = Promise.promise();
        codec.writeCall(call.method(), call.body(), pickle -> onLoop(() -> send(call, pickle, promise)));
        return promise.future();
    }

    private void send(ServiceCall call, PayloadCodec.Result<byte[]> pickle, Promise<CallReply> promise) {
        byte[] written = pickle.value();
        if (written == null) {
            promise.complete(CallReply.failed(
                    CallFailure.BAD_ARGUMENTS.failure(CallFailure.BAD_ARGUMENTS.detail() + ": " + pickle.refusal())));
        } else if (ended.future().isComplete()) {
            promise.complete(CallReply.failed(CallFailure.STOPPING.failure()));
        } else {
            desk.accept(new Call(call, written, promise));
        }
    }

    /** At once on the event loop, and soon on the event loop when a thread of the helper or a worker enters here. */
    private void onLoop(Runnable task) {
        if (Thread.currentThread() == loop) {
            task.run();
        } else {
            context.runOnContext(turn -> task.run());
        }
    }

    /** What would hold up the event loop. */
    private void aside(Runnable task) {
        vertx.executeBlocking(
                        () -> {
                            task.run();
                            return null;
                        },
                        false)
                .onFailure(e -> LOG.error("{}: an answer could not be read", settings.name(), e));
    }

    /** Refuses new calls, waits for those under way, at most for the time given, and gives everything back. */
    public Future<Void> close(long millis) {
        closing = true;
        endNanos = System.nanoTime() + millis * 1_000_000;
        if (brokers == null) {
            dealers.close();
            return Future.succeededFuture();
        }
        return ended.future();
    }

    public ClientCounts counts() {
        return tally.snapshot(desk.pending(), desk.queued(), brokers == null ? -1 : brokers.active(), desk.breakers());
    }

    private void tickIn(long millis, Brokers own) {
        long due = System.nanoTime() + millis * 1_000_000;
        vertx.setTimer(millis, timer -> tick(due, own));
    }

    private void tick(long due, Brokers own) {
        long now = System.nanoTime();
        try {
            // Nobody is judged silent by a loop that has not listened.
            own.check(now - due < HELD_UP_NANOS);
            desk.tick(now);
        } catch (RuntimeException e) {
            LOG.error("{}: keeping time failed", settings.name(), e);
        }
        if (closing && (desk.idle() || now - endNanos >= 0)) {
            finish(own);
        } else {
            tickIn(desk.idle() ? IDLE_TICK_MILLIS : DeadlineWheel.TICK_MILLIS, own);
        }
    }

    private void finish(Brokers own) {
        desk.endAll(CallFailure.STOPPING.failure(), CallFailure.STOPPED.failure());
        outbox.flush();
        own.close();
        dealers.close();
        ended.complete();
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
