package io.xy.gateway.shared.bus;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.tracing.TracingPolicy;
import io.xy.gateway.shared.error.Failure;
import io.xy.gateway.shared.error.GatewayError;
import io.xy.gateway.shared.error.GatewayException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one door to the event bus: typed, and only for addresses of the {@link Contract}. Usable from any context;
 * handlers run on the context that registered them.
 */
public final class Bus {
    private static final Logger LOG = LoggerFactory.getLogger(Bus.class);
    private static final DeliveryOptions PUBLISH = new DeliveryOptions().setTracingPolicy(TracingPolicy.IGNORE);

    private final EventBus eventBus;
    private final String node;

    /**
     * @param node name of this node; unique in the cluster
     */
    public Bus(Vertx vertx, String node) {
        this.eventBus = vertx.eventBus();
        this.node = node;
    }

    /** The name of this node. */
    public String node() {
        return node;
    }

    /**
     * Asks the receiver on the given node.
     *
     * <p>Fails with a {@link GatewayException}: {@code no_service} (not executed) when nobody listens there,
     * {@code timeout} (unknown) when no answer came in time, else the receiver's own failure.
     *
     * @param key the node, or the consumer's key where the contract says so
     * @param timeoutMillis at least 1
     */
    public <M, R> Future<R> request(Address<M, R> address, String key, M message, long timeoutMillis) {
        DeliveryOptions options = new DeliveryOptions()
                .setSendTimeout(Math.max(1, timeoutMillis))
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setLocalOnly(isLocal(key));
        return eventBus.<Object>request(address.name() + '.' + key, message, options)
                .compose(reply -> typed(address.reply(), reply.body()), Bus::coded);
    }

    /** Tells everybody in the scope of the address. Nothing is known about who heard it. */
    public <M> void publish(Address<M, Void> address, M message) {
        eventBus.publish(address.name(), message, PUBLISH);
    }

    /**
     * Answers requests under this node's name, until {@link Registration#close} or undeployment.
     *
     * @param handler its failed future becomes the caller's coded failure
     */
    public <M, R> Future<Registration> serve(Address<M, R> address, Function<M, Future<R>> handler) {
        return serve(address, node, handler);
    }

    /** As {@link #serve(Address, Function)}, under a key of the caller's. The key begins with this node's name. */
    public <M, R> Future<Registration> serve(Address<M, R> address, String key, Function<M, Future<R>> handler) {
        MessageConsumer<Object> consumer = eventBus.consumer(address.name() + '.' + key);
        consumer.handler(message -> answer(address, message, handler));
        return consumer.completion().map(done -> new Registration(consumer));
    }

    /** Hears every publication of the address. */
    public <M> Future<Registration> listen(Address<M, Void> address, Consumer<M> handler) {
        MessageConsumer<Object> consumer = eventBus.consumer(address.name());
        consumer.handler(message -> {
            if (address.message().isInstance(message.body())) {
                handler.accept(address.message().cast(message.body()));
            } else {
                LOG.warn("{}: a publication could not be read: {}", address.name(), message.body());
            }
        });
        return consumer.completion().map(done -> new Registration(consumer));
    }

    private boolean isLocal(String key) {
        return key.startsWith(node) && (key.length() == node.length() || key.charAt(node.length()) == '/');
    }

    private static <M, R> void answer(Address<M, R> address, Message<Object> message, Function<M, Future<R>> handler) {
        Object body = message.body();
        if (!address.message().isInstance(body)) {
            message.fail(GatewayError.INTERNAL.ordinal(), GatewayError.INTERNAL.code() + "|" + "unreadable request");
            return;
        }
        Future<R> result;
        try {
            result = handler.apply(address.message().cast(body));
        } catch (RuntimeException e) {
            LOG.error("{}: the receiver threw", address.name(), e);
            result = Future.failedFuture(e);
        }
        result.onComplete(done -> {
            if (done.succeeded()) {
                message.reply(done.result());
            } else {
                Failure failure = GatewayException.failureOf(done.cause());
                message.fail(failure.outcome().ordinal(), failure.error().code() + '|' + failure.detail());
            }
        });
    }

    private static <R> Future<R> typed(Class<R> type, Object body) {
        if (type.isInstance(body)) {
            return Future.succeededFuture(type.cast(body));
        }
        return Future.failedFuture(
                GatewayError.INTERNAL.unknown("unreadable reply").exception());
    }

    private static <R> Future<R> coded(Throwable cause) {
        return Future.failedFuture(new GatewayException(failureOf(cause)));
    }

    private static Failure failureOf(Throwable cause) {
        if (!(cause instanceof ReplyException reply)) {
            return GatewayException.failureOf(cause);
        }
        if (reply.failureType() == ReplyFailure.NO_HANDLERS) {
            return GatewayError.NO_SERVICE.notExecuted("No node serves this now");
        }
        if (reply.failureType() == ReplyFailure.TIMEOUT) {
            return GatewayError.TIMEOUT.unknown("No answer came in time");
        }
        if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
            return recipientFailure(reply);
        }
        return GatewayError.INTERNAL.unknown("The answer could not be read");
    }

    private static Failure recipientFailure(ReplyException reply) {
        String text = reply.getMessage() == null ? "" : reply.getMessage();
        int bar = text.indexOf('|');
        GatewayError error = bar < 0 ? null : GatewayError.of(text.substring(0, bar));
        if (error == null) {
            return GatewayError.INTERNAL.unknown("The receiver failed");
        }
        String detail = text.substring(bar + 1);
        return switch (reply.failureCode()) {
            case 0 -> error.notExecuted(detail);
            case 1 -> error.executed(detail);
            default -> error.unknown(detail);
        };
    }
}
